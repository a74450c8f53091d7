using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Faults;

/// <summary>
/// Messages of google.rpc that the trailer <c>grpc-status-details-bin</c> carries. Source: googleapis, google/rpc/status.proto and
/// error_details.proto. A detail is kept as URL and bytes, as it may be of a type that nobody here knows.
/// </summary>
internal static class StatusShapes
{
    internal const string TypePrefix = "type.googleapis.com/";
    internal const string ErrorInfoName = "google.rpc.ErrorInfo";
    internal const string DebugInfoName = "google.rpc.DebugInfo";

    internal const string BadRequestName = "google.rpc.BadRequest";

    internal static readonly FieldName FieldViolations = FieldName.Of("field_violations");
    internal static readonly FieldName Field = FieldName.Of("field");
    internal static readonly FieldName Description = FieldName.Of("description");
    internal static readonly FieldName Code = FieldName.Of("code");
    internal static readonly FieldName Message = FieldName.Of("message");
    internal static readonly FieldName Details = FieldName.Of("details");
    internal static readonly FieldName TypeUrl = FieldName.Of("type_url");
    internal static readonly FieldName Value = FieldName.Of("value");
    internal static readonly FieldName Reason = FieldName.Of("reason");
    internal static readonly FieldName Domain = FieldName.Of("domain");
    internal static readonly FieldName Metadata = FieldName.Of("metadata");
    internal static readonly FieldName StackEntries = FieldName.Of("stack_entries");

    private static readonly TypeShape Text = Scalar(ShapeKind.String, "java.lang.String");
    private static readonly TypeShape Octets = Scalar(ShapeKind.Bytes, "[B");
    private static readonly TypeShape Number = Scalar(ShapeKind.Int32, "int");

    internal static readonly TypeShape ErrorInfo = MessageOf(
        ErrorInfoName, (Reason, 1, Text), (Domain, 2, Text), (Metadata, 3, MapOf(Text)));

    internal static readonly TypeShape DebugInfo = MessageOf(DebugInfoName, (StackEntries, 1, ListOf(Text)));

    internal static readonly TypeShape BadRequest = MessageOf(
        BadRequestName, (FieldViolations, 1, ListOf(MessageOf("google.rpc.BadRequest.FieldViolation", (Field, 1, Text), (Description, 2, Text)))));

    internal static readonly TypeShape Status = MessageOf(
        "google.rpc.Status",
        (Code, 1, Number),
        (Message, 2, Text),
        (Details, 3, ListOf(MessageOf("google.protobuf.Any", (TypeUrl, 1, Text), (Value, 2, Octets)))));

    /// <summary>The type of a value of this class.</summary>
    internal static TypeShape Of(StructShape message) => new()
    {
        Kind = ShapeKind.Struct,
        JavaType = message.JavaType,
        JavaDescriptor = JavaDescriptors.ToDescriptor(message.JavaType.Text),
        Struct = message,
    };

    /// <summary>The class's name as a message: the contract's, else the Java one, whose nested classes have a dot in protobuf.</summary>
    internal static string NameOf(StructShape message) => message.Proto?.FullName ?? message.JavaType.Text.Replace('$', '.');

    private static TypeShape MessageOf(string name, params (FieldName Name, int Number, TypeShape Type)[] fields)
    {
        var message = new StructShape(TypeName.Of(name), isException: false) { Proto = new ProtoMessage(name) };
        message.SetFields([.. fields.Select(static f => new FieldShape(f.Name, f.Type)
        {
            Proto = new ProtoField(f.Number) { Presence = ProtoPresence.Implicit },
        })]);
        return Of(message);
    }

    private static TypeShape Scalar(ShapeKind kind, string javaType) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(javaType),
        JavaDescriptor = JavaDescriptors.ToDescriptor(javaType),
    };

    private static TypeShape ListOf(TypeShape element) => new()
    {
        Kind = ShapeKind.List,
        JavaType = TypeName.Of("java.util.List"),
        JavaDescriptor = "Ljava/util/List;",
        Element = element,
    };

    private static TypeShape MapOf(TypeShape value) => new()
    {
        Kind = ShapeKind.Map,
        JavaType = TypeName.Of("java.util.Map"),
        JavaDescriptor = "Ljava/util/Map;",
        Key = Text,
        Element = value,
    };
}
