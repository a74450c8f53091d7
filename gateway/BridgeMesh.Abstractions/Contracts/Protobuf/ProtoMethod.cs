using System.Collections.Immutable;
using BridgeMesh.Values;

namespace BridgeMesh.Contracts;

/// <summary>How the one message of a protobuf method and a method's parameters, or its result, stand to each other.</summary>
public enum ProtoBody : byte
{
    /// <summary>The message is the only parameter, or the result.</summary>
    Whole,

    /// <summary>Each field of the message is a parameter; of a response, its only field is the result.</summary>
    Fields,

    /// <summary>google.protobuf.Empty.</summary>
    Empty,
}

/// <summary>The messages of a method. Immutable; safe for any thread.</summary>
/// <param name="Request">The request message; its fields are the parameters, in their order, where the form is Fields.</param>
/// <param name="Response">The response message; has one field where the form is Fields.</param>
public sealed record ProtoMethod(TypeShape Request, ProtoBody RequestForm, TypeShape Response, ProtoBody ResponseForm)
{
    /// <summary>
    /// What a method has that no descriptor describes: the only parameter itself where that is a class, else a message <c>{Method}Request</c>
    /// with a field for each parameter, numbered in their order; the result likewise, with a field <c>value</c>.
    /// </summary>
    public static ProtoMethod Canonical(MethodShape method)
    {
        var own = method.ProtoName ?? method.Name;
        var name = own.Length == 0 ? "Call" : char.ToUpperInvariant(own[0]) + own[1..];
        var (request, requestForm) = method.Parameters switch
        {
            [] => (Message("google.protobuf.Empty", []), ProtoBody.Empty),
            [{ Type: var only }] when IsMessage(only) => (only, ProtoBody.Whole),
            var several => (Message($"{name}Request", several.Select(Field), method.ProtoReserved), ProtoBody.Fields),
        };
        var (response, responseForm) = method.Returns switch
        {
            { Kind: ShapeKind.Void } => (Message("google.protobuf.Empty", []), ProtoBody.Empty),
            var result when IsMessage(result) => (result, ProtoBody.Whole),
            var result => (Message($"{name}Response", [new FieldShape(FieldName.Of("value"), result) { Doc = method.ReturnsDoc }]), ProtoBody.Fields),
        };
        return new ProtoMethod(request, requestForm, response, responseForm);
    }

    private static bool IsMessage(TypeShape shape) => shape.Kind == ShapeKind.Struct || shape.Proto >= ProtoKind.Timestamp;

    private static FieldShape Field(ParameterShape parameter) => new(parameter.Field, parameter.Type)
    {
        Doc = parameter.Doc,
        Proto = parameter.ProtoNumber is { } number
            ? new ProtoField(number) { Presence = parameter.Type.Nullable ? ProtoPresence.Explicit : ProtoPresence.Implicit }
            : null,
    };

    private static TypeShape Message(string name, IEnumerable<FieldShape> fields, ImmutableArray<ProtoReserved> reserved = default)
    {
        var javaType = TypeName.Of(name);
        var message = new StructShape(javaType, isException: false) { Proto = new ProtoMessage(name) { Reserved = reserved.IsDefault ? [] : reserved } };
        message.SetFields([.. fields]);
        return new TypeShape
        {
            Kind = ShapeKind.Struct,
            JavaType = javaType,
            JavaDescriptor = JavaDescriptors.ToDescriptor(name),
            Struct = message,
        };
    }
}
