using System.Text;
using BridgeMesh.Codecs.Bolt.Framing;

namespace BridgeMesh.Codecs.Bolt.Tests.Golden;

/// <summary>A frame's header map as text.</summary>
internal static class HeaderPairs
{
    internal static List<(string Key, string Value)> Of(byte[] frame)
    {
        var header = Frames.Scan(frame);
        var pairs = new List<(string, string)>();
        var map = new HeaderMap(frame.AsSpan(header.HeaderOffset(), header.HeaderLength()));
        while (map.TryNext(out var key, out var value))
        {
            pairs.Add((Encoding.UTF8.GetString(key), Encoding.UTF8.GetString(value)));
        }

        Frames.AssertOk(map.Fault);
        return pairs;
    }
}
