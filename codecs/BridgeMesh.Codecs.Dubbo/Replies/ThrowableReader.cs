using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Codecs.Dubbo.Statuses;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Replies;

/// <summary>What a provider threw: a Throwable with all its fields from Java, a text from Node providers.</summary>
internal static class ThrowableReader
{
    /// <summary>Under generic invocation a provider hides its exception in one of these. Which of them depends on its version.</summary>
    private static bool IsGenericException(TypeName? type) => type?.Text is
        "com.alibaba.dubbo.rpc.service.GenericException" or "org.apache.dubbo.rpc.service.GenericException";

    internal static CodecStatus Read(ref HessianReader reader, Exchange exchange)
    {
        var tape = exchange.Reply;
        var status = reader.ReadValue(tape);
        if (!status.IsOk)
        {
            return status;
        }

        exchange.Status = ExchangeStatus.RuntimeException;
        exchange.MayHaveExecuted = true;
        if (tape[0].Kind != ValueKind.Object)
        {
            exchange.Message = tape[0].Kind == ValueKind.String
                ? ErrorText.OfException(tape.Text(0))
                : "the provider threw a value that is no exception";
            tape.Reset();
            return CodecStatus.Ok;
        }

        exchange.ExceptionType = tape[0].Type;
        exchange.Message = TextOf(tape, 0, "detailMessage"u8) is { } message ? ErrorText.OfException(message) : null;
        if (GenericCall.IsNeeded(exchange) && IsGenericException(exchange.ExceptionType))
        {
            Unwrap(exchange);
        }

        exchange.Status = KnownExceptions.StatusOf(exchange, exchange.ExceptionType);
        return CodecStatus.Ok;
    }

    /// <summary>Text of an object's field; null when it has no such field or no text in it.</summary>
    internal static string? TextOf(ValueTape tape, int index, ReadOnlySpan<byte> field)
    {
        var found = tape.FindField(index, field);
        found = found < 0 ? found : tape.Resolve(found);
        return found >= 0 && tape[found].Kind == ValueKind.String ? tape.Text(found) : null;
    }

    /// <summary>Puts the exception that the service threw in the wrapper's place; of its fields only the message came through.</summary>
    private static void Unwrap(Exchange exchange)
    {
        var tape = exchange.Reply;
        var type = TextOf(tape, 0, "exceptionClass"u8);
        if (string.IsNullOrEmpty(type))
        {
            return;
        }

        var message = TextOf(tape, 0, "exceptionMessage"u8);
        exchange.ExceptionType = TypeName.Of(type);
        exchange.Message = message is null ? null : ErrorText.OfException(message);
        tape.Reset();
        tape.BeginObject(exchange.ExceptionType);
        tape.Name(FieldName.Of("detailMessage"u8));
        if (message is null)
        {
            tape.AddNull();
        }
        else
        {
            tape.AddString(message);
        }

        tape.End();
    }
}
