using System.Buffers.Binary;
using BridgeMesh.Fuzz.Hessian;

namespace BridgeMesh.Fuzz.Frames;

/// <summary>
/// A Dubbo frame taken apart, by a reader of its own. Immutable; shared by all workers.
/// <code>
/// da bb | flag: 80 request, 40 two-way, 20 event, 1f serialization | status | id 8 | length 4 | body: values one behind another
/// </code>
/// Source: Dubbo's ExchangeCodec.
/// </summary>
internal sealed class DubboParts
{
    internal const int HeadBytes = 16;
    private const byte Hessian2 = 2;

    private DubboParts(byte[] frame, int length)
    {
        Frame = frame;
        Body = frame[HeadBytes..(HeadBytes + length)];
        Stream = new HessianSample(Body, draft: false);
    }

    internal byte[] Frame { get; }

    internal byte[] Body { get; }

    internal HessianSample Stream { get; }

    internal static DubboParts? TryParse(byte[] frame)
    {
        if (frame.Length < HeadBytes || frame[0] != 0xDA || frame[1] != 0xBB)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(12));
        return length < 0 || length > frame.Length - HeadBytes ? null : new DubboParts(frame, length);
    }

    internal static byte[]? HessianBody(byte[] frame) =>
        TryParse(frame) is { Body.Length: > 0 } parts && (frame[2] & 0x1F) == Hessian2 ? parts.Body : null;
}
