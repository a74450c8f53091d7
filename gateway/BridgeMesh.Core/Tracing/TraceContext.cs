using System.Buffers;
using System.Text;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Tracing;

/// <summary>
/// Lets a trace cross from systems that write W3C Trace Context to those that write B3 (Zipkin, Spring Cloud Sleuth) and back: a request
/// that carries one of the two forms gets the other beside it, with the same trace and span. What the caller sent stays as it was.
/// SOFATracer's form is the Bolt codec's own. Sources: W3C Trace Context level 1; openzipkin/b3-propagation.
/// </summary>
internal static class TraceContext
{
    internal const string TraceParent = "traceparent";
    internal const string B3Single = "b3";
    internal const string B3TraceId = "x-b3-traceid";
    internal const string B3SpanId = "x-b3-spanid";
    internal const string B3Sampled = "x-b3-sampled";
    internal const string B3Flags = "x-b3-flags";

    private const int TraceDigits = 32;
    private const int ShortTraceDigits = 16;
    private const int SpanDigits = 16;
    private const int TraceParentLength = 55;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Adds the form that is missing. What is malformed counts as not there; nothing is made up for a request without a trace.</summary>
    internal static void Complete(Metadata metadata)
    {
        var parent = metadata.Find(TraceParent);
        var single = metadata.Find(B3Single);
        var traceId = metadata.Find(B3TraceId);
        if (parent is null)
        {
            if (TryReadB3(metadata, single, traceId, out var trace, out var span, out var sampled))
            {
                metadata.TryAdd(TraceParent, $"00-{trace.ToLowerInvariant().PadLeft(TraceDigits, '0')}-{span.ToLowerInvariant()}-{(sampled ? "01" : "00")}");
            }
        }
        else if (single is null && traceId is null && IsTraceParent(parent))
        {
            metadata.TryAdd(B3TraceId, parent.Substring(3, TraceDigits));
            metadata.TryAdd(B3SpanId, parent.Substring(36, SpanDigits));
            metadata.TryAdd(B3Sampled, (Convert.ToInt32(parent[^2..], 16) & 1) != 0 ? "1" : "0");
        }
    }

    private static bool TryReadB3(Metadata metadata, string? single, string? traceId, out string trace, out string span, out bool sampled)
    {
        if (single is null)
        {
            trace = traceId ?? string.Empty;
            span = metadata.Find(B3SpanId) ?? string.Empty;
            sampled = metadata.Find(B3Sampled) is "1" or "true" || metadata.Find(B3Flags) is "1";
        }
        else
        {
            // traceid-spanid[-state[-parentspanid]]; a state alone is no trace.
            var parts = single.Split('-', 5);
            trace = parts.Length is > 1 and < 5 ? parts[0] : string.Empty;
            span = parts.Length > 1 ? parts[1] : string.Empty;
            sampled = parts.Length > 2 && parts[2] is "1" or "d";
        }

        return IsId(trace, TraceDigits, ShortTraceDigits) && IsId(span, SpanDigits, SpanDigits);
    }

    private static bool IsId(string text, int digits, int orDigits) =>
        (text.Length == digits || text.Length == orDigits)
        && !text.AsSpan().ContainsAnyExcept(HexDigits)
        && text.AsSpan().IndexOfAnyExcept('0') >= 0;

    private static bool IsTraceParent(string text) =>
        text.Length == TraceParentLength && Ascii.IsValid(text) && text[2] == '-' && text[35] == '-' && text[52] == '-'
        && !text.StartsWith("ff", StringComparison.OrdinalIgnoreCase)
        && IsId(text.Substring(3, TraceDigits), TraceDigits, TraceDigits)
        && IsId(text.Substring(36, SpanDigits), SpanDigits, SpanDigits)
        && !text.AsSpan(53).ContainsAnyExcept(HexDigits);
}
