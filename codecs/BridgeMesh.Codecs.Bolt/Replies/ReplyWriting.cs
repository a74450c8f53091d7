using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Requests;
using BridgeMesh.Codecs.Bolt.Services;
using BridgeMesh.Codecs.Bolt.Tracing;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Replies;

/// <summary>Writes an answer in the caller's own envelope and dialect.</summary>
internal static class ReplyWriting
{
    private static readonly TypeName PlainException = TypeName.Of("java.lang.RuntimeException");

    internal static CodecStatus Write(Exchange exchange, FrameWriter output)
    {
        var row = RowOf(exchange);
        if (exchange.OneWay || row.Form == ReplyForm.Nothing)
        {
            return CodecStatus.Ok;
        }

        var bounds = MetadataBounds.Check(exchange.ReplyMetadata);
        if (!bounds.IsOk)
        {
            return bounds;
        }

        var frame = FrameStart.Reply(output, exchange.CallerHeader, BoltFrame.CodecHessian, row.Status);
        var state = HessianWriteState.Rent();
        try
        {
            state.Budget = exchange.Reply.Budget;
            var writer = new HessianWriter(output, ((CallerForm)exchange.CallerFlags).Of(), state);
            var status = WriteForm(exchange, row.Form, ref frame, writer, output);
            if (!status.IsOk)
            {
                output.Truncate(frame.Position);
                return status;
            }
        }
        finally
        {
            state.Return();
        }

        frame.Finish();
        return CodecStatus.Ok;
    }

    private static OutboundRow RowOf(Exchange exchange)
    {
        if (exchange.Status != ExchangeStatus.Ok && ((CallerForm)exchange.CallerFlags & CallerForm.NoProcessor) != 0)
        {
            return new OutboundRow(ReplyForm.ServerException, BoltStatus.ServerException, Retried: false);
        }

        var row = OutboundTable.Of(exchange.Status, exchange.MayHaveExecuted);

        // A SofaResponse is a Hessian object: who speaks protobuf or JSON is told with a status that needs none.
        return exchange.CallerHeader.Serializer != BoltFrame.CodecHessian && row.Status == BoltStatus.Success
            ? new OutboundRow(ReplyForm.ServerException, BoltStatus.ServerException, Retried: false)
            : row;
    }

    private static CodecStatus WriteForm(Exchange exchange, ReplyForm form, ref FrameStart frame, HessianWriter writer, FrameWriter output)
    {
        switch (form)
        {
            case ReplyForm.ServerException:
                output.Write(ResponseClasses.RpcServerException.Utf8);
                frame.BeginHeader();
                frame.BeginContent();
                return writer.WriteThrowable(ResponseClasses.RpcServerException, exchange.Message ?? exchange.Status.ToString());
            default:
                output.Write(ResponseClasses.Utf8SofaResponse);
                frame.BeginHeader();
                WriteHeader(exchange, form != ReplyForm.Result, ref frame, output);
                frame.BeginContent();
                return WriteResponse(exchange, form, writer);
        }
    }

    private static void WriteHeader(Exchange exchange, bool isError, ref FrameStart frame, FrameWriter output)
    {
        if (isError)
        {
            HeaderMap.Write(output, HeaderKeys.ResponseError, "true"u8);
        }

        // What does not fit is left to responseProps.
        var withoutMetadata = output.Length;
        foreach (ref readonly var pair in exchange.ReplyMetadata.Entries)
        {
            if (!HeaderKeys.IsUnsafe(pair.Key))
            {
                HeaderMap.Write(output, default, pair.Key, pair.Value);
                if (!TraceNames.IsHopName(pair.Key))
                {
                    HeaderMap.Write(output, "rpc_resp_baggage."u8, pair.Key, pair.Value);
                }
            }
        }

        if (frame.HeaderLength > BoltFrame.MaxShortLength)
        {
            output.Truncate(withoutMetadata);
        }
    }

    private static CodecStatus WriteResponse(Exchange exchange, ReplyForm form, HessianWriter writer)
    {
        writer.BeginObject(ResponseClasses.SofaResponse);
        writer.WriteBool(form == ReplyForm.FrameworkError);
        if (form == ReplyForm.FrameworkError)
        {
            writer.WriteString(exchange.Message ?? exchange.Status.ToString());
            writer.WriteNull();
        }
        else
        {
            writer.WriteNull();
            var status = WriteAppResponse(exchange, form, writer);
            if (!status.IsOk)
            {
                return status;
            }
        }

        WriteProps(exchange.ReplyMetadata, form != ReplyForm.Result, writer);
        return CodecStatus.Ok;
    }

    private static CodecStatus WriteAppResponse(Exchange exchange, ReplyForm form, HessianWriter writer)
    {
        if (form == ReplyForm.Exception)
        {
            return WriteException(exchange, writer);
        }

        if (exchange.Reply.Count == 0)
        {
            writer.WriteNull();
            return CodecStatus.Ok;
        }

        var shape = exchange.Shape?.Returns;
        return writer.WriteValue(exchange.Reply, 0, shape is { Kind: ShapeKind.Void } ? null : shape);
    }

    /// <summary>
    /// The exception under a class that the caller can be expected to have: one that the contract declares, one of the JDK's, or, where no
    /// contract knows the method, what a callee that speaks Java's types sent. Others become a RuntimeException whose message names them.
    /// </summary>
    private static CodecStatus WriteException(Exchange exchange, HessianWriter writer)
    {
        var type = exchange.ExceptionType;
        var hasFields = exchange.Reply.Count > 0 && exchange.Reply[0].Kind == ValueKind.Object;
        if (type is not null && IsKnown(exchange, type, hasFields))
        {
            return writer.WriteThrowable(type, exchange.Message, hasFields ? exchange.Reply : null);
        }

        var message = type is null ? exchange.Message : $"{type.Text}: {exchange.Message}";
        return writer.WriteThrowable(PlainException, message);
    }

    private static bool IsKnown(Exchange exchange, TypeName type, bool hasFields)
    {
        if (type.Text.StartsWith("java.", StringComparison.Ordinal))
        {
            return true;
        }

        if (exchange.Shape is not { } shape)
        {
            return hasFields;
        }

        foreach (var declared in shape.Exceptions)
        {
            if (declared.JavaType.Text == type.Text)
            {
                return true;
            }
        }

        return false;
    }

    private static void WriteProps(Metadata metadata, bool isError, HessianWriter writer)
    {
        var hasPairs = isError;
        foreach (ref readonly var pair in metadata.Entries)
        {
            hasPairs |= !HeaderKeys.IsUnsafe(pair.Key);
        }

        if (!hasPairs)
        {
            writer.WriteNull();
            return;
        }

        writer.BeginMap(null);
        if (isError)
        {
            writer.WriteString(HeaderKeys.ResponseErrorText);
            writer.WriteString("true");
        }

        foreach (ref readonly var pair in metadata.Entries)
        {
            if (HeaderKeys.IsUnsafe(pair.Key))
            {
                continue;
            }

            writer.WriteString(pair.Key);
            writer.WriteString(pair.Value);
            if (!TraceNames.IsHopName(pair.Key))
            {
                writer.WriteString(HeaderKeys.ResponseBaggagePrefix + pair.Key);
                writer.WriteString(pair.Value);
            }
        }

        writer.EndMap();
    }
}
