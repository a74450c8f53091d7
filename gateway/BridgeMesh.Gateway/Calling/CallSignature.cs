using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Gateway.Calling;

/// <summary>
/// Parameter types that a user names where no contract does: Java types by full name, or a contract's short names. Scalars, and arrays and
/// lists of them, are read as those; an object gets the name of its class, and what lies deeper stays as JSON says it.
/// </summary>
internal static class CallSignature
{
    /// <summary>Null when a name is no type; <paramref name="problem"/> then names it.</summary>
    public static MethodShape? Of(string method, string types, out string problem)
    {
        problem = string.Empty;
        var names = types.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var shapes = names.All(IsName) ? names.Select(ShapeOf).ToArray() : [];
        var signature = JavaSignature.OfTypeNames(shapes.Select(s => s.JavaType.Text));
        if (!signature.WellFormed || signature.TypeNames.Length != names.Length)
        {
            problem = $"'{types}' are no Java types; write them with commas, as java.lang.String,int,com.acme.Order";
            return null;
        }

        return new MethodShape
        {
            Name = method,
            Parameters = [.. shapes.Select((s, i) => new ParameterShape($"arg{i}", s))],
            Returns = Any("java.lang.Object"),
            Signature = signature,
        };
    }

    /// <summary>Gives the objects among the arguments the classes that were named for them.</summary>
    public static void NameClasses(ImmutableArray<ParameterShape> parameters, ValueTape tape)
    {
        var root = 0;
        foreach (var parameter in parameters)
        {
            var type = parameter.Type.JavaType.Text;
            if (root < tape.Count && tape[root].Kind is ValueKind.Map or ValueKind.Object && !type.StartsWith("java.", StringComparison.Ordinal))
            {
                tape.SetType(root, parameter.Type.JavaType);
            }

            root = root < tape.Count ? tape.Next(root) : root;
        }
    }

    private static bool IsName(string name) => name.All(static c => char.IsLetterOrDigit(c) || c is '.' or '_' or '$' or '[' or ']' or ';');

    private static TypeShape ShapeOf(string name)
    {
        if (BuiltInTypes.Scalar(name) is { } scalar)
        {
            return scalar;
        }

        if (name.EndsWith("[]", StringComparison.Ordinal))
        {
            var element = ShapeOf(name[..^2]);
            var descriptor = "[" + element.JavaDescriptor;
            return descriptor == "[B" ? BuiltInTypes.Scalar("bytes") ?? element : new TypeShape
            {
                Kind = ShapeKind.Array,
                JavaType = TypeName.Of(descriptor.Replace('/', '.')),
                JavaDescriptor = descriptor,
                Element = element,
            };
        }

        if (BuiltInTypes.TryCollection(name, out var kind, out var javaType))
        {
            var any = Any("java.lang.Object");
            return new TypeShape
            {
                Kind = kind,
                JavaType = TypeName.Of(javaType),
                JavaDescriptor = JavaDescriptors.ToDescriptor(javaType),
                Element = any,
                Key = kind == ShapeKind.Map ? any : null,
            };
        }

        return Any(BuiltInTypes.IsAny(name) ? "java.lang.Object" : name);
    }

    private static TypeShape Any(string javaType) => new()
    {
        Kind = ShapeKind.Any,
        JavaType = TypeName.Of(javaType),
        JavaDescriptor = JavaDescriptors.ToDescriptor(javaType),
    };
}
