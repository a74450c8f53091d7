using System.Text;
using BridgeMesh.Gateway.Decoding.Captures;

namespace BridgeMesh.Gateway.Decoding;

/// <summary>Makes a recording of what a user gave: hexadecimal text, a capture, or the bytes themselves, told apart by their looks.</summary>
internal static class RecordingSource
{
    /// <summary>An input is held in memory whole: 1 GiB at most.</summary>
    public const int MaxInputBytes = 1 << 30;

    /// <summary>Null when it cannot be read as what it is; <paramref name="problem"/> then says why.</summary>
    /// <param name="isBytes">The user named a protocol, so text that is not hexadecimal is meant as it is.</param>
    public static Recording? Of(string name, byte[] input, bool isBytes, out string problem)
    {
        problem = input.Length == 0 ? "there are no bytes to decode" : string.Empty;
        if (input.Length == 0)
        {
            return null;
        }

        if (CaptureFile.Is(input))
        {
            return OfCapture(input);
        }

        if (!LooksLikeText(input))
        {
            return Recording.OfBytes(name, input);
        }

        var text = Encoding.UTF8.GetString(input);
        if (HexText.Parse(text, out problem) is { } bytes)
        {
            return Recording.OfBytes(name, bytes);
        }

        // HTTP is text by itself, and so is a JSON value.
        return isBytes || HttpDecoder.Is(input) || text.TrimStart() is ['{' or '[' or '"', ..] ? Recording.OfBytes(name, input) : null;
    }

    private static Recording OfCapture(byte[] input)
    {
        var notes = new List<string>();
        var reassembly = new TcpReassembly(notes);
        var others = 0;
        foreach (var packet in CaptureFile.Read(input, notes))
        {
            if (TcpSegment.Of(packet) is { } segment)
            {
                reassembly.Add(segment);
            }
            else
            {
                others++;
            }
        }

        if (others > 0)
        {
            notes.Add($"{others} packets without a whole TCP segment were left out");
        }

        var connections = reassembly.Connections();
        if (connections.Count == 0)
        {
            notes.Add("the capture has no bytes of a TCP connection");
        }

        return new Recording(connections, notes);
    }

    private static bool LooksLikeText(ReadOnlySpan<byte> input)
    {
        foreach (var b in input)
        {
            if (b is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r'))
            {
                return false;
            }
        }

        return System.Text.Unicode.Utf8.IsValid(input);
    }
}
