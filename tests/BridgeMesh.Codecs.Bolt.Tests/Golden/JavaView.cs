using System.Globalization;
using System.Text.Json;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Bolt.Tests.Golden;

/// <summary>
/// Compares a tape with the view of a value that a Java recorder wrote. Shallow where the Hessian codec's own tests look closer: classes of
/// collections and of numbers are not compared, and a reference is taken for granted.
/// </summary>
internal static class JavaView
{
    internal static void AssertSame(JsonElement view, ValueTape tape, int index, string path)
    {
        if (view.ValueKind == JsonValueKind.Null)
        {
            Assert.True(tape[index].Kind == ValueKind.Null, $"{path}: {tape[index].Kind} is not null");
            return;
        }

        if (view.TryGetProperty("ref", out _))
        {
            Assert.True(tape[index].Kind == ValueKind.Reference, $"{path}: {tape[index].Kind} is no reference");
            return;
        }

        index = tape.Resolve(index);
        if (view.TryGetProperty("genericType", out var stands))
        {
            AssertGeneric(view, stands.GetString(), tape, index, path);
        }
        else if (view.TryGetProperty("items", out var items))
        {
            AssertItems(items, tape, index, path);
        }
        else if (view.TryGetProperty("entries", out var entries))
        {
            AssertEntries(entries, tape, index, path);
        }
        else if (view.TryGetProperty("fields", out var fields) && tape[index].Kind == ValueKind.Object)
        {
            AssertFields(fields, tape, index, path);
        }
        else if (view.TryGetProperty("enum", out var constant))
        {
            Assert.True(constant.GetString() == tape.Text(index), path);
        }
        else if (view.TryGetProperty("epochMillis", out var epoch))
        {
            Assert.True(epoch.GetString() == tape[index].EpochMs.ToString(CultureInfo.InvariantCulture), path);
        }
        else if (view.TryGetProperty("hex", out var hex))
        {
            Assert.True(hex.GetString() == Convert.ToHexStringLower(tape.Utf8(index)), path);
        }
        else if (tape[index].Kind == ValueKind.Object)
        {
            // BigInteger, java.time: Java writes them field by field, and the Hessian codec's own tests look into that.
            Assert.True(tape[index].Type is not null, path);
        }
        else if (view.TryGetProperty("value", out var value))
        {
            AssertScalar(value, tape, index, path);
        }
    }

    /// <summary>GenericObject and its kin, which go over the wire as what they stand for.</summary>
    private static void AssertGeneric(JsonElement view, string? type, ValueTape tape, int index, string path)
    {
        if (tape[index].Kind == ValueKind.Enum)
        {
            Assert.Equal((type, view.GetProperty("fields").GetProperty("name").GetProperty("value").GetString()),
                (tape[index].Type?.Text, tape.Text(index)));
        }
        else if (view.TryGetProperty("fields", out var fields))
        {
            Assert.Equal((type, ValueKind.Object), (tape[index].Type?.Text, tape[index].Kind));
            Assert.True(fields.EnumerateObject().Count() == tape[index].Count, $"{path}: {tape[index].Count} fields");
            AssertFields(fields, tape, index, path);
        }
        else
        {
            Assert.Equal(("[" + type, ValueKind.Array), (tape[index].Type?.Text, tape[index].Kind));
            AssertItems(view.GetProperty("items").GetProperty("items"), tape, index, path);
        }
    }

    private static void AssertItems(JsonElement items, ValueTape tape, int index, string path)
    {
        if (tape[index].Kind == ValueKind.String)
        {
            // char[] travels as a string.
            Assert.True(string.Concat(items.EnumerateArray().Select(i => i.GetProperty("value").GetString())) == tape.Text(index), path);
            return;
        }

        Assert.True(tape[index].Kind is ValueKind.List or ValueKind.Array, $"{path}: {tape[index].Kind}");
        var at = index + 1;
        var ordinal = 0;
        foreach (var item in items.EnumerateArray())
        {
            AssertSame(item, tape, at, $"{path}[{ordinal++}]");
            at = tape.Next(at);
        }

        Assert.True(at == tape.Next(index), $"{path}: more than {ordinal} elements");
    }

    private static void AssertEntries(JsonElement entries, ValueTape tape, int index, string path)
    {
        Assert.True(tape[index].Kind is ValueKind.Map, $"{path}: {tape[index].Kind}");
        Assert.True(entries.GetArrayLength() == tape[index].Count, $"{path}: {tape[index].Count} entries");

        // A HashMap of the recorder's shows its entries in another order than the wire had them.
        var unordered = entries.EnumerateArray().ToList();
        for (var key = index + 1; key < tape.Next(index);)
        {
            var value = tape.Next(key);
            var wanted = unordered.FindIndex(e => IsKey(e[0], tape, key));
            Assert.True(wanted >= 0, $"{path}: the view has no entry for {tape.PathOf(key)}");
            AssertSame(unordered[wanted][1], tape, value, $"{path}.value");
            unordered.RemoveAt(wanted);
            key = tape.Next(value);
        }
    }

    private static bool IsKey(JsonElement view, ValueTape tape, int key)
    {
        var text = view.ValueKind == JsonValueKind.Null ? null : view.GetProperty("value").ToString();
        return tape[key].Kind switch
        {
            ValueKind.Null => text is null,
            ValueKind.Int32 or ValueKind.Int64 => text == tape[key].AsInt64.ToString(CultureInfo.InvariantCulture),
            ValueKind.String => text == tape.Text(key),
            _ => false,
        };
    }

    private static void AssertFields(JsonElement fields, ValueTape tape, int index, string path)
    {
        foreach (var field in fields.EnumerateObject())
        {
            // A parent's field of the same name shows as Parent.field; the tape has both under one name.
            if (field.Name.Contains('.', StringComparison.Ordinal))
            {
                continue;
            }

            var child = tape.FindField(index, FieldName.Of(field.Name));
            if (child >= 0 && !fields.EnumerateObject().Any(f => f.Name.EndsWith("." + field.Name, StringComparison.Ordinal)))
            {
                AssertSame(field.Value, tape, child, $"{path}.{field.Name}");
            }
        }
    }

    private static void AssertScalar(JsonElement value, ValueTape tape, int index, string path)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() ?? string.Empty : value.GetRawText();
        var same = tape[index].Kind switch
        {
            ValueKind.Bool => text == (tape[index].AsBool ? "true" : "false"),
            ValueKind.Int32 => text == tape[index].AsInt32.ToString(CultureInfo.InvariantCulture),
            ValueKind.Int64 => text == tape[index].AsInt64.ToString(CultureInfo.InvariantCulture),
            ValueKind.Float64 => IsSame(text, tape[index].AsFloat64),
            ValueKind.Float32 => IsSame(text, tape[index].AsFloat32),
            ValueKind.String or ValueKind.Text or ValueKind.Decimal or ValueKind.BigInteger or ValueKind.Enum => text == tape.Text(index),
            _ => false,
        };
        Assert.True(same, $"{path}: {tape[index].Kind} is not {text}");
    }

    // Java's floats travel as doubles, and -0.0 as the one-byte zero.
    private static bool IsSame(string text, double value) => double.Parse(text, CultureInfo.InvariantCulture) is var expected
        && (expected.Equals(value) || expected == value || (double)float.Parse(text, CultureInfo.InvariantCulture) == value);
}
