using BridgeMesh.Codecs.Bolt.Tracing;

namespace BridgeMesh.Codecs.Bolt.Services;

/// <summary>
/// Keys of the header map, and of requestProps and responseProps, that SOFARPC itself uses. Source: SOFARPC RemotingConstants and the
/// recordings.
/// </summary>
internal static class HeaderKeys
{
    /// <summary>A map under this key in requestProps; its entries are flattened to <c>rpc_req_baggage.key</c> in the header.</summary>
    internal const string RequestBaggage = "rpc_req_baggage";
    internal const string RequestBaggagePrefix = "rpc_req_baggage.";

    /// <summary>Flat in responseProps too.</summary>
    internal const string ResponseBaggagePrefix = "rpc_resp_baggage.";

    /// <summary>SOFATracer's context: a map under this key in requestProps, flattened in the header.</summary>
    internal const string TraceContext = "rpc_trace_context";
    internal const string TracePrefix = "rpc_trace_context.";

    internal const string ResponseErrorText = "sofa_head_response_error";

    internal static ReadOnlySpan<byte> Service => "service"u8;

    internal static ReadOnlySpan<byte> TargetService => "sofa_head_target_service"u8;

    internal static ReadOnlySpan<byte> Method => "sofa_head_method_name"u8;

    /// <summary>0, 1 or 2; see <see cref="Requests.GenericCalls"/>.</summary>
    internal static ReadOnlySpan<byte> GenericType => "sofa_head_generic_type"u8;

    /// <summary>Milliseconds left, sent by callers that pass deadlines on.</summary>
    internal static ReadOnlySpan<byte> DeadlineRemaining => "sofa_head_deadline_remain_time"u8;

    /// <summary>As <see cref="Exchanges.HopList.Key"/>, which gateways write in these letters.</summary>
    internal static ReadOnlySpan<byte> Hops => "x-bridgemesh-hops"u8;

    /// <summary>As <see cref="Exchanges.CallTag.Key"/>.</summary>
    internal static ReadOnlySpan<byte> Tag => "dubbo.tag"u8;

    /// <summary>As <see cref="Exchanges.CallTag.ForceKey"/>.</summary>
    internal static ReadOnlySpan<byte> ForceTag => "dubbo.force.tag"u8;

    internal static ReadOnlySpan<byte> ResponseError => "sofa_head_response_error"u8;

    /// <summary>
    /// Whether a key is the protocol's own and must not leak into neutral metadata. Trace and baggage are not decided here.
    /// </summary>
    internal static bool IsReserved(ReadOnlySpan<byte> key) =>
        key.StartsWith("sofa_head_"u8) || key.StartsWith("generic."u8)
        || key.SequenceEqual("service"u8) || key.SequenceEqual("app"u8) || key.SequenceEqual("protocol"u8) || key.SequenceEqual("type"u8);

    internal static bool IsReserved(string key) =>
        key.StartsWith("sofa_head_", StringComparison.OrdinalIgnoreCase)
        || key.StartsWith("generic.", StringComparison.OrdinalIgnoreCase)
        || key is "service" or "app" or "protocol" or "type";

    /// <summary>Whether neutral metadata may go to a Bolt peer under its own name, as it cannot be taken for the protocol's own.</summary>
    internal static bool IsPlain(string name) => !IsReserved(name) && !IsOfRpc(name);

    /// <summary>
    /// Whether neutral metadata may go as baggage, which Java services pass on by themselves and where no name means anything to SOFARPC.
    /// What describes one hop may not.
    /// </summary>
    internal static bool IsBaggage(string name) => !IsOfRpc(name) && !TraceNames.IsHopName(name);

    /// <summary>Whether the name is SOFARPC's own for trace and baggage, or looks like it.</summary>
    internal static bool IsOfRpc(string name) => name.StartsWith("rpc_", StringComparison.OrdinalIgnoreCase);
}
