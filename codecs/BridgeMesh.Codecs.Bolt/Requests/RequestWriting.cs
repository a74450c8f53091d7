using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Services;
using BridgeMesh.Codecs.Bolt.Tracing;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Requests;

/// <summary>
/// Writes a call as SOFARPC Java does: the same header map and SofaRequest, in the same order, with the arguments behind it in one stream
/// of references. Metadata goes out twice, in the header, where Java's server takes it from, and in requestProps, where sofa-rpc-node's
/// does; and each time both under its own name and as baggage, which is what application code on SOFARPC can ask for.
/// </summary>
internal static class RequestWriting
{
    private const string Protocol = "bolt";

    /// <summary>Java writes String[] under this name.</summary>
    private const string StringArrayType = "[string";

    internal static CodecStatus Write(Exchange exchange, ulong correlationId, string appName, FrameWriter output)
    {
        var arguments = exchange.Request.RootCount();
        var signature = exchange.Shape?.Signature ?? exchange.Signature ?? (arguments == 0 ? JavaSignature.None : null);
        if (signature is null)
        {
            return CodecStatus.Fail(
                CodecError.Unrepresentable,
                $"a Bolt callee selects the method by its parameter types, and nobody named those of {exchange.Method}: "
                + "declare the method in a contract");
        }

        if (!signature.WellFormed || signature.TypeNames.Length != arguments)
        {
            return CodecStatus.Fail(
                CodecError.TypeMismatch, $"{exchange.Method} takes {signature.TypeNames.Length} arguments and was given {arguments}");
        }

        var bounds = MetadataBounds.Check(exchange.RequestMetadata);
        if (!bounds.IsOk)
        {
            return bounds;
        }

        var trace = SofaTrace.Of(exchange.RequestMetadata);
        var call = new OutgoingCall(exchange, ServiceName.Of(exchange.CalleeService), signature, trace, appName);
        var frame = FrameStart.Request(
            output, BoltFrame.CodecHessian, (uint)correlationId, exchange.OneWay, exchange.OneWay ? -1 : exchange.RemainingMs);
        output.Write(SofaRequestClass.Utf8Name);
        frame.BeginHeader();
        if (!WriteHeader(call, ref frame, output))
        {
            output.Truncate(frame.Position);
            return CodecStatus.Fail(
                CodecError.Unrepresentable, "service, method and trace do not fit into Bolt's header map of 32,767 bytes");
        }

        frame.BeginContent();
        var status = WriteContent(call, output);
        if (!status.IsOk)
        {
            output.Truncate(frame.Position);
            return status;
        }

        frame.Finish();
        return CodecStatus.Ok;
    }

    private readonly record struct OutgoingCall(
        Exchange Exchange, ServiceName Service, JavaSignature Signature, SofaTrace Trace, string AppName)
    {
        internal string InvokeType => Exchange.OneWay ? "oneway" : "sync";

        /// <summary>The callee's application where its registration names one; SOFARPC fills it from there.</summary>
        internal string? TargetApp =>
            Exchange.Instance?.Metadata.GetValueOrDefault("appName") is { Length: > 0 } app ? app : null;
    }

    // The order is that of Java's HashMap in the recordings. No reader depends on it; it lets the frames be compared byte for byte.
    private static bool WriteHeader(in OutgoingCall call, ref FrameStart frame, FrameWriter output)
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
        if (call.TargetApp is { } targetApp)
        {
            HeaderMap.Write(output, "sofa_head_target_app"u8, targetApp);
        }

        if (frame.HeaderLength > BoltFrame.MaxShortLength)
        {
            return false;
        }

        // What does not fit is left to requestProps, which has room and which every server reads as well.
        var withoutMetadata = output.Length;
        foreach (ref readonly var pair in call.Exchange.RequestMetadata.Entries)
        {
            if (HeaderKeys.IsUnsafe(pair.Key) || TraceNames.IsSofaName(pair.Key))
            {
                continue;
            }

            HeaderMap.Write(output, default, pair.Key, pair.Value);
            if (!TraceNames.IsHopName(pair.Key))
            {
                HeaderMap.Write(output, "rpc_req_baggage."u8, pair.Key, pair.Value);
            }
        }

