using System.Buffers;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;

/// <summary>Arguments to and from a <see cref="RequestWrapper"/>.</summary>
internal static class WrappedRequest
{
    /// <summary>Asks any provider whether it is there: it answers with the argument. Source: org.apache.dubbo.rpc.service.EchoService.</summary>
    internal const string EchoMethod = "$echo";

    /// <summary>Decodes the arguments into one root each, typed by the overload that they choose, or by themselves without a
    /// contract.</summary>
    /// <param name="message">What the wrapper was opened from.</param>
    internal static CodecStatus Read(in ReadOnlySequence<byte> message, in RequestWrapper wrapper, Exchange exchange, ValueTape into)
    {
        if (!Serializations.IsHessian(wrapper.Serialization))
        {
            return Serializations.Refuse(wrapper.Serialization);
        }

        var status = Bind(wrapper, exchange);
        if (!status.IsOk)
        {
            return status;
        }

        for (var i = 0; i < wrapper.Arguments.Length; i++)
        {
            var (offset, length) = wrapper.Arguments[i];
            var type = i < exchange.Shape?.Parameters.Length ? exchange.Shape.Parameters[i].Type : null;
            status = HessianPayloadCodec.Final.Read(message.Slice(offset, length), type, ValuePolicy.Default, into);
            if (!status.IsOk)
            {
                return status.Offset < 0 ? status : status with { Offset = status.Offset + offset };
            }
        }

        return exchange.Method == EchoMethod && wrapper.Arguments.Length == 1 ? Echo(exchange, into) : CodecStatus.Ok;
    }

    /// <summary>A Triple callee gets the call as it is; the callees of other protocols have no such method, so the gateway answers.</summary>
    private static CodecStatus Echo(Exchange exchange, ValueTape argument)
    {
        using var transfer = new TapeTransfer(argument, exchange.Reply);
        transfer.Value(0);
        exchange.Status = ExchangeStatus.Ok;
        exchange.AnsweredLocally = true;
        return exchange.Reply.Status;
    }

    /// <summary>Chooses the overload; the pipeline refuses a call that has none. The method of a call that streams is known from its head,
    /// and each message has the same types.</summary>
    private static CodecStatus Bind(in RequestWrapper wrapper, Exchange exchange)
    {
        if (exchange.Shape is { } bound && StreamRules.NeededBy(bound) != StreamSupport.None)
        {
            return wrapper.Arguments.Length == bound.Parameters.Length
                ? CodecStatus.Ok
                : CodecStatus.Fail(CodecError.TypeMismatch, $"{bound.Name} has {bound.Parameters.Length} parameters");
        }

        exchange.Signature = wrapper.Signature;
        exchange.Shape = exchange.Contract?.Find(exchange.Method, wrapper.Signature);
        return CodecStatus.Ok;
    }

    /// <summary>Writes all roots, one argument each. What was written before a failure is the caller's to drop.</summary>
    internal static CodecStatus Write(Exchange exchange, ValueTape from, FrameWriter output)
    {
        if ((exchange.Shape?.Signature ?? exchange.Signature) is not { WellFormed: true } signature)
        {
            return CodecStatus.Fail(
                CodecError.Unsupported,
                $"the types of {exchange.Method}'s parameters are not known: add a contract for {exchange.CalleeService.Interface}");
        }

        output.WriteText(RequestWrapper.SerializationField, Serializations.Hessian4);
        using var argument = new FrameWriter();
        var ordinal = 0;
        for (var root = 0; root < from.Count && ordinal < signature.TypeNames.Length; root = from.Next(root))
        {
            argument.Clear();
            var status = HessianPayloadCodec.Final.Write(
                from, root, exchange.Shape?.Parameters[ordinal].Type, ValuePolicy.Default, argument);
            if (!status.IsOk)
            {
                return status;
            }

            output.WriteBytes(RequestWrapper.ArgumentField, argument.Written);
            ordinal++;
        }

        if (ordinal != signature.TypeNames.Length || from.RootCount() != ordinal)
        {
            return CodecStatus.Fail(
                CodecError.TypeMismatch,
                $"{exchange.Method} has {signature.TypeNames.Length} parameters, the call has {from.RootCount()} arguments");
        }

        foreach (var type in signature.TypeNames)
        {
            output.WriteText(RequestWrapper.TypeField, type);
        }

        if (exchange.Shape is { ServerStreaming: true, ClientStreaming: false })
        {
            output.WriteText(RequestWrapper.TypeField, RequestWrapper.ReplyObserver);
        }

        return CodecStatus.Ok;
    }
}
