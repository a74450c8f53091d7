using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Tests.Golden;

/// <summary>
/// Compares a value on a tape with the view that the recorder wrote of the Java value. Answers the first difference, or null. Types that
/// the wire does not tell apart (byte and int, float and double, char and String) are compared by value.
/// </summary>
internal sealed class ValueView(ValueTape tape)
{
    private readonly Dictionary<string, int> _ids = [];

    internal string? Difference(int index, JsonElement view, string path)
    {
        var at = tape.Resolve(index);
        var token = tape[at];
        if (view.ValueKind == JsonValueKind.Null)
        {
            return token.Kind is ValueKind.Null or ValueKind.Absent ? null : $"{path}: expected null, found {token.Kind}";
        }

        if (view.TryGetProperty("ref", out var reference))
        {
            var isSame = _ids.TryGetValue(reference.ToString(), out var target) && target == at;
            return isSame ? null : $"{path}: not the value with id {reference}";
        }

        if (view.TryGetProperty("id", out var id))
        {
            _ids[id.ToString()] = at;
        }

        return ScalarDifference(at, token, view, path);
    }

    private string? ScalarDifference(int at, ValueToken token, JsonElement view, string path)
    {
        var type = view.GetProperty("type").GetString() ?? string.Empty;
        switch (type)
        {
            case "int" or "short" or "byte" or "java.lang.Integer" or "java.lang.Short" or "java.lang.Byte":
                return Same(path, ValueKind.Int32, token.Kind, view.GetProperty("value").GetInt32(), token.AsInt32);
            case "long" or "java.lang.Long":
                return Same(path, ValueKind.Int64, token.Kind, Long(view.GetProperty("value")), token.AsInt64);
            case "boolean" or "java.lang.Boolean":
                return Same(path, ValueKind.Bool, token.Kind, view.GetProperty("value").GetBoolean(), token.AsBool);
            case "float" or "java.lang.Float":
                return Same(path, ValueKind.Float64, token.Kind, Single(view), (float)token.AsFloat64);
            case "double" or "java.lang.Double":
                return Same(path, ValueKind.Float64, token.Kind, Double(view), token.AsFloat64);
            case "char" or "java.lang.Character":
                return Same(path, ValueKind.String, token.Kind, Char(view).ToString(), Text(at, token));
            case "char[]":
                var chars = view.GetProperty("items").EnumerateArray().Select(i => (char)i.GetInt32());
                return Same(path, ValueKind.String, token.Kind, string.Concat(chars), Text(at, token));
            case "java.lang.String":
                return TextDifference(at, token, view, path);
            case "byte[]":
                return BytesDifference(at, token, view, path);
            case "java.math.BigDecimal":
                return Same(path, ValueKind.Decimal, token.Kind, view.GetProperty("value").ToString(), Text(at, token));
            case "java.math.BigInteger":
                return Same(path, ValueKind.BigInteger, token.Kind, view.GetProperty("value").ToString(), Text(at, token));
        }

        if (view.TryGetProperty("epochMillis", out var millis))
        {
            return Same(path, ValueKind.Instant, token.Kind, Long(millis), token.EpochMs);
        }

        if (view.TryGetProperty("enum", out var constant))
        {
            // A constant with a body has a class of its own, Op$2; on the wire stands the enum.
            return Same(path, ValueKind.Enum, token.Kind, constant.GetString(), Text(at, token))
                ?? TypeDifference(token, type.Split('$')[0], path);
        }

        if (view.TryGetProperty("value", out var value))
        {
            // java.util.concurrent.atomic and StringBuilder have no scalar form on the wire.
            if (token.Kind == ValueKind.Object && tape.FindField(at, FieldName.Of("value")) is >= 0 and var held)
            {
                var text = tape[held].Kind == ValueKind.String ? tape.Text(held) : $"{tape[held].AsInt64}";
                return TypeDifference(token, type, path) ?? Same(path, token.Kind, token.Kind, value.ToString(), text);
            }

            return Same(path, ValueKind.Text, token.Kind, value.GetString(), Text(at, token));
        }

        return ContainerDifference(at, token, view, type, path);
    }

