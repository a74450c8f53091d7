using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Codecs.Dubbo.Framing;
using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Codecs.Dubbo.Requests;
using BridgeMesh.Codecs.Dubbo.Statuses;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Replies;

/// <summary>
/// Decodes what a provider answered. Source: org.apache.dubbo.rpc.protocol.dubbo.DecodeableRpcResult, and recordings.
/// <code>
/// status 20: flag | value or Throwable, unless the flag says null | attachments, if the flag says so | ignored
/// others:    error text
/// </code>
/// </summary>
internal static class ReplyReader
{
    internal static CodecStatus Read(Exchange exchange)
    {
        var status = SerializationIds.Check(exchange.ReplyHeader.Serializer);
        if (!status.IsOk)
        {
            return status;
        }

        var state = HessianReadState.Rent();
        state.Budget = exchange.Reply.Budget;
        try
        {
            var reader = new HessianReader(exchange.ReplyFrame.Slice(DubboFrame.HeaderBytes), HessianDialect.Final, state);
            status = exchange.ReplyHeader.Status == DubboStatus.Ok ? ReadResult(ref reader, exchange) : ReadError(ref reader, exchange);
            return status.IsOk ? status : RequestOpener.InFrame(status);
        }
        finally
        {
            state.Return();
        }
    }

    private static CodecStatus ReadError(ref HessianReader reader, Exchange exchange)
    {
        string? read = null;
        if (reader.NextIsString && !reader.TryReadString(out read))
        {
            return reader.Fault;
        }

        // Some providers leave the text out, or answer with an object: the status still counts.
        var text = read ?? string.Empty;
        var row = InboundStatuses.Find(exchange.ReplyHeader.Status, text);
        var message = text.Length == 0 ? $"the provider answered with status {exchange.ReplyHeader.Status}" : ErrorText.OfErrorBody(text);
        exchange.SetFault(row.Status, message, row.MayHaveExecuted);
        return CodecStatus.Ok;
    }

    private static CodecStatus ReadResult(ref HessianReader reader, Exchange exchange)
    {
        if (IsBareValue(in reader, exchange))
        {
            exchange.Status = ExchangeStatus.Ok;
            return ReadValue(ref reader, exchange);
        }

        if (!reader.TryReadInt32(out var flag))
        {
            return reader.Fault;
        }

        if (flag is < ResultFlag.Exception or > ResultFlag.Null + ResultFlag.WithAttachments)
        {
            return CodecStatus.Fail(CodecError.Malformed, $"result flag {flag} is none of 0 to 5", 0);
        }

        var kind = flag % ResultFlag.WithAttachments;
        var status = kind switch
        {
            ResultFlag.Value => ReadValue(ref reader, exchange),
            ResultFlag.Exception => ThrowableReader.Read(ref reader, exchange),
            _ => AddNull(exchange),
        };
        if (kind != ResultFlag.Exception)
        {
            exchange.Status = ExchangeStatus.Ok;
        }

        return status.IsOk && flag >= ResultFlag.WithAttachments
            ? AttachmentReader.Read(ref reader, exchange.ReplyMetadata, exchange.Reply.Budget)
            : status;
    }

    /// <summary>
    /// Providers made with dubbo-remoting leave the flag out before a result that JavaScript takes for false: null, false, zero and the
    /// empty text stand alone, each in one byte. Java would fail on all of them, and writes no such body itself: a flag that needs nothing
    /// behind it is 2 (0x92), or 5 (0x95) from providers that leave the attachments out.
    /// </summary>
    private static bool IsBareValue(in HessianReader reader, Exchange exchange) =>
        exchange.ReplyHeader.Length == DubboFrame.HeaderBytes + 1
        && reader.TryPeek(out var tag)
        && tag is (byte)'N' or (byte)'F' or 0x00 or 0x90 or 0xE0 or 0x5B;

    /// <summary>The wire does not tell a void method from one that returned null; the contract does.</summary>
    private static CodecStatus AddNull(Exchange exchange)
    {
        if (exchange.Shape?.Returns.Kind != ShapeKind.Void)
        {
            exchange.Reply.AddNull();
        }

        return CodecStatus.Ok;
    }

    private static CodecStatus ReadValue(ref HessianReader reader, Exchange exchange)
    {
        if (!GenericCall.IsNeeded(exchange))
        {
            return reader.ReadValue(exchange.Reply, exchange.Shape?.Returns);
        }

        var general = ScratchTape.Rent(exchange.Reply.Budget);
        try
        {
            var status = reader.ReadValue(general);
            return status.IsOk ? Realiser.Copy(general, 0, exchange.Reply) : status;
        }
        finally
        {
            ScratchTape.Return(general);
        }
    }
}
