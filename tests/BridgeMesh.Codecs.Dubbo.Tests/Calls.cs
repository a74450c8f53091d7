using System.Buffers.Binary;
using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Dubbo.Tests;

/// <summary>Calls of a Dubbo consumer, as the pipeline holds them.</summary>
internal static class Calls
{
    internal const ulong Id = 0x1122_3344_5566_7788;

    /// <summary>sayHello("World") of a 3.2.16 consumer, opened.</summary>
    internal static Exchange FromDubbo() => Frames.Opened(Frame("strings", "sayHello"));

    /// <summary>A recorded request of 3.2.16 under our own id.</summary>
    internal static byte[] Frame(string group, string name)
    {
        var frame = GoldenCase.Get("3.2.16", group, name).Request!; // Recorded.
        BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(4), Id);
        return frame;
    }
}
