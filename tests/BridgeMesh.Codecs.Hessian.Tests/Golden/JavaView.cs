using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>Compares a tape's value with the view that a recording Java program made of it. Answers null or the first difference.</summary>
internal sealed class JavaView(ValueTape tape)
{
    private readonly Dictionary<int, int> _tokensOfIds = [];

    internal string? Differs(int index, JsonElement view, string path)
    {
        if (view.ValueKind == JsonValueKind.Null)
        {
            return tape[index].Kind == ValueKind.Null ? null : Say(path, "null", index);
        }

        // Arrays of Java primitives list plain numbers.
        if (view.ValueKind != JsonValueKind.Object)
        {
            return Plain(index, view, path);
        }

        if (view.TryGetProperty("ref", out var reference))
        {
            return _tokensOfIds.TryGetValue(reference.GetInt32(), out var same) && tape.Resolve(index) == same
                ? null
                : Say(path, $"the value with id {reference}", index);
        }

        var token = tape.Resolve(index);
        if (view.TryGetProperty("id", out var id))
        {
            _tokensOfIds[id.GetInt32()] = token;
        }

        var type = view.TryGetProperty("type", out var named) ? named.GetString() ?? string.Empty : string.Empty;
        if (view.TryGetProperty("genericType", out var generic))
        {
            return Generic(token, generic.GetString() ?? string.Empty, view, path);
        }

        if (view.TryGetProperty("enum", out var constant))
        {
            return Enum(token, type, constant.GetString() ?? string.Empty, path);
        }

        if (view.TryGetProperty("epochMillis", out var epoch))
        {
            return tape[token].Kind == ValueKind.Instant && tape[token].EpochMs == Long(epoch) && (tape[token].Type?.Text ?? "java.util.Date") == type
                ? null
                : Say(path, $"{type} {epoch}", token);
        }

        if (view.TryGetProperty("fields", out var fields))
        {
            return Fields(token, type, fields, view, path);
        }

        if (view.TryGetProperty("entries", out var entries) || view.TryGetProperty("firstEntries", out entries)
            || view.TryGetProperty("map", out entries))
        {
            return Entries(token, type, entries, view, path);
        }

        if (view.TryGetProperty("items", out var items) || view.TryGetProperty("firstItems", out items)
            || view.TryGetProperty("firstAndLast3", out items))
        {
            return Items(token, type, items, view, path);
        }

        return type is "byte[]" ? Octets(token, view, path)
            : view.TryGetProperty("message", out _) ? Throwable(token, type, view, path)
            : Scalar(token, type, view, path);
    }

    /// <summary>SOFARPC's GenericObject and its kin, which hold any value of a class that the caller does not have.</summary>
    private string? Generic(int index, string type, JsonElement view, string path)
    {
        if (view.TryGetProperty("items", out var items))
        {
            items = items.ValueKind == JsonValueKind.Object ? items.GetProperty("items") : items;
            return Items(index, tape[index].Kind == ValueKind.Array ? type + "[]" : type, items, view, path);
        }

        if (view.TryGetProperty("map", out var map))
        {
            return Entries(index, type, map.TryGetProperty("entries", out var entries) ? entries : map, view, path);
        }

        return tape[index].Kind == ValueKind.Enum
            ? Enum(index, type, view.GetProperty("fields").GetProperty("name").GetProperty("value").GetString() ?? string.Empty, path)
            : Fields(index, type, view.GetProperty("fields"), view, path);
    }

