using Google.Protobuf;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>Which fields of two messages differ, for failures that a person must read.</summary>
internal static class Difference
{
    private const int MaxShown = 300;

    internal static string Of(IMessage expected, IMessage actual)
    {
        var lines = new List<string>();
        foreach (var field in expected.Descriptor.Fields.InFieldNumberOrder())
        {
            var left = field.Accessor.GetValue(expected);
            var right = field.Accessor.GetValue(actual);
            if (left is IMessage inner && right is IMessage other)
            {
                lines.AddRange(Equals(left, right) ? [] : [$"{field.Name}: {Of(inner, other)}"]);
            }
            else if (left is System.Collections.IDictionary map && right is System.Collections.IDictionary others)
            {
                foreach (var key in map.Keys.Cast<object>().Where(k => !Equals(map[k], others[k])))
                {
                    var value = map[key] is IMessage one && others[key] is IMessage two ? Of(one, two) : $"{map[key]} became {others[key]}";
                    lines.Add($"{field.Name}[{key}]: {value}");
                }
            }
            else if (!Equals(left, right))
            {
                lines.Add($"{field.Name}: {left?.GetType().Name} became {right?.GetType().Name}");
            }
        }

        return lines.Count > 0 ? string.Join('\n', lines) : Bytes(Hex(expected), Hex(actual));
    }

    private static string Bytes(string expected, string actual)
    {
        var at = 0;
        while (at < Math.Min(expected.Length, actual.Length) && expected[at] == actual[at])
        {
            at++;
        }

        at = Math.Max(0, at - 20) & ~1;
        return $"bytes from {at / 2} on: {Shown(expected[at..])} became {Shown(actual[at..])}";
    }

    private static string Hex(IMessage message) => Convert.ToHexString(message.ToByteArray());

    private static string Shown(object? value)
    {
        var text = value?.ToString() ?? "nothing";
        return text.Length <= MaxShown ? text : text[..MaxShown];
    }
}