    private string? ContainerDifference(int at, ValueToken token, JsonElement view, string type, string path)
    {
        if (view.TryGetProperty("message", out var message))
        {
            return ThrowableDifference(at, token, view, message, type, path);
        }

        if (view.TryGetProperty("fields", out var fields))
        {
            return token.Kind == ValueKind.Object
                ? TypeDifference(token, type, path) ?? FieldsDifference(at, fields, path)
                : $"{path}: expected an object, found {token.Kind}";
        }

        if (view.TryGetProperty("entries", out var entries) || view.TryGetProperty("firstEntries", out entries))
        {
            return MapDifference(at, token, view, entries, path);
        }

        if (view.TryGetProperty("items", out var items) || view.TryGetProperty("firstItems", out items))
        {
            return ItemsDifference(at, token, view, items, path);
        }

        return $"{path}: the view of {type} is not understood";
    }

    private string? ItemsDifference(int at, ValueToken token, JsonElement view, JsonElement items, string path)
    {
        var count = view.TryGetProperty("length", out var length) ? length.GetInt32() : items.GetArrayLength();
        if (token.Kind is not (ValueKind.List or ValueKind.Array) || token.Count != count)
        {
            return $"{path}: expected {count} items, found {token.Kind} of {token.Count}";
        }

        if (view.GetProperty("type").GetString() == "java.util.HashSet")
        {
            return SetDifference(at, items, path);
        }

        var child = at + 1;
        var ordinal = 0;
        foreach (var item in items.EnumerateArray())
        {
            var difference = ItemDifference(child, item, $"{path}[{ordinal}]");
            if (difference is not null)
            {
                return difference;
            }

            ordinal++;
            child = tape.Next(child);
        }

        if (!view.TryGetProperty("lastItem", out var last))
        {
            return null;
        }

        for (; ordinal < count - 1; ordinal++)
        {
            child = tape.Next(child);
        }

        return ItemDifference(child, last, $"{path}[{ordinal}]");
    }

    /// <summary>The recorder saw a decoded HashSet, whose order is not the wire's.</summary>
    private string? SetDifference(int at, JsonElement items, string path)
    {
        var end = tape.Next(at);
        foreach (var item in items.EnumerateArray())
        {
            var found = false;
            for (var child = at + 1; child < end && !found; child = tape.Next(child))
            {
                found = ItemDifference(child, item, path) is null;
            }

            if (!found)
            {
                return $"{path}: {item} is missing";
            }
        }

        return null;
    }

    /// <summary>Arrays of primitives list plain values.</summary>
    private string? ItemDifference(int child, JsonElement item, string path)
    {
        var token = tape[child];
        return item.ValueKind switch
        {
            JsonValueKind.Number when token.Kind == ValueKind.Float64 =>
                Same(path, token.Kind, token.Kind, (float)item.GetDouble(), (float)token.AsFloat64),
            JsonValueKind.Number => Same(path, token.Kind, token.Kind, item.GetInt64(), token.AsInt64),
            JsonValueKind.True or JsonValueKind.False => Same(path, ValueKind.Bool, token.Kind, item.GetBoolean(), token.AsBool),
            JsonValueKind.String when token.Kind == ValueKind.Int64 => Same(path, token.Kind, token.Kind, Long(item), token.AsInt64),
            JsonValueKind.String when token.Kind == ValueKind.Float64 =>
                Same(path, token.Kind, token.Kind, double.Parse(item.ToString(), CultureInfo.InvariantCulture), token.AsFloat64),
            JsonValueKind.String => Same(path, ValueKind.String, token.Kind, item.GetString(), Text(child, token)),
            _ => Difference(child, item, path),
        };
    }

    private string? MapDifference(int at, ValueToken token, JsonElement view, JsonElement entries, string path)
    {
        var count = view.TryGetProperty("length", out var length) ? length.GetInt32() : entries.GetArrayLength();
        if (token.Kind != ValueKind.Map || token.Count != count)
        {
            return $"{path}: expected a map of {count}, found {token.Kind} of {token.Count}";
        }

        var ordinal = 0;
        var key = at + 1;
        foreach (var entry in entries.EnumerateArray())
        {
            var value = tape.Next(key);
            var difference = Difference(key, entry[0], $"{path}.key[{ordinal}]") ?? Difference(value, entry[1], $"{path}.value[{ordinal}]");
            if (difference is not null)
            {
                return difference;
            }

            ordinal++;
            key = tape.Next(value);
        }

        return null;
    }

