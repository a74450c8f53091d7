namespace BridgeMesh.Gateway.Decoding;

/// <summary>
/// Puts answers to their requests: by id, or in turn where the protocol has none; an answer goes the other way where the input tells
/// the ways apart. A repeated id means the oldest request that still waits.
/// </summary>
internal static class FramePairs
{
    public static void Match(IReadOnlyList<DecodedFrame> frames)
    {
        // By id alone first: a connection has two senders at most, and a big capture very many ids.
        var waiting = new Dictionary<ulong, List<DecodedFrame>>();
        foreach (var request in frames.Where(f => f is { Kind: "request", OneWay: false }))
        {
            if (!waiting.TryGetValue(request.Id ?? 0, out var same))
            {
                waiting.Add(request.Id ?? 0, same = []);
            }

            same.Add(request);
        }

        foreach (var reply in frames.Where(f => f.Kind == "reply"))
        {
            if (waiting.TryGetValue(reply.Id ?? 0, out var same) && Take(same, reply.From) is { } request)
            {
                request.Peer = reply;
                reply.Peer = request;
                reply.Service = request.Service;
                reply.Method = request.Method;
            }
        }
    }

    private static DecodedFrame? Take(List<DecodedFrame> waiting, string? answerFrom)
    {
        var at = waiting.FindIndex(r => r.From is null || r.From != answerFrom);
        if (at < 0)
        {
            return null;
        }

        var request = waiting[at];
        waiting.RemoveAt(at);
        return request;
    }
}
