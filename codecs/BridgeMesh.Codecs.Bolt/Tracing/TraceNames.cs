namespace BridgeMesh.Codecs.Bolt.Tracing;

/// <summary>Neutral metadata names of a call's trace. docs/metadata.md holds the whole table.</summary>
internal static class TraceNames
{
    /// <summary>W3C Trace Context, level 1.</summary>
    internal const string TraceParent = "traceparent";

    /// <summary>SOFATracer's sofaTraceId as the caller sent it.</summary>
    internal const string SofaTraceId = "sofa-trace-id";

    /// <summary>SOFATracer's sofaRpcId: the place of the call in its tree, such as 0.1.2.</summary>
    internal const string SofaRpcId = "sofa-rpc-id";

    /// <summary>Only where no traceparent can say it: true or false.</summary>
    internal const string SofaSampled = "sofa-sampled";

    /// <summary>SOFATracer's sofaPenAttrs, which travel the whole call tree: <c>k=v&amp;k=v</c>.</summary>
    internal const string SofaPenAttrs = "sofa-pen-attrs";

    /// <summary>SOFATracer's sysPenAttrs.</summary>
    internal const string SofaSysPenAttrs = "sofa-sys-pen-attrs";

    /// <summary>
    /// Whether the name belongs to tracing or to the gateway itself: such a pair describes one hop and must not become baggage.
    /// </summary>
    internal static bool IsHopName(string name) =>
        name.Equals(TraceParent, StringComparison.OrdinalIgnoreCase)
        || name.Equals("tracestate", StringComparison.OrdinalIgnoreCase)
        || name.Equals("b3", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("x-b3-", StringComparison.OrdinalIgnoreCase)
        || IsGatewayName(name)
        || IsSofaName(name);

    /// <summary>Whether the name is the gateway's own, such as the list of gateways that a call passed.</summary>
    internal static bool IsGatewayName(string name) => name.StartsWith("x-bridgemesh-", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the name is written as part of rpc_trace_context and not as metadata.</summary>
    internal static bool IsSofaName(string name) =>
        name.StartsWith("sofa-", StringComparison.OrdinalIgnoreCase)
        && (name.Equals(SofaTraceId, StringComparison.OrdinalIgnoreCase)
            || name.Equals(SofaRpcId, StringComparison.OrdinalIgnoreCase)
            || name.Equals(SofaSampled, StringComparison.OrdinalIgnoreCase)
            || name.Equals(SofaPenAttrs, StringComparison.OrdinalIgnoreCase)
            || name.Equals(SofaSysPenAttrs, StringComparison.OrdinalIgnoreCase));
}
