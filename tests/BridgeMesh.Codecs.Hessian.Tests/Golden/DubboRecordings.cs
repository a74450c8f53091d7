using System.Text.Json;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>Bodies of recorded Dubbo frames of serialization id 2.</summary>
internal static class DubboRecordings
{
    private const int HeaderBytes = 16;
    private const int Hessian2 = 2;

    internal static IEnumerable<Recording> Load(string file, JsonElement document)
    {
        if (!document.TryGetProperty("cases", out var cases))
        {
            yield break;
        }

        foreach (var item in cases.EnumerateArray())
        {
            var name = item.TryGetProperty("name", out var found) ? found.GetString() ?? string.Empty : string.Empty;
            var expected = item.TryGetProperty("expected", out var seen) ? seen : default;
            var handMade = item.TryGetProperty("source", out var source)
                && (source.GetString() ?? string.Empty).Contains("hand-made", StringComparison.Ordinal);
            foreach (var side in (string[])["request", "response", "frame"])
            {
                var ordinal = 0;
                foreach (var (flags, status, body) in Frames(Recordings.BytesOf(item, side)))
                {
                    yield return Body(file, ordinal++ == 0 ? name : $"{name}#{ordinal}", side, item, expected, flags, status, body)
                        with
                    { IsHandMade = handMade && side == "request" };
                }
            }
        }
    }

    private static Recording Body(
        string file, string name, string side, JsonElement item, JsonElement expected, int flags, int status, byte[] body)
    {
        var isRequest = (flags & 0x80) != 0;
        var isEvent = (flags & 0x20) != 0;
        var recording = new Recording(file, name, side, HessianDialect.Final, body);
        if (isEvent || expected.ValueKind != JsonValueKind.Object)
        {
            return recording;
        }

        if (isRequest)
        {
            var decoded = expected.TryGetProperty("argsDecodedByJava", out var other) ? other : default;
            return recording with
            {
                Place = ViewPlace.DubboArguments,
                View = expected.TryGetProperty("args", out var args) ? args : decoded,
                OtherView = decoded,
            };
        }

        var flag = body.Length > 0 ? body[0] - 0x90 : -1;
        if (status != 20 || flag is 2 or 5)
        {
            return recording;
        }

        var view = expected.TryGetProperty("exception", out var thrown) ? thrown
            : expected.TryGetProperty("result", out var result) ? result : default;
        return recording with { Place = ViewPlace.Second, View = view };
    }

    private static IEnumerable<(int Flags, int Status, byte[] Body)> Frames(byte[]? bytes)
    {
        var at = 0;
        while (bytes is not null && at + HeaderBytes <= bytes.Length)
        {
            var length = Recordings.Int32(bytes, at + 12);
            if (bytes[at] != 0xDA || bytes[at + 1] != 0xBB || length < 0 || at + HeaderBytes + length > bytes.Length)
            {
                yield break;
            }

            if ((bytes[at + 2] & 0x1F) == Hessian2 && length > 0)
            {
                yield return (bytes[at + 2], bytes[at + 3], bytes.AsSpan(at + HeaderBytes, length).ToArray());
            }

            at += HeaderBytes + length;
        }
    }
}
