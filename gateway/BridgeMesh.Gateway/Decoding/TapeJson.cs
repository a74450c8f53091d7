using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using BridgeMesh.Values;

namespace BridgeMesh.Gateway.Decoding;

/// <summary>
/// Writes values from a tape as JSON that keeps what the wire said of their types: objects have <c>@type</c>, typed collections their
/// elements in <c>@items</c>, maps with other keys than texts their pairs in <c>@entries</c>, repeated values the path of the first in
/// <c>@ref</c>. Lines of a stack trace are one text each. For people and scripts; what calls carry is written by the payload codecs.
/// </summary>
internal static class TapeJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1_000 };

    /// <param name="root">What paths of references begin with instead of args[0]: <c>result</c> for a reply; null keeps them.</param>
    public static DecodedValue Of(ValueTape tape, int index, string? root = null)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Options))
        {
            Write(tape, index, json, root, isTyped: false);
        }

        return new DecodedValue(TypeOf(tape, index), output.WrittenSpan.ToArray());
    }

    public static List<DecodedValue> Roots(ValueTape tape)
    {
        var values = new List<DecodedValue>();
        for (var i = 0; i < tape.Count; i = tape.Next(i))
        {
            values.Add(Of(tape, i));
        }

        return values;
    }

    /// <summary>Java type by name where the wire names one, else the one that the wire's own form means.</summary>
    public static string TypeOf(ValueTape tape, int index)
    {
        ref readonly var token = ref tape[tape.Resolve(index)];
        return token.Kind == ValueKind.Array && token.Type is { } array ? ArrayName(array.Text) : token.Type?.Text ?? token.Kind switch
        {
            ValueKind.Absent => "absent",
            ValueKind.Null => "null",
            ValueKind.Bool => "boolean",
            ValueKind.Int32 => "int",
            ValueKind.Int64 => "long",
            ValueKind.UInt64 => "unsigned long",
            ValueKind.Float32 => "float",
            ValueKind.Float64 => "double",
            ValueKind.Decimal => "java.math.BigDecimal",
            ValueKind.BigInteger => "java.math.BigInteger",
            ValueKind.String => "java.lang.String",
            ValueKind.Bytes => "byte[]",
            ValueKind.Instant => "java.util.Date",
            ValueKind.List => (token.Flags & ValueFlags.Set) != 0 ? "java.util.Set" : "java.util.List",
            ValueKind.Array => "java.lang.Object[]",
            ValueKind.Map => "java.util.Map",
            _ => "java.lang.Object",
        };
    }

    /// <summary><c>[int</c> to <c>int[]</c>. Source: Hessian 2.0 serialization protocol, section 4.5.</summary>
    private static string ArrayName(string hessian)
    {
        var dimensions = hessian.Length - hessian.TrimStart('[').Length;
        var element = hessian[dimensions..] switch
        {
            "string" => "java.lang.String",
            "object" => "java.lang.Object",
            var other => other,
        };
        return element + string.Concat(Enumerable.Repeat("[]", dimensions));
    }

    private static void Write(ValueTape tape, int index, Utf8JsonWriter json, string? root, bool isTyped)
    {
        ref readonly var token = ref tape[index];
        switch (token.Kind)
        {
            case ValueKind.Absent or ValueKind.Null:
                json.WriteNullValue();
                break;
            case ValueKind.Bool:
                json.WriteBooleanValue(token.AsBool);
                break;
            case ValueKind.Int32 or ValueKind.Int64:
                json.WriteNumberValue(token.AsInt64);
                break;
            case ValueKind.UInt64:
                json.WriteNumberValue(token.AsUInt64);
                break;
            case ValueKind.Float32 when float.IsFinite(token.AsFloat32):
                json.WriteNumberValue(token.AsFloat32);
                break;
            case ValueKind.Float32:
                json.WriteStringValue(token.AsFloat32.ToString(CultureInfo.InvariantCulture));
                break;
            case ValueKind.Float64 when double.IsFinite(token.AsFloat64):
                json.WriteNumberValue(token.AsFloat64);
                break;
            case ValueKind.Float64:
                json.WriteStringValue(token.AsFloat64.ToString(CultureInfo.InvariantCulture));
                break;
            case ValueKind.Reference:
                WriteReference(tape, token.Target, json, root);
                break;
            case ValueKind.Object when IsStackFrame(tape, index):
                WriteStackFrame(tape, index, json);
                break;
            case ValueKind.Object:
                WriteObject(tape, index, json, root);
                break;
            case ValueKind.Map:
                WriteMap(tape, index, json, root);
                break;
            case ValueKind.List or ValueKind.Array:
                WriteItems(tape, index, json, root, isTyped);
                break;
            default:
                WriteScalar(tape, index, json, isTyped);
                break;
        }
    }

    private static void WriteScalar(ValueTape tape, int index, Utf8JsonWriter json, bool isTyped)
    {
        ref readonly var token = ref tape[index];
        var isOddScalar = token.Kind is ValueKind.Bytes or ValueKind.Decimal or ValueKind.BigInteger or ValueKind.Instant;
        var named = isTyped && (token.Type is not null || isOddScalar);
        if (named)
        {
            json.WriteStartObject();
            json.WriteString("@type", TypeOf(tape, index));
            json.WritePropertyName(token.Kind == ValueKind.Bytes ? "@base64" : "@value");
        }

        switch (token.Kind)
        {
            case ValueKind.Bytes:
                json.WriteBase64StringValue(tape.Utf8(index));
                break;
            case ValueKind.Instant:
                json.WriteStringValue(InstantOf(token));
                break;
            default:
                json.WriteStringValue(tape.Text(index));
                break;
        }

        if (named)
        {
            json.WriteEndObject();
        }
    }

    /// <summary>ISO 8601 where .NET has the year, else milliseconds since the epoch.</summary>
    private static string InstantOf(in ValueToken token)
    {
        const long first = -62_135_596_800_000;
        const long last = 253_402_300_799_999;
        if (token.EpochMs is < first or > last)
        {
            return $"{token.EpochMs.ToString(CultureInfo.InvariantCulture)} ms";
        }

        var time = DateTimeOffset.FromUnixTimeMilliseconds(token.EpochMs).AddTicks(token.NanosOfMs / 100);
        return time.ToString(token.NanosOfMs == 0 ? "yyyy-MM-dd'T'HH:mm:ss.fff'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
    }

    private static void WriteReference(ValueTape tape, int target, Utf8JsonWriter json, string? root)
    {
        var path = tape.PathOf(tape.Resolve(target));
        json.WriteStartObject();
        json.WriteString("@ref", root is null ? path : string.Concat(root, path.AsSpan("args[0]".Length)));
        json.WriteEndObject();
    }

    private static void WriteObject(ValueTape tape, int index, Utf8JsonWriter json, string? root)
    {
        json.WriteStartObject();
        if (tape[index].Type is { } type)
        {
            json.WriteString("@type", type.Text);
        }

        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            if (tape[i].Kind == ValueKind.Absent)
            {
                continue;
            }

            json.WritePropertyName(tape[i].Name?.Text ?? string.Empty);
            Write(tape, i, json, root, isTyped: true);
        }

        json.WriteEndObject();
    }

    private static void WriteMap(ValueTape tape, int index, Utf8JsonWriter json, string? root)
    {
        var end = tape.Next(index);
        var hasTextKeys = true;
        for (var key = index + 1; key < end; key = Behind(tape, tape.Next(key), end))
        {
            hasTextKeys &= tape[key].Kind == ValueKind.String;
        }

        json.WriteStartObject();
        if (tape[index].Type is { } type)
        {
            json.WriteString("@type", type.Text);
        }

        if (!hasTextKeys)
        {
            json.WriteStartArray("@entries");
        }

        for (var key = index + 1; key < end; key = Behind(tape, tape.Next(key), end))
        {
            if (hasTextKeys)
            {
                json.WritePropertyName(tape.Text(key));
                WriteValue(tape, tape.Next(key), end, json, root);
                continue;
            }

            json.WriteStartArray();
            Write(tape, key, json, root, isTyped: true);
            WriteValue(tape, tape.Next(key), end, json, root);
            json.WriteEndArray();
        }

        if (!hasTextKeys)
        {
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    // What broke off may end between a key and its value.
    private static int Behind(ValueTape tape, int value, int end) => value < end ? tape.Next(value) : end;

    private static void WriteValue(ValueTape tape, int value, int end, Utf8JsonWriter json, string? root)
    {
        if (value < end)
        {
            Write(tape, value, json, root, isTyped: true);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void WriteItems(ValueTape tape, int index, Utf8JsonWriter json, string? root, bool isTyped)
    {
        var named = isTyped && (tape[index].Type is not null || tape[index].Kind == ValueKind.Array);
        if (named)
        {
            json.WriteStartObject();
            json.WriteString("@type", TypeOf(tape, index));
            json.WritePropertyName("@items");
        }

        json.WriteStartArray();
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            Write(tape, i, json, root, isTyped: true);
        }

        json.WriteEndArray();
        if (named)
        {
            json.WriteEndObject();
        }
    }

    private static bool IsStackFrame(ValueTape tape, int index) =>
        tape[index].Type?.Text == "java.lang.StackTraceElement" && tape.FindField(index, "methodName"u8) >= 0;

    private static void WriteStackFrame(ValueTape tape, int index, Utf8JsonWriter json)
    {
        var line = Field("lineNumber"u8);
        var file = Field("fileName"u8);
        json.WriteStringValue($"{Field("declaringClass"u8)}.{Field("methodName"u8)}({(line.StartsWith('-') ? file : $"{file}:{line}")})");

        string Field(ReadOnlySpan<byte> name)
        {
            var at = tape.FindField(index, name);
            at = at < 0 ? at : tape.Resolve(at);
            return at < 0 ? string.Empty : tape[at].Kind switch
            {
                ValueKind.String => tape.Text(at),
                ValueKind.Int32 => tape[at].AsInt32.ToString(CultureInfo.InvariantCulture),
                _ => string.Empty,
            };
        }
    }
}
