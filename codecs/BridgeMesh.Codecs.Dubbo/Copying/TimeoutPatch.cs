using System.Buffers;
using System.Buffers.Text;
using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Codecs.Dubbo.Framing;
using BridgeMesh.Codecs.Dubbo.Requests;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Copying;

/// <summary>
/// Tells a callee of a forwarded request how much time is left. The attachment's digits are overwritten in the copy, with zeros before
/// them: the frame keeps its length, and Java's and JavaScript's parsers take 05000 for 5000.
/// </summary>
internal static class TimeoutPatch
{
    /// <summary>A difference below is none: the gateway itself looks at its deadlines every 10 ms only.</summary>
    private const int MinShrinkMs = 10;

    /// <summary>Whether the caller named more time, in a form that can be overwritten, than the callee is to have.</summary>
    internal static bool IsNeeded(in FrameHeader header, int timeoutMs) =>
        timeoutMs > 0 && header.Kind == FrameKind.Request && header.TimeoutMs - timeoutMs >= MinShrinkMs;

    /// <param name="copy">The whole frame's copy.</param>
    internal static void Apply(in FrameHeader header, in ReadOnlySequence<byte> frame, int timeoutMs, Span<byte> copy)
    {
        var layout = RequestLayout.Unpack(header.Layout);
        if (layout is not { IsKnown: true, HasPlainAttachments: true })
        {
            return;
        }

        var mapStart = DubboFrame.HeaderBytes + layout.Attachments;
        var state = HessianReadState.Rent();
        var reader = new HessianReader(frame.Slice(mapStart), HessianDialect.Final, state);
        if (AttachmentReader.TryBegin(ref reader, out _))
        {
            while (reader.TryNextEntry() && reader.TryReadUtf8(out var key))
            {
                var isTimeout = AttachmentReader.IsTimeout(key);
                if (!reader.TryReadUtf8(out var value))
                {
                    break;
                }

                if (isTimeout)
                {
                    Overwrite(copy[..(mapStart + (int)reader.Consumed)], value, timeoutMs);
                }
            }
        }

        state.Return();
    }

    /// <param name="upToValue">The copy up to the last byte of the value.</param>
    private static void Overwrite(Span<byte> upToValue, ReadOnlySpan<byte> value, int timeoutMs)
    {
        // A text in several chunks has a head between its digits, and stays as it is.
        if (AttachmentReader.Milliseconds(value) <= timeoutMs || !upToValue.EndsWith(value))
        {
            return;
        }

        // More digits than it takes, or as many: the number becomes smaller.
        var digits = upToValue[^value.Length..];
        Span<byte> shorter = stackalloc byte[10];
        if (Utf8Formatter.TryFormat(timeoutMs, shorter, out var length))
        {
            digits.Fill((byte)'0');
            shorter[..length].CopyTo(digits[^length..]);
        }
    }
}
