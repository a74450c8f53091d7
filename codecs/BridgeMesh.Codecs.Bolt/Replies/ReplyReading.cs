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

/// <summary>Decodes a callee's answer into status, metadata and tape.</summary>
internal static class ReplyReading
{
    internal static CodecStatus Read(Exchange exchange)
    {
        var header = exchange.ReplyHeader;
        if (header.HasNegativeLength())
        {
            return CodecStatus.Fail(CodecError.Malformed, "a length in the Bolt reply is negative", header.FixedLength() - 8);
        }

        exchange.Status = ExchangeStatus.Ok;
        exchange.Message = null;
        exchange.ExceptionType = null;
        exchange.MayHaveExecuted = true;
        var metadata = new NeutralMetadata(exchange.ReplyMetadata, HeaderKeys.ResponseBaggagePrefix);
        var saysError = false;
        using (var map = new ContiguousBytes(exchange.ReplyFrame.Slice(header.HeaderOffset(), header.HeaderLength())))
        {
            metadata.AddHeader(map.Span);
            saysError = HeaderMap.TryFind(map.Span, HeaderKeys.ResponseError, out var value, out _) && value.SequenceEqual("true"u8);
        }

        if (header.Status != BoltStatus.Success)
        {
            var text = FailureText.Of(exchange);
            InboundTable.OfStatus(header.Status, text).Settle(exchange, text);
            return metadata.Finish();
        }

        if (header.Serializer != BoltFrame.CodecHessian)
        {
            var status = header.Serializer switch
            {
                BoltFrame.CodecJson => JsonBodies.ReadReply(exchange, saysError),
                BoltFrame.CodecProtobuf => ProtobufBodies.ReadReply(exchange, saysError),
                _ => NamelessCall.Refuse(header.Serializer, "in the reply is not translated", header.IdOffset() + 4),
            };
            return status.IsOk ? metadata.Finish() : status;
        }

        var state = HessianReadState.Rent();
        try
        {
            state.Budget = exchange.Reply.Budget;
            var content = exchange.ReplyFrame.Slice(header.ContentOffset(), header.ContentLength());
            var reader = new HessianReader(content, Dialects.OfContent(content), state);
            var status = ReadResponse(ref reader, exchange, ref metadata, saysError);
            return !status.IsOk && status.Offset >= 0 ? status with { Offset = header.ContentOffset() + status.Offset } : status;
        }
        finally
        {
            state.Return();
        }
    }

    private static CodecStatus ReadResponse(ref HessianReader reader, Exchange exchange, ref NeutralMetadata metadata, bool saysError)
    {
        var isError = false;
        string? errorMessage = null;
        if (!ReadFields(ref reader, exchange, ref metadata, saysError, ref isError, ref errorMessage))
        {
            var fault = reader.Fault;
            return fault.IsOk ? CodecStatus.Fail(CodecError.Malformed, $"the reply is no {ResponseClasses.SofaResponseName}", 0) : fault;
        }

        var status = metadata.Finish();
        if (!status.IsOk)
        {
            return status;
        }

        if (!reader.End)
        {
            return CodecStatus.Fail(CodecError.Malformed, "bytes behind the SofaResponse", reader.Consumed);
        }

        if (isError)
        {
            exchange.Reply.Reset();
            InboundTable.OfFrameworkError(errorMessage).Settle(exchange, errorMessage);
            return CodecStatus.Ok;
        }

        Settle(exchange, saysError);
        return CodecStatus.Ok;
    }

    private static bool ReadFields(
        ref HessianReader reader,
        Exchange exchange,
        ref NeutralMetadata metadata,
        bool saysError,
        ref bool isError,
        ref string? errorMessage)
    {
        if (!reader.TryBeginObject(out var cls) || cls.Type.Text != ResponseClasses.SofaResponseName)
        {
            return false;
        }

        foreach (var field in cls.Fields)
        {
            bool read;
            if (field.Utf8.SequenceEqual(ResponseClasses.IsError))
            {
                read = reader.TryReadBool(out isError);
            }
            else if (field.Utf8.SequenceEqual(ResponseClasses.ErrorMessage))
            {
                read = reader.TryReadString(out errorMessage);
            }
            else if (field.Utf8.SequenceEqual(ResponseClasses.AppResponse))
            {
                // A class that repeats a field means the last.
                exchange.Reply.Reset();
                read = reader.ReadValue(exchange.Reply, saysError || isError ? null : exchange.Shape?.Returns).IsOk;
            }
            else if (field.Utf8.SequenceEqual(ResponseClasses.ResponseProps) && reader.NextIsMap)
            {
                read = ReadProps(ref reader, ref metadata);
            }
            else
            {
                read = reader.Skip().IsOk;
            }

            if (!read)
            {
                return false;
            }
        }

        return true;
    }

    private static bool ReadProps(ref HessianReader reader, ref NeutralMetadata metadata)
    {
        if (!reader.TryBeginMap(out _))
        {
            return false;
        }

        while (reader.TryNextEntry())
        {
            string? key = null;
            if (!(reader.NextIsString ? reader.TryReadString(out key) : reader.Skip().IsOk))
            {
                return false;
            }

            if (key is not null && reader.NextIsString)
            {
                if (!reader.TryReadUtf8(out var value))
                {
                    return false;
                }

                metadata.AddPair(key, value);
            }
            else if (!reader.Skip().IsOk)
            {
                return false;
            }
        }

        return reader.Fault.IsOk;
    }

    /// <summary>Tells a result from an exception. A callee that forgets the error header still shows a Throwable by its fields.</summary>
    private static void Settle(Exchange exchange, bool saysError)
    {
        var reply = exchange.Reply;
        var isObject = reply.Count > 0 && reply[0].Kind == ValueKind.Object;
        var isThrowable = isObject
            && reply.FindField(0, ResponseClasses.StackTrace) >= 0 && reply.FindField(0, ResponseClasses.DetailMessage) >= 0;
        if (saysError || isThrowable)
        {
            exchange.ExceptionType = isObject ? reply[0].Type : null;
            exchange.Message = reply.Count == 0 ? null : FailureText.Of(reply, 0);
            exchange.Status = KnownExceptions.StatusOf(exchange, exchange.ExceptionType);
            if (!isObject)
            {
                reply.Reset();
            }

            return;
        }

        if (exchange.Shape is { Returns.Kind: ShapeKind.Void } && reply.Count > 0 && reply[0].Kind == ValueKind.Null)
        {
            reply.Reset();
        }
    }
}
