using System.Text;

namespace BridgeMesh.Registries.Dns.Wire;

/// <summary>
/// A name of the domain name system, in lower case, as names are the same in any case (RFC 4343); without the dot at its end, so that the root
/// is empty.
/// </summary>
internal readonly record struct DomainName
{
    /// <summary>Source: RFC 1035 section 3.1, less the length octets of the first label and the root.</summary>
    internal const int MaxLength = 253;

    internal const int MaxLabel = 63;

    private readonly string? _text;

    private DomainName(string text) => _text = text;

    internal bool IsRoot => string.IsNullOrEmpty(_text);

    public override string ToString() => _text ?? string.Empty;

    /// <summary>Null where it is none, or the root.</summary>
    internal static DomainName? Parse(string text)
    {
        text = text.EndsWith('.') ? text[..^1] : text;
        return text.Length is > 0 and <= MaxLength
            && text.Split('.').All(static l => l.Length is > 0 and <= MaxLabel)
            && !text.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? new DomainName(text.ToLowerInvariant())
            : null;
    }

    /// <summary>
    /// Reads one that begins at the position, and moves on behind it. False for one that is cut off, too long, no text, or whose pointers do
    /// not go back.
    /// <code>
    /// length 1..63 | that many octets | … | 0            or at any label: 11 + 14 bits of a position before it
    /// </code>
    /// Source: RFC 1035 section 4.1.4.
    /// </summary>
    internal static bool TryRead(ReadOnlySpan<byte> message, ref int position, out DomainName name)
    {
        name = default;
        var text = new StringBuilder();
        var (at, end, earliest) = (position, -1, position);
        while (true)
        {
            if (at >= message.Length)
            {
                return false;
            }

            int length = message[at];
            if (length == 0)
            {
                position = end < 0 ? at + 1 : end;
                name = new DomainName(text.ToString());
                return true;
            }

            if (length >= 0xC0)
            {
                var target = at + 1 < message.Length ? ((length & 0x3F) << 8) | message[at + 1] : int.MaxValue;
                end = end < 0 ? at + 2 : end;

                // Each further back than the last: they cannot go round.
                if (target >= earliest)
                {
                    return false;
                }

                (at, earliest) = (target, target);
                continue;
            }

            var dot = text.Length > 0 ? 1 : 0;
            if (length > MaxLabel || at + 1 + length > message.Length || text.Length + dot + length > MaxLength)
            {
                return false;
            }

            var label = message.Slice(at + 1, length);
            if (label.ContainsAnyExceptInRange((byte)'!', (byte)'~') || label.Contains((byte)'.'))
            {
                return false;
            }

            text.Append('.', dot).Append(Encoding.ASCII.GetString(label).ToLowerInvariant());
            at += 1 + length;
        }
    }

    internal void Write(List<byte> message)
    {
        foreach (var label in IsRoot ? [] : ToString().Split('.'))
        {
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.Add(0);
    }
}