    private string? FieldsDifference(int at, JsonElement fields, string path)
    {
        foreach (var field in fields.EnumerateObject())
        {
            // A shadowed field of the superclass: the wire has the name twice, and the last one wins.
            if (field.Name.Contains('.', StringComparison.Ordinal))
            {
                continue;
            }

            var found = tape.FindField(at, FieldName.Of(field.Name));
            if (found < 0)
            {
                return $"{path}.{field.Name}: missing";
            }

            var difference = Difference(found, field.Value, $"{path}.{field.Name}");
            if (difference is not null)
            {
                return difference;
            }
        }

        return null;
    }

    private string? ThrowableDifference(int at, ValueToken token, JsonElement view, JsonElement message, string type, string path)
    {
        if (token.Kind != ValueKind.Object)
        {
            return $"{path}: expected an exception, found {token.Kind}";
        }

        var detail = tape.FindField(at, FieldName.Of("detailMessage"));
        if (detail < 0)
        {
            return $"{path}: no detailMessage";
        }

        var told = tape[detail].Kind == ValueKind.String ? tape.Text(detail) : null;
        var expected = message.GetString();
        if (told != expected)
        {
            return $"{path}.message: expected {expected}, found {told}";
        }

        var difference = TypeDifference(token, type, path) ?? FieldsDifference(at, view.GetProperty("fields"), path);
        var cause = tape.FindField(at, FieldName.Of("cause"));
        return difference is null && view.TryGetProperty("cause", out var inner) && inner.ValueKind != JsonValueKind.Null
            ? Difference(cause, inner, $"{path}.cause")
            : difference;
    }

    private string? TextDifference(int at, ValueToken token, JsonElement view, string path)
    {
        if (token.Kind != ValueKind.String)
        {
            return $"{path}: expected a string, found {token.Kind}";
        }

        var text = tape.Text(at);
        if (view.TryGetProperty("utf16Hex", out var hex))
        {
            return Same(path, token.Kind, token.Kind, hex.GetString(), Convert.ToHexStringLower(Encoding.BigEndianUnicode.GetBytes(text)));
        }

        if (view.TryGetProperty("value", out var value))
        {
            return Same(path, token.Kind, token.Kind, value.GetString(), text);
        }

        var sha = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return Same(path, token.Kind, token.Kind, view.GetProperty("length").GetInt32(), text.Length)
            ?? Same(path, token.Kind, token.Kind, view.GetProperty("utf8Sha256").GetString(), sha);
    }

    private string? BytesDifference(int at, ValueToken token, JsonElement view, string path)
    {
        if (token.Kind != ValueKind.Bytes)
        {
            return $"{path}: expected bytes, found {token.Kind}";
        }

        var octets = tape.Utf8(at);
        return view.TryGetProperty("base64", out var base64)
            ? Same(path, token.Kind, token.Kind, base64.GetString(), Convert.ToBase64String(octets))
            : Same(path, token.Kind, token.Kind, view.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(octets)));
    }

    private static string? TypeDifference(ValueToken token, string type, string path) =>
        token.Type?.Text == type || (type == "java.util.BitSet" && token.Type?.Text == "com.alibaba.com.caucho.hessian.io.BitSetHandle")
            ? null
            : $"{path}: expected type {type}, found {token.Type}";

    private static string? Same<T>(string path, ValueKind expectedKind, ValueKind kind, T expected, T actual) =>
        kind == expectedKind && EqualityComparer<T>.Default.Equals(expected, actual)
            ? null
            : $"{path}: expected {expectedKind} {expected}, found {kind} {actual}";

    private string Text(int at, ValueToken token) =>
        token.Kind is ValueKind.String or ValueKind.Text or ValueKind.Enum or ValueKind.Decimal or ValueKind.BigInteger
            ? tape.Text(at)
            : string.Empty;

    private static long Long(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? long.Parse(value.ToString(), CultureInfo.InvariantCulture) : value.GetInt64();

    /// <summary>Fields give the code, other places the character too.</summary>
    private static char Char(JsonElement view) =>
        (char)(view.TryGetProperty("code", out var code) ? code : view.GetProperty("value")).GetInt32();

    private static float Single(JsonElement view) =>
        view.TryGetProperty("bits", out var bits)
            ? BitConverter.Int32BitsToSingle(int.Parse(bits.ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            : view.GetProperty("value").GetSingle();

    /// <summary>A negative zero loses its sign on hessian-lite's wire.</summary>
    private static double Double(JsonElement view) =>
        0.0 + (view.TryGetProperty("bits", out var bits)
            ? BitConverter.Int64BitsToDouble(long.Parse(bits.ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            : view.GetProperty("value").GetDouble());
}
