using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Codecs.Dubbo.Requests;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Replies;

/// <summary>
/// Writes an exception that a Java consumer can decode and catch. A class that it does not know, or that Dubbo 3's allowlist keeps out,
/// would reach it as a map and fail with "expect Throwable", so it gets its own class only where it must know it: declared by the method,
/// from the JDK, or from a callee without a contract, whose types are all that anybody knows. Everything else becomes a
/// java.lang.RuntimeException that names the class in its message, as a Java provider does it. Source:
/// org.apache.dubbo.rpc.filter.ExceptionFilter and dubbo-common's security/serialize.allowlist.
/// </summary>
internal static class ThrowableWriter
{
    private static readonly TypeName Runtime = TypeName.Of("java.lang.RuntimeException");

    /// <summary>For generic callers; of the two classes of that name 2.7 and 3 know this one alike, as recordings of both show.</summary>
    private static readonly TypeName GenericException = TypeName.Of("org.apache.dubbo.rpc.service.GenericException");

    internal static CodecStatus Write(ref HessianWriter writer, Exchange exchange, CallerFlags caller)
    {
        var scratch = ScratchTape.Rent(exchange.Reply.Budget);
        try
        {
            return Fill(exchange, caller, scratch) ? writer.WriteValue(scratch, 0) : scratch.Status;
        }
        finally
        {
            ScratchTape.Return(scratch);
        }
    }

    /// <summary>The class that a message names where the class itself may not pass.</summary>
    private static string? Wrapped(TypeName type, string? message) => message is null ? type.Text : $"{type.Text}: {message}";

    private static bool Fill(Exchange exchange, CallerFlags caller, ValueTape into)
    {
        var tape = exchange.Reply;
        var source = tape.Count > 0 && tape[0].Kind == ValueKind.Object ? tape : null;
        var type = exchange.ExceptionType ?? source?[0].Type;
        if (exchange.Status is not (ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException) || type is null)
        {
            ThrowableTape.Write(into, Runtime, exchange.Message ?? exchange.Status.ToString());
        }
        else if (caller.Generic != GenericForm.None)
        {
            WriteGeneric(into, type, exchange.Message);
        }
        else if (!MayPass(exchange, type))
        {
            ThrowableTape.Write(into, Runtime, Wrapped(type, exchange.Message));
        }
        else if (source is null)
        {
            ThrowableTape.Write(into, type, exchange.Message);
        }
        else
        {
            ThrowableTape.Write(into, type, exchange.Message, source, cause => MayPass(exchange, cause));
        }

        return !into.Failed;
    }

    private static bool MayPass(Exchange exchange, TypeName? type) =>
        type is not null
        && (exchange.Contract is null
            || ThrowableReader.IsDeclared(exchange.Shape, type)
            || type.Text.StartsWith("java.", StringComparison.Ordinal)
            || type.Text.StartsWith("javax.", StringComparison.Ordinal));

    private static void WriteGeneric(ValueTape into, TypeName type, string? message)
    {
        ThrowableTape.Begin(into, GenericException, Wrapped(type, message));
        into.Name(FieldName.Of("exceptionMessage"u8));
        if (message is null)
        {
            into.AddNull();
        }
        else
        {
            into.AddString(message);
        }

        into.Name(FieldName.Of("exceptionClass"u8));
        into.AddString(type.Utf8);
        into.End();
    }
}
