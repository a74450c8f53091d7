using BridgeMesh.Codecs.Bolt.Bodies;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Services;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Requests;

/// <summary>Decodes metadata, signature and arguments of a request that was opened before.</summary>
internal static class RequestReading
{
    internal static CodecStatus Read(Exchange exchange)
    {
        var header = exchange.CallerHeader;
        return header.Serializer switch
        {
            BoltFrame.CodecHessian => ReadHessian(exchange),
            BoltFrame.CodecJson => JsonBodies.ReadRequest(exchange),
            BoltFrame.CodecProtobuf => ProtobufBodies.ReadRequest(exchange),
            _ => NamelessCall.Refuse(header.Serializer, "is not translated", header.IdOffset() + 4),
        };
    }

    private static CodecStatus ReadHessian(Exchange exchange)
    {
        var header = exchange.CallerHeader;
        if (header.ContentLength() == 0)
        {
            return CodecStatus.Fail(CodecError.Malformed, "the request has no content", header.ContentOffset());
        }

        bool isGeneric;
        var metadata = new NeutralMetadata(exchange.RequestMetadata, HeaderKeys.RequestBaggagePrefix);
        using (var map = new ContiguousBytes(exchange.RequestFrame.Slice(header.HeaderOffset(), header.HeaderLength())))
        {
            metadata.AddHeader(map.Span);
            isGeneric = HeaderMap.TryFind(map.Span, HeaderKeys.GenericType, out _, out _);
        }

        var state = HessianReadState.Rent();
        try
        {
            var content = exchange.RequestFrame.Slice(header.ContentOffset(), header.ContentLength());
            state.Budget = exchange.Request.Budget;
            var reader = new HessianReader(content, ((CallerForm)exchange.CallerFlags).Of(), state);
            var fault = CodecStatus.Ok;
            if (!ReadEnvelope(ref reader, exchange, ref metadata, ref fault))
            {
                return fault.IsOk ? RequestContent.Fault(ref reader, header.ContentOffset()) : fault;
            }

            fault = metadata.Finish();
            if (!fault.IsOk)
            {
                return fault;
            }

            exchange.Shape = exchange.Contract?.Find(exchange.Method, exchange.Signature);
            fault = ReadArguments(ref reader, exchange, header.ContentOffset());
            return fault.IsOk && isGeneric ? GenericCalls.Check(exchange.Request) : fault;
        }
        finally
        {
            state.Return();
        }
    }

    private static bool ReadEnvelope(ref HessianReader reader, Exchange exchange, ref NeutralMetadata metadata, ref CodecStatus fault)
    {
        if (!RequestContent.TryBegin(ref reader, out var cls))
        {
            return false;
        }

        foreach (var field in cls.Fields)
        {
            var read = true;
            if (field.Utf8.SequenceEqual(SofaRequestClass.MethodName))
            {
                // A real server runs the method that the content names, whatever the header says.
                read = reader.TryReadString(out var method);
                exchange.Method = method is { Length: > 0 } ? method : exchange.Method;
            }
            else if (field.Utf8.SequenceEqual(SofaRequestClass.MethodArgSigs) && reader.NextIsList)
            {
                read = ReadSignature(ref reader, exchange, ref fault);
            }
            else if (field.Utf8.SequenceEqual(SofaRequestClass.RequestProps) && reader.NextIsMap)
            {
                read = ReadProps(ref reader, ref metadata, PropsLevel.Message);
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

    private enum PropsLevel : byte
    {
        Message,
        Trace,
        Baggage,
    }

    /// <summary>Walks requestProps and the maps in it that SOFARPC knows. Values that are not text are no metadata.</summary>
    private static bool ReadProps(ref HessianReader reader, ref NeutralMetadata metadata, PropsLevel level)
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

            bool read;
            if (key is not null && reader.NextIsString)
            {
                read = reader.TryReadUtf8(out var value);
                if (read)
                {
                    Take(ref metadata, level, key, value);
                }
            }
            else if (level == PropsLevel.Message && reader.NextIsMap && key is HeaderKeys.TraceContext or HeaderKeys.RequestBaggage)
            {
                read = ReadProps(ref reader, ref metadata, key == HeaderKeys.TraceContext ? PropsLevel.Trace : PropsLevel.Baggage);
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

        return reader.Fault.IsOk;
    }

    private static void Take(ref NeutralMetadata metadata, PropsLevel level, string key, ReadOnlySpan<byte> value)
    {
        switch (level)
        {
            case PropsLevel.Trace:
                metadata.AddTrace(key, value);
                break;
            case PropsLevel.Baggage:
                metadata.AddBaggage(key, value);
                break;
            default:
                metadata.AddPair(key, value);
                break;
        }
    }

    private static bool ReadSignature(ref HessianReader reader, Exchange exchange, ref CodecStatus fault)
    {
        if (!reader.TryBeginList(out var list))
        {
            return false;
        }

        var signature = new ArgumentSignature(stackalloc byte[ArgumentSignature.MaxBytes]);
        while (reader.TryNextElement(ref list))
        {
            if (!reader.TryReadUtf8(out var typeName))
            {
                return false;
            }

            if (!signature.TryAdd(typeName))
            {
                fault = CodecStatus.Fail(CodecError.OverBudget, "too many parameter types, or one without a name", path: "methodArgSigs");
                return false;
            }
        }

        exchange.Signature = signature.ToSignature();
        return reader.Fault.IsOk;
    }

    private static CodecStatus ReadArguments(ref HessianReader reader, Exchange exchange, int contentOffset)
    {
        var parameters = exchange.Shape?.Parameters ?? [];
        var declared = exchange.Signature?.TypeNames.Length ?? 0;
        for (var i = 0; i < declared; i++)
        {
            if (reader.End)
            {
                var missing = $"methodArgSigs names {declared} arguments, the content holds {i}";
                return CodecStatus.Fail(CodecError.Truncated, missing, contentOffset + reader.Consumed);
            }

            var shape = i < parameters.Length ? parameters[i].Type : null;
            var status = reader.ReadValue(exchange.Request, shape);
            if (!status.IsOk)
            {
                return status.Offset < 0 ? status : status with { Offset = contentOffset + status.Offset };
            }
        }

        if (reader.End)
        {
            return CodecStatus.Ok;
        }

        var left = exchange.CallerHeader.ContentLength() - reader.Consumed;
        return CodecStatus.Fail(CodecError.Malformed, $"{left} bytes behind the last argument", contentOffset + reader.Consumed);
    }
}
