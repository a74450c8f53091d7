using System.Buffers;
using System.Globalization;
using System.Text;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Bolt.Tracing;

/// <summary>
/// SOFATracer's context of one call and its form in neutral metadata. SOFATracer's trace id is up to 32 digits, hexadecimal in every known
/// generator (IPv4 as 8 digits, 13 digits of ms, 4 of a counter, the process id), so it becomes a W3C trace id by zeros in front. A W3C
/// span id is made from trace id and rpc id, as SOFATracer has none: the same call always gets the same one.
/// </summary>
internal readonly record struct SofaTrace(string TraceId, string RpcId, bool Sampled, string PenAttrs, string SysPenAttrs)
{
    private const int W3CTraceDigits = 32;
    private const int TraceParentLength = 55;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
    private static readonly SearchValues<char> TraceParentCharacters = SearchValues.Create("0123456789abcdef-");

    internal bool IsEmpty => TraceId is null or "";

    /// <summary>What the callee is told. Without any trace in the metadata the result is empty.</summary>
    internal static SofaTrace Of(Metadata metadata)
    {
        var traceParent = metadata.Find(TraceNames.TraceParent);
        var parent = traceParent is not null && IsTraceParent(traceParent) ? traceParent : null;
        var traceId = metadata.Find(TraceNames.SofaTraceId) ?? string.Empty;
        var rpcId = metadata.Find(TraceNames.SofaRpcId) ?? "0";

        // Another trace id in traceparent means that somebody on the way began a new trace: the newer counts.
        if (parent is not null && !(TryToW3C(traceId, out var own) && parent.AsSpan(3, W3CTraceDigits).SequenceEqual(own)))
        {
            traceId = FromW3C(parent.Substring(3, W3CTraceDigits));
            rpcId = "0";
        }

        var sampled = parent is not null
            ? (Convert.ToInt32(parent[^2..], 16) & 1) != 0
            : metadata.Find(TraceNames.SofaSampled) is not "false";
        return new SofaTrace(
            traceId,
            rpcId,
            sampled,
            metadata.Find(TraceNames.SofaPenAttrs) ?? string.Empty,
            metadata.Find(TraceNames.SofaSysPenAttrs) ?? string.Empty);
    }

    /// <summary>
    /// Adds the neutral names; a traceparent that the caller sent by itself is left alone. False when the metadata is full.
    /// </summary>
    internal bool TryAddTo(Metadata metadata)
    {
        if (IsEmpty)
        {
            return true;
        }

        var derivable = TryToW3C(TraceId, out var w3c);
        return metadata.TryAdd(TraceNames.SofaTraceId, TraceId)
            && (RpcId.Length == 0 || metadata.TryAdd(TraceNames.SofaRpcId, RpcId))
            && (PenAttrs.Length == 0 || metadata.TryAdd(TraceNames.SofaPenAttrs, PenAttrs))
            && (SysPenAttrs.Length == 0 || metadata.TryAdd(TraceNames.SofaSysPenAttrs, SysPenAttrs))
            && (metadata.Find(TraceNames.TraceParent) is not null
                || (derivable
                    ? metadata.TryAdd(TraceNames.TraceParent, TraceParentOf(w3c))
                    : metadata.TryAdd(TraceNames.SofaSampled, Sampled ? "true" : "false")));
    }

    private string TraceParentOf(string w3c) =>
        string.Create(CultureInfo.InvariantCulture, $"00-{w3c}-{SpanIdOf(TraceId, RpcId):x16}-{(Sampled ? "01" : "00")}");

    private static bool TryToW3C(string traceId, out string w3c)
    {
        w3c = string.Empty;
        if (traceId.Length is 0 or > W3CTraceDigits || traceId.AsSpan().ContainsAnyExcept(HexDigits)
            || traceId.AsSpan().IndexOfAnyExcept('0') < 0)
        {
            return false;
        }

        w3c = traceId.ToLowerInvariant().PadLeft(W3CTraceDigits, '0');
        return true;
    }

    // SOFATracer's own ids have 30 digits: two zeros in front are most likely the padding of one, and a reader pads them again.
    private static string FromW3C(string w3c) => w3c.StartsWith("00", StringComparison.Ordinal) ? w3c[2..] : w3c;

    // FNV-1a: any hash that never changes will do, and zero is no span id.
    private static ulong SpanIdOf(string traceId, string rpcId)
    {
        const ulong offset = 0xCBF2_9CE4_8422_2325;
        const ulong prime = 0x0000_0100_0000_01B3;
        var hash = offset;
        foreach (var text in (ReadOnlySpan<string>)[traceId, "/", rpcId])
        {
            foreach (var unit in text)
            {
                hash = (hash ^ unit) * prime;
            }
        }

        return hash == 0 ? 1 : hash;
    }

    private static bool IsTraceParent(string text) =>
        text.Length == TraceParentLength && text[2] == '-' && text[35] == '-' && text[52] == '-'
        && Ascii.IsValid(text)
        && text.AsSpan().IndexOfAnyExcept(TraceParentCharacters) < 0
        && text.AsSpan(3, W3CTraceDigits).IndexOfAnyExcept('0') >= 0;
}
