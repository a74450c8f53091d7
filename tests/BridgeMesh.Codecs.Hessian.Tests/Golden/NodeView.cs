using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>Compares a tape's value with plain JSON, as JavaScript saw it; typed values are <c>{"$class", "$"}</c>. Answers null or the first difference.</summary>
internal sealed class NodeView(ValueTape tape)
{
    internal string? Differs(int index, JsonElement view, string path)
    {
        index = tape.Resolve(index);
        if (view.ValueKind == JsonValueKind.Object && view.TryGetProperty("$", out var inner))
        {
            var className = view.GetProperty("$class").GetString();
            if (tape[index].Kind is ValueKind.Object or ValueKind.Enum && tape[index].Type?.Text != className)
            {
                return Say(path, className ?? string.Empty, index);
            }

            return Differs(index, inner, path);
        }

        var ok = view.ValueKind switch
        {
            JsonValueKind.Null => tape[index].Kind == ValueKind.Null,
            JsonValueKind.True or JsonValueKind.False => tape[index].Kind == ValueKind.Bool && tape[index].AsBool == view.GetBoolean(),
            JsonValueKind.Number => IsNumber(index, view.GetDouble()),
            JsonValueKind.String => IsString(index, view.GetString() ?? string.Empty),
            _ => true,
        };
        return !ok ? Say(path, view.GetRawText(), index)
            : view.ValueKind == JsonValueKind.Array ? Items(index, view, path)
            : view.ValueKind == JsonValueKind.Object ? Object(index, view, path)
            : null;
    }

    private bool IsNumber(int index, double value) => tape[index].Kind switch
    {
        ValueKind.Int32 or ValueKind.Int64 => tape[index].AsInt64 == value,
        ValueKind.Float64 => tape[index].AsFloat64 == value,
        _ => false,
    };

    private bool IsString(int index, string value) => tape[index].Kind switch
    {
        ValueKind.Int64 => tape[index].AsInt64.ToString(CultureInfo.InvariantCulture) == value,
        ValueKind.Instant => DateTimeOffset.FromUnixTimeMilliseconds(tape[index].EpochMs) == DateTimeOffset.Parse(value, CultureInfo.InvariantCulture),
        _ => tape[index].Kind is ValueKind.String or ValueKind.Enum or ValueKind.Decimal && tape.Text(index) == value,
    };

    private string? Items(int index, JsonElement view, string path)
    {
        if (tape[index].Kind is not (ValueKind.List or ValueKind.Array) || tape[index].Count != view.GetArrayLength())
        {
            return Say(path, $"{view.GetArrayLength()} items", index);
        }

        var child = index + 1;
        foreach (var item in view.EnumerateArray())
        {
            if (Differs(child, item, path + "[]") is { } found)
            {
                return found;
            }

            child = tape.Next(child);
        }

        return null;
    }

    private string? Object(int index, JsonElement view, string path)
    {
        switch (tape[index].Kind)
        {
            case ValueKind.Bytes:
                var octets = view.GetProperty("data").EnumerateArray().Select(b => b.GetByte()).ToArray();
                return tape.Utf8(index).SequenceEqual(octets) ? null : Say(path, view.GetRawText(), index);
            case ValueKind.String when view.TryGetProperty("utf8Sha256", out var sha):
                return Convert.ToHexStringLower(SHA256.HashData(tape.Utf8(index))) == sha.GetString() ? null : Say(path, view.GetRawText(), index);
            case ValueKind.Enum when view.TryGetProperty("name", out var name):
                return Differs(index, name, path);
            case ValueKind.Decimal when view.TryGetProperty("value", out var value):
                return Differs(index, value, path);
            case ValueKind.Object when view.TryGetProperty("message", out var message) && view.TryGetProperty("name", out var thrown):
                return tape[index].Type?.Text == thrown.GetString() ? Differs(tape.FindField(index, "detailMessage"u8), message, path + ".message")
                    : Say(path, view.GetRawText(), index);
            case ValueKind.Object:
                return Members(index, view, path, i => tape.FindField(index, System.Text.Encoding.UTF8.GetBytes(i)));
            case ValueKind.Map:
                return Members(index, view, path, name => FindKey(index, name));
            default:
                return Say(path, view.GetRawText(), index);
        }
    }

    private string? Members(int index, JsonElement view, string path, Func<string, int> find)
    {
        foreach (var member in view.EnumerateObject())
        {
            var child = find(member.Name);
            var found = child < 0 ? Say($"{path}.{member.Name}", "a member", index) : Differs(child, member.Value, $"{path}.{member.Name}");
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    private int FindKey(int index, string name)
    {
        for (var key = index + 1; key < tape.Next(index); key = tape.Next(tape.Next(key)))
        {
            if (tape[key].Kind == ValueKind.String && tape.Text(key) == name)
            {
                return tape.Next(key);
            }
        }

        return -1;
    }

    private string Say(string path, string expected, int index) => $"{path}: expected {expected}, found {tape[index].Kind} {tape[index].Type}";
}
