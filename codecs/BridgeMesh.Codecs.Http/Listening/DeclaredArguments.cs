using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>
/// Reads arguments of a service without a contract. They describe themselves; where the caller named Java types, scalars are read as those,
/// and an object gets the name of its class. What lies deeper stays as JSON says it.
/// </summary>
internal static class DeclaredArguments
{
    private static readonly FrozenDictionary<string, TypeShape> Scalars = new[]
    {
        Primitive("boolean", ShapeKind.Bool),
        Primitive("byte", ShapeKind.Int8),
        Primitive("short", ShapeKind.Int16),
        Primitive("int", ShapeKind.Int32),
        Primitive("long", ShapeKind.Int64),
        Primitive("float", ShapeKind.Float32),
        Primitive("double", ShapeKind.Float64),
        Primitive("char", ShapeKind.Char),
        Boxed("java.lang.Boolean", ShapeKind.Bool),
        Boxed("java.lang.Byte", ShapeKind.Int8),
        Boxed("java.lang.Short", ShapeKind.Int16),
        Boxed("java.lang.Integer", ShapeKind.Int32),
        Boxed("java.lang.Long", ShapeKind.Int64),
        Boxed("java.lang.Float", ShapeKind.Float32),
        Boxed("java.lang.Double", ShapeKind.Float64),
        Boxed("java.lang.Character", ShapeKind.Char),
        Boxed("java.lang.String", ShapeKind.String),
        Boxed("java.math.BigDecimal", ShapeKind.Decimal),
        Boxed("java.math.BigInteger", ShapeKind.BigInteger),
        Boxed("java.util.Date", ShapeKind.Instant),
        Boxed("[B", ShapeKind.Bytes),
        Boxed("java.util.UUID", ShapeKind.Text),
        Boxed("java.util.Locale", ShapeKind.Text),
        Boxed("java.time.LocalDate", ShapeKind.Text),
        Boxed("java.time.LocalTime", ShapeKind.Text),
        Boxed("java.time.LocalDateTime", ShapeKind.Text),
        Boxed("java.time.Instant", ShapeKind.Text),
        Boxed("java.time.ZonedDateTime", ShapeKind.Text),
        Boxed("java.time.OffsetDateTime", ShapeKind.Text),
        Boxed("java.time.Duration", ShapeKind.Text),
    }.ToFrozenDictionary(s => s.JavaType.Text, StringComparer.Ordinal);

    private static readonly TypeShape Any = Boxed("java.lang.Object", ShapeKind.Any);

    internal static CodecStatus Read(in ReadOnlySequence<byte> body, JavaSignature? signature, ValueTape tape)
    {
        if (signature is null)
        {
            return JsonArguments.Read(body, null, ValuePolicy.Default, tape);
        }

        var types = signature.TypeNames;
        var parameters = types.Select((type, i) => new ParameterShape($"arg{i}", Scalars.GetValueOrDefault(type, Any))).ToImmutableArray();
        var status = types.Length == 1 && !StartsArray(body)
            ? JsonFormat.Codec.Read(body, parameters[0].Type, ValuePolicy.Default, tape)
            : JsonArguments.Read(
                body,
                new MethodShape { Name = string.Empty, Parameters = parameters, Returns = Any, Signature = signature },
                ValuePolicy.Default,
                tape);
        if (status.IsOk)
        {
            NameClasses(types, tape);
        }

        return status;
    }

    private static void NameClasses(ImmutableArray<string> types, ValueTape tape)
    {
        var root = 0;
        foreach (var type in types)
        {
            if (tape[root].Kind is ValueKind.Map or ValueKind.Object && !type.StartsWith("java.", StringComparison.Ordinal))
            {
                tape.SetType(root, TypeName.Of(type));
            }

            root = tape.Next(root);
        }
    }

    private static bool StartsArray(in ReadOnlySequence<byte> body)
    {
        var reader = new SequenceReader<byte>(body);
        reader.AdvancePastAny((byte)' ', (byte)'\t', (byte)'\r', (byte)'\n');
        return reader.TryPeek(out var first) && first == (byte)'[';
    }

    private static TypeShape Primitive(string name, ShapeKind kind) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(name),
        JavaDescriptor = JavaDescriptors.ToDescriptor(name),
        Nullable = false,
    };

    private static TypeShape Boxed(string name, ShapeKind kind) => new()
    {
        Kind = kind,
        JavaType = TypeName.Of(name),
        JavaDescriptor = JavaDescriptors.ToDescriptor(name),
    };
}
