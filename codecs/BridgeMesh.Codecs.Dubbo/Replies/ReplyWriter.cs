using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Codecs.Dubbo.Framing;
using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Codecs.Dubbo.Requests;
using BridgeMesh.Codecs.Dubbo.Statuses;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Replies;

/// <summary>
/// Writes an answer in the dialect of the caller: result flags as its version decodes them, maps for a generic caller. Always in Hessian2,
/// also to a caller whose serialization was refused: every Java consumer has it and goes by the id in the reply's header.
/// </summary>
internal static class ReplyWriter
{
    internal static CodecStatus Write(Exchange exchange, FrameWriter output)
    {
        var code = OutboundStatuses.FormOf(exchange);
        if (code == OutboundStatuses.None || exchange.OneWay)
        {
            return CodecStatus.Ok;
        }

        var start = DubboFrame.Begin(output, SerializationIds.Hessian2, code, exchange.CallerHeader.CorrelationId);
        var state = HessianWriteState.Rent();
        state.Budget = exchange.Reply.Budget;
        try
        {
            var writer = new HessianWriter(output, HessianDialect.Final, state);
            var status = CodecStatus.Ok;
            if (code == DubboStatus.Ok)
            {
                status = WriteResult(ref writer, exchange);
            }
            else
            {
                writer.WriteString(exchange.Message ?? exchange.Status.ToString());
            }

            if (status.IsOk)
            {
                DubboFrame.End(output, start);
            }
            else
            {
                output.Truncate(start);
            }

            return status;
        }
        finally
        {
            state.Return();
        }
    }

    /// <summary>
    /// For a request that a provider sends to its consumer: it calls an argument back, or has mistaken the ends. There is nobody to call,
    /// as calls with callbacks are refused.
    /// </summary>
    internal static void WriteNobodyHere(in FrameHeader header, FrameWriter output)
    {
        var start = DubboFrame.Begin(output, SerializationIds.Hessian2, DubboStatus.ServiceNotFound, header.CorrelationId);
        var state = HessianWriteState.Rent();
        var writer = new HessianWriter(output, HessianDialect.Final, state);
        writer.WriteString("no service is offered on this connection: callbacks do not pass the gateway");
        state.Return();
        DubboFrame.End(output, start);
    }

    private static CodecStatus WriteResult(ref HessianWriter writer, Exchange exchange)
    {
        var flags = CallerFlags.Unpack(exchange.CallerFlags);
        var tape = exchange.Reply;
        var isNull = tape.Count == 0 || tape[tape.Resolve(0)].Kind is ValueKind.Null or ValueKind.Absent;
        var kind = exchange.Status != ExchangeStatus.Ok ? ResultFlag.Exception : isNull ? ResultFlag.Null : ResultFlag.Value;
        writer.WriteInt32(kind + (flags.TakesAttachments ? ResultFlag.WithAttachments : 0));
        var status = kind switch
        {
            ResultFlag.Exception => ThrowableWriter.Write(ref writer, exchange, flags),
            ResultFlag.Value when GenericForms.IsGeneralised(flags.Generic) => WriteGeneralised(ref writer, tape),
            ResultFlag.Value when flags.Generic == GenericForm.Bean => WriteDescribed(ref writer, tape, exchange),
            ResultFlag.Value => writer.WriteValue(tape, 0, exchange.Shape?.Returns),
            _ => CodecStatus.Ok,
        };
        if (status.IsOk && flags.TakesAttachments)
        {
            AttachmentWriter.WriteReply(ref writer, exchange.ReplyMetadata);
        }

        return status;
    }

    private static CodecStatus WriteGeneralised(ref HessianWriter writer, ValueTape tape)
    {
        var general = ScratchTape.Rent(tape.Budget);
        try
        {
            var status = Generaliser.CopyAll(tape, general);
            return status.IsOk ? writer.WriteValue(general, 0) : status;
        }
        finally
        {
            ScratchTape.Return(general);
        }
    }

    private static CodecStatus WriteDescribed(ref HessianWriter writer, ValueTape tape, Exchange exchange)
    {
        var described = ScratchTape.Rent(tape.Budget);
        try
        {
            using var transfer = new TapeTransfer(tape, described);
            BeanDescriber.Copy(in transfer, 0, exchange.Shape?.Returns);
            return described.Failed ? described.Status : writer.WriteValue(described, 0);
        }
        finally
        {
            ScratchTape.Return(described);
        }
    }
}
