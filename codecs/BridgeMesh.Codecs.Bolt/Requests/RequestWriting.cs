using BridgeMesh.Codecs.Bolt.Bodies;
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
    /// <summary>Java writes String[] under this name.</summary>
    private const string StringArrayType = "[string";

    internal static CodecStatus Write(Exchange exchange, ulong correlationId, string appName, FrameWriter output)
    {
        var callee = CalleeForm.Of(exchange.Instance);
        JavaSignature? signature = null;
        if (callee.Codec == BoltFrame.CodecHessian && Select(exchange, out signature) is { IsOk: false } unknown)
        {
            return unknown;
        }

        var bounds = MetadataBounds.Check(exchange.RequestMetadata);
        if (!bounds.IsOk)
        {
            return bounds;
        }

        var trace = SofaTrace.Of(exchange.RequestMetadata);
        var call = new OutgoingCall(exchange, callee, ServiceName.Of(exchange.CalleeService), signature, trace, appName);
        var timeoutMs = exchange.OneWay ? -1 : exchange.RemainingMs;
        var frame = FrameStart.Request(
            output, callee.Envelope ?? BoltEnvelope.V1, callee.Codec, (uint)correlationId, exchange.OneWay, timeoutMs);
        output.Write(SofaRequestClass.Utf8Name);
        frame.BeginHeader();
        var status = RequestHeader.Write(call, ref frame, output);
        if (status.IsOk)
        {
            frame.BeginContent();
            status = callee.Codec switch
            {
                BoltFrame.CodecJson => JsonBodies.WriteArguments(exchange, output),
                BoltFrame.CodecProtobuf => ProtobufBodies.WriteArguments(exchange, output),
                _ => WriteContent(call, output),
            };
        }

        if (!status.IsOk)
        {
            output.Truncate(frame.Position);
            return status;
        }

        frame.Finish();
        return CodecStatus.Ok;
    }

    /// <summary>The parameter types, by which a callee of Hessian bodies selects the method.</summary>
    private static CodecStatus Select(Exchange exchange, out JavaSignature? signature)
    {
        var arguments = exchange.Request.RootCount();
        signature = exchange.Shape?.Signature ?? exchange.Signature ?? (arguments == 0 ? JavaSignature.None : null);
        if (signature is null)
        {
            return CodecStatus.Fail(
                CodecError.Unrepresentable,
                $"a Bolt callee selects the method by its parameter types, and nobody named those of {exchange.Method}; "
                + ContractAdvice.For(exchange.Contract, exchange.Service, exchange.Method));
        }

        return signature.WellFormed && signature.TypeNames.Length == arguments
            ? CodecStatus.Ok
            : CodecStatus.Fail(
                CodecError.TypeMismatch, $"{exchange.Method} takes {signature.TypeNames.Length} arguments and was given {arguments}");
    }

    private static CodecStatus WriteContent(in OutgoingCall call, FrameWriter output)
    {
        var state = HessianWriteState.Rent();
        try
        {
            state.Budget = call.Exchange.Request.Budget;
            var writer = new HessianWriter(output, call.Callee.Dialect, state);
            writer.BeginObject(SofaRequestClass.Definition);
            WriteText(writer, call.Callee.AppName);
            writer.WriteString(call.Exchange.Method);
            writer.WriteString(call.Service.Text);
            WriteProps(writer, call);
            var typeNames = call.Signature is { } signature ? signature.TypeNames : [];
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
        WritePair(writer, "protocol", RequestHeader.Protocol);
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
            if (HeaderKeys.IsPlain(pair.Key) && !TraceNames.IsSofaName(pair.Key))
            {
                WritePair(writer, pair.Key, pair.Value);
            }

            hasBaggage |= HeaderKeys.IsBaggage(pair.Key);
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
            if (HeaderKeys.IsBaggage(pair.Key))
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
