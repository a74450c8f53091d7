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
            return !status.IsOk ? RequestOpener.InFrame(status) : exchange.AnsweredLocally ? status : Answer(exchange);
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
        var form = CallerFlags.Unpack(exchange.CallerFlags).Generic;
        if (form == GenericForm.Denied)
        {
            return Deny(exchange);
        }

        status = form == GenericForm.None
            ? ReadArguments(ref reader, exchange, front.Signature.TypeNames.Length)
            : GenericArguments.Read(ref reader, exchange, form);
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

    /// <summary>With status 70, as real providers do it: the words for it are ours, as theirs tell how to switch the danger on.</summary>
    private static CodecStatus Deny(Exchange exchange)
    {
        exchange.SetFault(
            ExchangeStatus.PermissionDenied,
            "generic=nativejava and generic=protobuf-json are not allowed; use true, raw.return, bean or gson");
        exchange.AnsweredLocally = true;
        return CodecStatus.Ok;
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
