using BridgeMesh.Codecs.Bolt.Bodies;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Requests;
using BridgeMesh.Codecs.Bolt.Services;
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

        // What the number says, a Java server says in Hessian and without a checksum, whatever the request was in.
        var request = exchange.CallerHeader;
        var isFault = row.Form == ReplyForm.ServerException;
        var codec = isFault ? BoltFrame.CodecHessian : request.Serializer;
        var envelope = BoltEnvelope.Of(request);
        var frame = FrameStart.Reply(output, request, isFault ? envelope with { Checksum = false } : envelope, codec, row.Status);
        var status = WriteForm(exchange, row.Form, ref frame, output);
        if (!status.IsOk)
        {
            output.Truncate(frame.Position);
            return status;
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

        var row = OutboundTable.Of(exchange.Status, exchange.MustNotBeRetried);

        // An unknown codec has no form for what status 0 says of errors.
        var codec = exchange.CallerHeader.Serializer;
        return codec != BoltFrame.CodecHessian && !NamelessCall.Knows(codec) && row.Status == BoltStatus.Success
            ? new OutboundRow(ReplyForm.ServerException, BoltStatus.ServerException, Retried: false)
            : row;
    }

    private static CodecStatus WriteForm(Exchange exchange, ReplyForm form, ref FrameStart frame, FrameWriter output)
    {
        var codec = exchange.CallerHeader.Serializer;
        var isNameless = NamelessCall.Knows(codec);
        if (form == ReplyForm.ServerException)
        {
            output.Write(ResponseClasses.RpcServerException.Utf8);
            frame.BeginHeader();
        }
        else
        {
            output.Write(ResponseClasses.Utf8SofaResponse);
            frame.BeginHeader();
            if (!TryWriteHeader(exchange, form != ReplyForm.Result, mayLeaveOut: !isNameless, ref frame, output))
            {
                return CodecStatus.Fail(CodecError.OverBudget, "the reply's metadata does not fit into Bolt's header map of 32,767 bytes");
            }

            if (isNameless)
            {
                frame.BeginContent();
                return WriteNameless(exchange, codec, form == ReplyForm.Result, output);
            }
        }

        frame.BeginContent();
        var state = HessianWriteState.Rent();
        try
        {
            state.Budget = exchange.Reply.Budget;
            var writer = new HessianWriter(output, ((CallerForm)exchange.CallerFlags).Of(), state);
            return form == ReplyForm.ServerException
                ? writer.WriteThrowable(ResponseClasses.RpcServerException, exchange.Message ?? exchange.Status.ToString())
                : WriteResponse(exchange, form, writer);
        }
        finally
        {
            state.Return();
        }
    }

    private static CodecStatus WriteNameless(Exchange exchange, byte codec, bool isResult, FrameWriter output) => (codec, isResult) switch
    {
        (BoltFrame.CodecJson, true) => JsonBodies.WriteResult(exchange, output),
        (BoltFrame.CodecJson, false) => JsonBodies.WriteMessage(exchange, output),
        (_, true) => ProtobufBodies.WriteResult(exchange, output),
        _ => ProtobufBodies.WriteMessage(exchange, output),
    };

    /// <param name="mayLeaveOut">The content says the metadata once more, so that the map may go without what does not fit.</param>
    private static bool TryWriteHeader(Exchange exchange, bool isError, bool mayLeaveOut, ref FrameStart frame, FrameWriter output)
    {
        if (isError)
        {
            HeaderMap.Write(output, HeaderKeys.ResponseError, "true"u8);
        }

        var withoutMetadata = output.Length;
        foreach (ref readonly var pair in exchange.ReplyMetadata.Entries)
        {
            if (HeaderKeys.IsPlain(pair.Key))
            {
                HeaderMap.Write(output, default, pair.Key, pair.Value);
            }

            if (HeaderKeys.IsBaggage(pair.Key))
            {
                HeaderMap.Write(output, "rpc_resp_baggage."u8, pair.Key, pair.Value);
            }
        }

        if (frame.HeaderLength <= BoltFrame.MaxShortLength)
        {
            return true;
        }

        output.Truncate(withoutMetadata);
        return mayLeaveOut;
    }

    private static CodecStatus WriteResponse(Exchange exchange, ReplyForm form, HessianWriter writer)
    {
        writer.BeginObject(ResponseClasses.SofaResponse);
        writer.WriteBool(form == ReplyForm.FrameworkError);
        if (form == ReplyForm.FrameworkError)
        {
            writer.WriteString(UnknownNames.TextOf(exchange));
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
    /// The exception and its causes, each under a class that the caller can be expected to have: one that the contract knows, one of the
    /// JDK's, or, where no contract knows the method, what a callee in Java sent. Others become a RuntimeException whose message names them.
    /// </summary>
    private static CodecStatus WriteException(Exchange exchange, HessianWriter writer)
    {
        var type = exchange.ExceptionType;
        if (type is null)
        {
            return writer.WriteThrowable(PlainException, exchange.Message);
        }

        if (exchange.Reply.Count > 0 && exchange.Reply[0].Kind == ValueKind.Object)
        {
            return writer.WriteThrowable(
                exchange.Reply, 0, type, exchange.Message, (own, isFromJava) => NameFor(exchange, own, isFromJava));
        }

        var cls = NameFor(exchange, type, isFromJava: false);
        return writer.WriteThrowable(cls.Type, cls.IsOwn ? exchange.Message : $"{type.Text}: {exchange.Message}");
    }

    private static ThrowableClass NameFor(Exchange exchange, TypeName type, bool isFromJava)
    {
        if (KnownExceptions.Find(exchange, type) is { } known)
        {
            return new ThrowableClass(type, known);
        }

        return IsOfTheJdk(type.Text) || (exchange.Shape is null && isFromJava)
            ? new ThrowableClass(type)
            : new ThrowableClass(PlainException, IsOwn: false);
    }

    // Other classes of the JDK are no Throwables, and would fail where one is expected.
    private static bool IsOfTheJdk(string name) => name.StartsWith("java.", StringComparison.Ordinal)
        && (name.EndsWith("Exception", StringComparison.Ordinal) || name.EndsWith("Error", StringComparison.Ordinal));

    private static void WriteProps(Metadata metadata, bool isError, HessianWriter writer)
    {
        var hasPairs = isError;
        foreach (ref readonly var pair in metadata.Entries)
        {
            hasPairs |= HeaderKeys.IsPlain(pair.Key) || HeaderKeys.IsBaggage(pair.Key);
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
            if (HeaderKeys.IsPlain(pair.Key))
            {
                writer.WriteString(pair.Key);
                writer.WriteString(pair.Value);
            }

            if (HeaderKeys.IsBaggage(pair.Key))
            {
                writer.WriteString(HeaderKeys.ResponseBaggagePrefix + pair.Key);
                writer.WriteString(pair.Value);
            }
        }

        writer.EndMap();
    }
}
