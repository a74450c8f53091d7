using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;

/// <summary>
/// A result, or the exception that stands in its place, to and from the message that wraps it. An exception comes with grpc-status 0: the
/// header <c>tri-exception-code</c> tells it from a result (Dubbo 3.1 and later), and its type is java.lang.Exception (3.3).
/// <code>
/// TripleResponseWrapper { string serializeType = 1; bytes data = 2; string type = 3 (Class.getName) }
/// </code>
/// Source: dubbo-rpc-triple, triple_wrapper.proto, ReflectionPackableMethod, AbstractServerCall, UnaryServerCallListener.
/// </summary>
internal static class WrappedReply
{
    /// <summary>Type of every exception, whatever its class.</summary>
    internal const string ExceptionType = "java.lang.Exception";

    /// <summary>What <c>tri-exception-code</c> says of an exception of the service's own: RpcException.BIZ_EXCEPTION.</summary>
    internal const int BusinessCode = 3;

    private const int SerializationField = 1;
    private const int DataField = 2;
    private const int TypeField = 3;

    /// <summary>Dubbo's own exceptions, which a provider's filters throw in the place of the service.</summary>
    private const string RpcExceptionName = "org.apache.dubbo.rpc.RpcException";

    private const string StatusRpcExceptionName = "org.apache.dubbo.rpc.StatusRpcException";

    /// <summary>Reads a reply with grpc-status 0 into the exchange: its status, and the result or the exception.</summary>
    /// <param name="exceptionCode">The header's number; 0 when there is none.</param>
    internal static CodecStatus Read(in ReadOnlySequence<byte> message, int exceptionCode, Exchange exchange, ValueTape into)
    {
        using var bytes = new ContiguousBytes(message);
        var (serialization, data, length, isException) = (string.Empty, 0, 0, exceptionCode != 0);
        var field = new WrapperField(bytes.Span);
        while (field.Next())
        {
            switch (field.Number)
            {
                case SerializationField:
                    serialization = Serializations.Find(field.Bytes) ?? Encoding.UTF8.GetString(field.Bytes[..Math.Min(field.Length, 40)]);
                    break;
                case DataField:
                    (data, length) = (field.Offset, field.Length);
                    break;
                case TypeField:
                    isException |= field.Bytes.SequenceEqual("java.lang.Exception"u8);
                    break;
            }
        }

        if (field.IsBroken)
        {
            return CodecStatus.Fail(CodecError.Malformed, "the reply is no TripleResponseWrapper", field.Offset);
        }

        if (length > 0 && !Serializations.IsHessian(serialization))
        {
            return Serializations.Refuse(serialization);
        }

        var value = message.Slice(data, length);
        var status = isException ? ReadException(value, exceptionCode, exchange, into) : ReadResult(value, exchange, into);
        return status.IsOk || status.Offset < 0 ? status : status with { Offset = status.Offset + data };
    }

    /// <summary>Writes the result. What was written before a failure is the caller's to drop.</summary>
    /// <param name="serialization">As the caller named it.</param>
    internal static CodecStatus Write(Exchange exchange, string serialization, ValueTape from, FrameWriter output)
    {
        using var data = new FrameWriter();
        if (from.Count == 0)
        {
            data.WriteByte((byte)'N');
        }
        else
        {
            var status = HessianPayloadCodec.Final.Write(from, 0, exchange.Shape?.Returns, ValuePolicy.Default, data);
            if (!status.IsOk)
            {
                return status;
            }
        }

        Write(serialization, data.Written, TypeOf(exchange.Shape?.Returns), output);
        return CodecStatus.Ok;
    }

    /// <summary>Writes how the call failed as an exception that its consumer catches.</summary>
    internal static CodecStatus WriteException(Exchange exchange, string serialization, FrameWriter output)
    {
        using var data = new FrameWriter();
        var state = HessianWriteState.Rent();
        state.Budget = exchange.Reply.Budget;
        var status = DubboThrowables.Write(new HessianWriter(data, HessianDialect.Final, state), exchange);
        state.Return();
        if (status.IsOk)
        {
            Write(serialization, data.Written, ExceptionType, output);
        }

        return status;
    }

    private static void Write(string serialization, ReadOnlySpan<byte> data, string type, FrameWriter output)
    {
        output.WriteText(SerializationField, serialization);
        output.WriteBytes(DataField, data);
        output.WriteText(TypeField, type);
    }

    private static string TypeOf(TypeShape? returns) =>
        returns is not null && JavaSignature.Of(returns.JavaDescriptor) is { WellFormed: true, TypeNames: [var name] }
            ? name
            : "java.lang.Object";

    private static CodecStatus ReadResult(in ReadOnlySequence<byte> data, Exchange exchange, ValueTape into)
    {
        exchange.Status = ExchangeStatus.Ok;
        if (exchange.Shape?.Returns.Kind == ShapeKind.Void)
        {
            return CodecStatus.Ok;
        }

        if (data.IsEmpty)
        {
            // Go leaves the data out where the result is nil.
            into.AddNull();
            return CodecStatus.Ok;
        }

        return HessianPayloadCodec.Final.Read(data, exchange.Shape?.Returns, ValuePolicy.Default, into);
    }

    private static CodecStatus ReadException(in ReadOnlySequence<byte> data, int exceptionCode, Exchange exchange, ValueTape into)
    {
        var status = HessianPayloadCodec.Final.Read(data, null, ValuePolicy.Default, into);
        if (!status.IsOk)
        {
            return status;
        }

        exchange.MayHaveExecuted = true;
        if (into[0] is not { Kind: ValueKind.Object, Type: { } type })
        {
            into.Reset();
            exchange.SetFault(ExchangeStatus.RuntimeException, "the provider threw a value that is no exception", mayHaveExecuted: true);
            return CodecStatus.Ok;
        }

        exchange.Message = ThrowableValue.MessageOf(into, 0);
        if (type.Text is RpcExceptionName or StatusRpcExceptionName && exceptionCode is not (0 or BusinessCode or GrpcStatus.Unknown))
        {
            var row = InboundStatuses.Of(exceptionCode);
            exchange.SetFault(row.Status, exchange.Message ?? $"Triple status {exceptionCode}", row.MayHaveExecuted);
            return CodecStatus.Ok;
        }

        exchange.ExceptionType = type;
        exchange.Status = KnownExceptions.StatusOf(exchange, type);
        return CodecStatus.Ok;
    }
}