        if (frame.HeaderLength > BoltFrame.MaxShortLength)
        {
            output.Truncate(withoutMetadata);
        }

        return true;
    }

    private static CodecStatus WriteContent(in OutgoingCall call, FrameWriter output)
    {
        var state = HessianWriteState.Rent();
        try
        {
            state.Budget = call.Exchange.Request.Budget;
            var writer = new HessianWriter(output, Dialects.OfInstance(call.Exchange.Instance), state);
            writer.BeginObject(SofaRequestClass.Definition);
            WriteText(writer, call.TargetApp);
            writer.WriteString(call.Exchange.Method);
            writer.WriteString(call.Service.Text);
            WriteProps(writer, call);
            var typeNames = call.Signature.TypeNames;
            var needsMark = writer.BeginTypedList(StringArrayType, typeNames.Length);
            foreach (var typeName in typeNames)
            {
                writer.WriteString(typeName);
            }

            writer.EndList(needsMark);
            return WriteArguments(writer, call.Exchange);
        }
        finally
        {
            state.Return();
        }
    }

    private static CodecStatus WriteArguments(HessianWriter writer, Exchange exchange)
    {
        var tape = exchange.Request;
        var parameters = exchange.Shape?.Parameters ?? [];
        var ordinal = 0;
        for (var i = 0; i < tape.Count; i = tape.Next(i))
        {
            var shape = ordinal < parameters.Length ? parameters[ordinal].Type : null;
            var status = writer.WriteValue(tape, i, shape);
            if (!status.IsOk)
            {
                return status;
            }

            ordinal++;
        }

        return CodecStatus.Ok;
    }

    private static void WriteProps(HessianWriter writer, in OutgoingCall call)
    {
        writer.BeginMap(null);
        WritePair(writer, "app", call.AppName);
        WritePair(writer, "protocol", Protocol);
        if (!call.Trace.IsEmpty)
        {
            writer.WriteString(HeaderKeys.TraceContext);
            writer.BeginMap(null);
            WritePair(writer, "sofaRpcId", call.Trace.RpcId);
            WritePair(writer, "samp", call.Trace.Sampled ? "true" : "false");
            WritePair(writer, "sysPenAttrs", call.Trace.SysPenAttrs);
            WritePair(writer, "sofaTraceId", call.Trace.TraceId);
            WritePair(writer, "sofaPenAttrs", call.Trace.PenAttrs);
            writer.EndMap();
        }

        WritePair(writer, "type", call.InvokeType);
        var hasBaggage = false;
        foreach (ref readonly var pair in call.Exchange.RequestMetadata.Entries)
        {
            if (!HeaderKeys.IsUnsafe(pair.Key) && !TraceNames.IsSofaName(pair.Key))
            {
                WritePair(writer, pair.Key, pair.Value);
                hasBaggage |= !TraceNames.IsHopName(pair.Key);
            }
        }

        if (hasBaggage)
        {
            WriteBaggage(writer, call.Exchange.RequestMetadata);
        }

        writer.EndMap();
    }

    private static void WriteBaggage(HessianWriter writer, Metadata metadata)
    {
        writer.WriteString(HeaderKeys.RequestBaggage);
        writer.BeginMap(null);
        foreach (ref readonly var pair in metadata.Entries)
        {
            if (!HeaderKeys.IsUnsafe(pair.Key) && !TraceNames.IsHopName(pair.Key))
            {
                WritePair(writer, pair.Key, pair.Value);
            }
        }

        writer.EndMap();
    }

    private static void WritePair(HessianWriter writer, string key, string value)
    {
        writer.WriteString(key);
        writer.WriteString(value);
    }

    private static void WriteText(HessianWriter writer, string? text)
    {
        if (text is null)
        {
            writer.WriteNull();
        }
        else
        {
            writer.WriteString(text);
        }
    }
}
