using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Codecs.Dubbo.Framing;
using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Requests;

/// <summary>Decodes the arguments and attachments of a request that <see cref="RequestOpener"/> has opened.</summary>
internal static class RequestReader
{
    internal static CodecStatus Read(Exchange exchange)
    {
        var state = HessianReadState.Rent();
        state.Budget = exchange.Request.Budget;
        try
        {
            var reader = new HessianReader(exchange.RequestFrame.Slice(DubboFrame.HeaderBytes), HessianDialect.Final, state);
            var status = Read(ref reader, exchange);
            return status.IsOk ? Answer(exchange) : RequestOpener.InFrame(status);
        }
        finally
        {
            state.Return();
        }
    }

    private static CodecStatus Read(ref HessianReader reader, Exchange exchange)
    {
        var status = RequestFront.Read(ref reader, out var front);
        if (!status.IsOk)
        {
            return status;
        }

        exchange.Shape = exchange.Contract?.Find(exchange.Method, exchange.Signature);
        status = CallerFlags.Unpack(exchange.CallerFlags).Generic switch
        {
            GenericForm.None => ReadArguments(ref reader, exchange, front.Signature.TypeNames.Length),
            GenericForm.NotOffered => CodecStatus.Fail(
                CodecError.Unsupported, "only generic=true and generic=raw.return can be translated for a callee of another protocol"),
            _ => ReadGenericArguments(ref reader, exchange),
        };
        return status.IsOk ? AttachmentReader.Read(ref reader, exchange.RequestMetadata, exchange.Request.Budget) : status;
    }

    private static CodecStatus ReadArguments(ref HessianReader reader, Exchange exchange, int count)
    {
        var parameters = exchange.Shape?.Parameters;
        for (var i = 0; i < count; i++)
        {
            var status = reader.ReadValue(exchange.Request, i < parameters?.Length ? parameters.Value[i].Type : null);
            if (!status.IsOk)
            {
                return status;
            }
        }

        return CodecStatus.Ok;
    }

    /// <summary>Unwraps the argument array into ordinary arguments, so that the callee gets an ordinary call.</summary>
    private static CodecStatus ReadGenericArguments(ref HessianReader reader, Exchange exchange)
    {
        var status = reader.Skip();
        var scratch = ScratchTape.Rent(exchange.Request.Budget);
        try
        {
            // The type names go onto the tape too: an argument may refer to their array.
            status = status.IsOk ? reader.ReadValue(scratch) : status;
            var arguments = scratch.Count;
            status = status.IsOk ? reader.ReadValue(scratch) : status;
            return status.IsOk ? Unwrap(scratch, arguments, exchange) : status;
        }
        finally
        {
            ScratchTape.Return(scratch);
        }
    }

    private static CodecStatus Unwrap(ValueTape from, int array, Exchange exchange)
    {
        var names = exchange.Signature?.TypeNames;
        var parameters = exchange.Shape?.Parameters;
        array = from.Resolve(array);
        var count = from[array].Kind switch
        {
            ValueKind.Array or ValueKind.List => from[array].Count,
            ValueKind.Null => 0,
            _ => -1,
        };
        if (count < 0 || (names is { } wanted && count != wanted.Length && !(count == 0 && from[array].Kind == ValueKind.Null)))
        {
            return CodecStatus.Fail(
                CodecError.TypeMismatch, $"the generic call names {names?.Length ?? 0} types and has {Math.Max(0, count)} arguments");
        }

        using var transfer = new TapeTransfer(from, exchange.Request);
        var end = from.Next(array);
        var ordinal = 0;
        for (var child = array + 1; child < end && !exchange.Request.Failed; child = from.Next(child))
        {
            var shape = ordinal < parameters?.Length ? parameters.Value[ordinal].Type : null;
            Realiser.Copy(in transfer, child, shape, names is { } n ? n[ordinal] : null);
            ordinal++;
        }

        // Java stands nulls in for an argument array that is null.
        for (; ordinal < names?.Length; ordinal++)
        {
            exchange.Request.AddNull();
        }

        return exchange.Request.Status;
    }

    /// <summary>
    /// <c>$echo</c> asks whether the service is there. A Dubbo callee gets the call as it is; on this lane the callee speaks another
    /// protocol and has no such method, so the argument is the answer, given by the gateway.
    /// </summary>
    private static CodecStatus Answer(Exchange exchange)
    {
        if (exchange.Method != RequestOpener.EchoMethod || exchange.Signature?.TypeNames.Length != 1)
        {
            return CodecStatus.Ok;
        }

        using var transfer = new TapeTransfer(exchange.Request, exchange.Reply);
        transfer.Value(0);
        exchange.Status = ExchangeStatus.Ok;
        exchange.AnsweredLocally = true;
        return exchange.Reply.Status;
    }
}
