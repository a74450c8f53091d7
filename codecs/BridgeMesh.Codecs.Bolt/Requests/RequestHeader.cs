using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Services;
using BridgeMesh.Codecs.Bolt.Tracing;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Requests;

/// <summary>The header map of a request to a callee.</summary>
internal static class RequestHeader
{
    internal const string Protocol = "bolt";

    // The order is that of Java's HashMap in the recordings. No reader depends on it; it lets the frames be compared byte for byte.
    internal static CodecStatus Write(in OutgoingCall call, ref FrameStart frame, FrameWriter output)
    {
        var trace = call.Trace;
        HeaderMap.Write(output, HeaderKeys.TargetService, call.Service.Utf8);
        HeaderMap.Write(output, "app"u8, call.AppName);
        if (!trace.IsEmpty)
        {
            HeaderMap.Write(output, "rpc_trace_context.sofaRpcId"u8, trace.RpcId);
        }

        HeaderMap.Write(output, "protocol"u8, Protocol);
        if (!trace.IsEmpty)
        {
            HeaderMap.Write(output, "rpc_trace_context.samp"u8, trace.Sampled ? "true" : "false");
            HeaderMap.Write(output, "rpc_trace_context.sofaTraceId"u8, trace.TraceId);
        }

        HeaderMap.Write(output, HeaderKeys.Service, call.Service.Utf8);
        if (!trace.IsEmpty)
        {
            HeaderMap.Write(output, "rpc_trace_context.sysPenAttrs"u8, trace.SysPenAttrs);
            HeaderMap.Write(output, "rpc_trace_context.sofaPenAttrs"u8, trace.PenAttrs);
        }

        HeaderMap.Write(output, HeaderKeys.Method, call.Exchange.Method);
        HeaderMap.Write(output, "type"u8, call.InvokeType);
        if (call.Callee.AppName is { } targetApp)
        {
            HeaderMap.Write(output, "sofa_head_target_app"u8, targetApp);
        }

        if (frame.HeaderLength > BoltFrame.MaxShortLength)
        {
            return CodecStatus.Fail(
                CodecError.Unrepresentable, "service, method and trace do not fit into Bolt's header map of 32,767 bytes");
        }

        var withoutMetadata = output.Length;
        foreach (ref readonly var pair in call.Exchange.RequestMetadata.Entries)
        {
            if (HeaderKeys.IsPlain(pair.Key) && !TraceNames.IsSofaName(pair.Key))
            {
                HeaderMap.Write(output, default, pair.Key, pair.Value);
            }

            if (HeaderKeys.IsBaggage(pair.Key))
            {
                HeaderMap.Write(output, "rpc_req_baggage."u8, pair.Key, pair.Value);
            }
        }

        if (frame.HeaderLength <= BoltFrame.MaxShortLength)
        {
            return CodecStatus.Ok;
        }

        // A SofaRequest has requestProps, which has room and which every server reads as well; a body in JSON has nothing of the kind.
        output.Truncate(withoutMetadata);
        return call.Callee.Codec == BoltFrame.CodecHessian
            ? CodecStatus.Ok
            : CodecStatus.Fail(CodecError.Unrepresentable, "the metadata does not fit into Bolt's header map of 32,767 bytes");
    }
}