    private string? Plain(int index, JsonElement view, string path)
    {
        ref readonly var token = ref tape[index];
        var ok = view.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => token.Kind == ValueKind.Bool && token.AsBool == view.GetBoolean(),
            JsonValueKind.Number when token.Kind is ValueKind.Int32 or ValueKind.Int64 => token.AsInt64 == view.GetInt64(),
            JsonValueKind.Number => token.Kind == ValueKind.Float64 && token.AsFloat64 == view.GetDouble(),
            JsonValueKind.String when token.Kind is ValueKind.Int64 => token.AsInt64 == Long(view),
            JsonValueKind.String => IsText(token.Kind) && tape.Text(index) == view.GetString(),
            _ => false,
        };
        return ok ? null : Say(path, view.GetRawText(), index);
    }

    private string? Scalar(int index, string type, JsonElement view, string path)
    {
        ref readonly var token = ref tape[index];
        var value = view.TryGetProperty("value", out var found) ? found : default;
        var ok = type switch
        {
            "java.lang.Boolean" or "boolean" => token.Kind == ValueKind.Bool && token.AsBool == value.GetBoolean(),
            "java.lang.Byte" or "java.lang.Short" or "java.lang.Integer" or "byte" or "short" or "int" =>
                token.Kind == ValueKind.Int32 && token.AsInt32 == value.GetInt32(),
            "java.lang.Long" or "long" => token.Kind == ValueKind.Int64 && token.AsInt64 == Long(value),
            "java.lang.Double" or "double" => token.Kind == ValueKind.Float64 && token.AsFloat64.Equals(Double(value)),
            "java.lang.Float" or "float" => token.Kind == ValueKind.Float64 && ((float)token.AsFloat64).Equals((float)Double(value)),
            "java.lang.Character" or "char" => token.Kind == ValueKind.String && tape.Text(index) == Char(view, value),
            "java.lang.String" => token.Kind == ValueKind.String && IsString(index, view),
            "java.math.BigDecimal" => token.Kind == ValueKind.Decimal && Utf8(index) == value.GetString(),
            "java.math.BigInteger" => token.Kind == ValueKind.BigInteger && Utf8(index) == value.GetString(),
            "java.util.concurrent.atomic.AtomicInteger" or "java.util.concurrent.atomic.AtomicLong" =>
                token.Kind == ValueKind.Object && tape[index + 1].AsInt64 == Long(value),
            _ => token.Kind == ValueKind.Text && (token.Type?.Text == type || type == "java.time.ZoneRegion") && tape.Text(index) == value.GetString(),
        };
        return ok ? null : Say(path, view.GetRawText(), index);
    }

    private bool IsString(int index, JsonElement view)
    {
        if (view.TryGetProperty("value", out var value))
        {
            return tape.Text(index) == value.GetString();
        }

        if (view.TryGetProperty("utf16Hex", out var units))
        {
            return Convert.ToHexStringLower(Encoding.BigEndianUnicode.GetBytes(tape.Text(index).ToCharArray())) == units.GetString()
                || Utf16Hex(tape.Text(index)) == units.GetString();
        }

        return tape[index].Utf16Length == view.GetProperty("length").GetInt32()
            && Convert.ToHexStringLower(SHA256.HashData(tape.Utf8(index))) == view.GetProperty("utf8Sha256").GetString();
    }

    private static string Utf16Hex(string text) => string.Concat(text.Select(c => ((int)c).ToString("x4", CultureInfo.InvariantCulture)));

    private string? Octets(int index, JsonElement view, string path)
    {
        var octets = tape.Utf8(index);
        var ok = tape[index].Kind == ValueKind.Bytes && (
            view.TryGetProperty("hex", out var hex) ? Convert.ToHexStringLower(octets) == hex.GetString()
            : view.TryGetProperty("base64", out var base64) ? Convert.ToBase64String(octets) == base64.GetString()
            : octets.Length == view.GetProperty("length").GetInt32()
                && Convert.ToHexStringLower(SHA256.HashData(octets)) == view.GetProperty("sha256").GetString());
        return ok ? null : Say(path, view.GetRawText(), index);
    }

    private string? Enum(int index, string type, string constant, string path)
    {
        ref readonly var token = ref tape[index];

        // A constant with a body has a class of its own, which hessian-lite does not write and sofa-hessian does.
        var className = token.Type?.Text;
        var typed = className is not null && (className == type
            || type.StartsWith(className + "$", StringComparison.Ordinal) || className.StartsWith(type + "$", StringComparison.Ordinal));
        return token.Kind == ValueKind.Enum && typed && tape.Text(index) == constant ? null : Say(path, $"{type}.{constant}", index);
    }

    private string? Items(int index, string type, JsonElement items, JsonElement view, string path)
    {
        ref readonly var token = ref tape[index];
        if (type == "char[]" && token.Kind == ValueKind.String)
        {
            return string.Concat(items.EnumerateArray().Select(i => i.ValueKind == JsonValueKind.Object
                ? Char(i, i.GetProperty("value")) : ((char)i.GetInt32()).ToString())) == tape.Text(index) ? null : Say(path, type, index);
        }

        if (token.Kind is not (ValueKind.List or ValueKind.Array) || !JavaTypes.IsCollection(type, token.Type?.Text))
        {
            return Say(path, type, index);
        }

        var count = view.TryGetProperty("count", out var declared) || view.TryGetProperty("length", out declared) ? declared.GetInt32() : items.GetArrayLength();
        if (token.Count != count)
        {
            return Say(path, $"{count} items", index);
        }

        var children = Children(index);
        var views = items.EnumerateArray().ToList();
        var ends = view.TryGetProperty("firstAndLast3", out _);
        for (var i = 0; i < views.Count; i++)
        {
            var at = ends && i >= views.Count / 2 ? count - (views.Count - i) : i;
            if (Differs(children[at], views[i], $"{path}[{at}]") is { } found)
            {
                return found;
            }
        }

        return view.TryGetProperty("lastItem", out var last) ? Differs(children[^1], last, $"{path}[{count - 1}]") : null;
    }

    private string? Entries(int index, string type, JsonElement entries, JsonElement view, string path)
    {
        ref readonly var token = ref tape[index];
        if (token.Kind != ValueKind.Map || !JavaTypes.IsMap(type, token.Type?.Text))
        {
            return Say(path, type, index);
        }

        var count = view.TryGetProperty("length", out var declared) ? declared.GetInt32() : entries.GetArrayLength();
        if (token.Count != count)
        {
            return Say(path, $"{count} entries", index);
        }

        // Java shows a HashMap in the order of its buckets, not of the wire.
        var children = Children(index);
        foreach (var entry in entries.EnumerateArray())
        {
            string? found = null;
            for (var at = 0; at < children.Count; at += 2)
            {
                found = Differs(children[at], entry[0], path + ".key");
                if (found is null)
                {
                    found = Differs(children[at + 1], entry[1], $"{path}[{entry[0]}]");
                    break;
                }
            }

            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    private string? Throwable(int index, string type, JsonElement view, string path)
    {
        if (tape[index].Kind != ValueKind.Object || tape[index].Type?.Text != type)
        {
            return Say(path, type, index);
        }

        var message = view.GetProperty("message");
        var own = tape.FindField(index, "detailMessage"u8);
        var said = own < 0 || tape[own].Kind == ValueKind.Null ? null : tape.Text(own);

        // Views cut long messages.
        if (said != message.GetString() && !(said?.Length > 300))
        {
            return Say(path + ".message", message.GetRawText(), index);
        }

        var depth = view.TryGetProperty("stackDepth", out var frames) || view.TryGetProperty("stackTraceDepth", out frames) ? frames.GetInt32() : -1;
        var trace = tape.FindField(index, "stackTrace"u8);
        if (depth >= 0 && (trace < 0 || tape[tape.Resolve(trace)].Count != depth))
        {
            return Say(path + ".stackTrace", $"{depth} frames", index);
        }

        var cause = tape.FindField(index, "cause"u8);
        if (view.TryGetProperty("cause", out var because) && cause >= 0)
        {
            // Java shows a cause that refers to the exception itself as none.
            var none = tape[cause].Kind == ValueKind.Null || tape.Resolve(cause) == index;
            if (because.ValueKind == JsonValueKind.Null ? !none : Differs(cause, because, path + ".cause") is not null)
            {
                return Say(path + ".cause", because.GetRawText(), cause);
            }
        }

        return null;
    }

    private string? Fields(int index, string type, JsonElement fields, JsonElement view, string path)
    {
        if (view.TryGetProperty("message", out _) && Throwable(index, type, view, path) is { } found)
        {
            return found;
        }

        // Classes that the recording program showed by name only.
        if (!fields.EnumerateObject().Any() && tape[index].Kind is ValueKind.Text or ValueKind.Instant && tape[index].Type?.Text == type)
        {
            return null;
        }

        if (tape[index].Kind != ValueKind.Object || tape[index].Type?.Text != type)
        {
            return Say(path, type, index);
        }

        foreach (var field in fields.EnumerateObject())
        {
            // A shadowed field of a parent class is shown as Parent.field: on the wire both have the same name.
            var name = field.Name[(field.Name.LastIndexOf('.') + 1)..];
            var candidates = Children(index).Where(i => tape[i].Name?.Text == name).ToList();
            var differences = candidates.Select(i => IsWidened(i, field.Value) ? null : Differs(i, field.Value, $"{path}.{field.Name}")).ToList();
            if (differences.Count == 0 || differences.All(d => d is not null))
            {
                return differences.Count == 0 ? Say($"{path}.{field.Name}", "a field", index) : differences[^1];
            }
        }

        return null;
    }

    /// <summary>A peer in another language sent a narrower number than the Java field declares.</summary>
    private bool IsWidened(int index, JsonElement view) =>
        tape[index].Kind == ValueKind.Int32 && view.ValueKind == JsonValueKind.Object && view.TryGetProperty("value", out var value)
        && view.GetProperty("type").GetString() is "long" or "java.lang.Long" or "double" or "java.lang.Double"
        && Double(value).Equals(tape[index].AsInt32);

    private List<int> Children(int index)
    {
        var children = new List<int>();
        for (var i = index + 1; i < tape.Next(index); i = tape.Next(i))
        {
            children.Add(i);
        }

        return children;
    }

    private string Utf8(int index) => Encoding.UTF8.GetString(tape.Utf8(index));

    private string Say(string path, string expected, int index) =>
        $"{path}: expected {(expected.Length > 200 ? expected[..200] : expected)}, found {tape[index].Kind} {tape[index].Type}{(IsText(tape[index].Kind) ? " " + tape.Text(index) : string.Empty)}";

    private static bool IsText(ValueKind kind) => kind is ValueKind.String or ValueKind.Text or ValueKind.Enum or ValueKind.Decimal or ValueKind.BigInteger;

    private static string? Char(JsonElement view, JsonElement value) =>
        view.TryGetProperty("code", out var code) ? ((char)code.GetInt32()).ToString()
        : value.ValueKind == JsonValueKind.Number ? ((char)value.GetInt32()).ToString() : value.GetString();

    private static long Long(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetInt64()
        : long.Parse(value.GetString() ?? string.Empty, CultureInfo.InvariantCulture);

    private static double Double(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble()
        : double.Parse(value.GetString() ?? string.Empty, CultureInfo.InvariantCulture);
}
