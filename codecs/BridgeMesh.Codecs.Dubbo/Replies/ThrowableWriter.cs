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
        var source = exchange.Reply.Count > 0 && exchange.Reply[0].Kind == ValueKind.Object ? exchange.Reply : null;
        var type = exchange.ExceptionType ?? source?[0].Type;
        if (exchange.Status is not (ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException) || type is null)
        {
            return writer.WriteThrowable(Runtime, exchange.Message ?? exchange.Status.ToString());
        }

        if (caller.Generic != GenericForm.None)
        {
            return WriteGeneric(ref writer, exchange, type);
        }

        if (!MayPass(exchange, type))
        {
            return writer.WriteThrowable(Runtime, WithClass(type, exchange.Message));
        }

        if (source is null)
        {
            return writer.WriteThrowable(type, exchange.Message);
        }

        // What another Java provider threw keeps its stack and its causes; what came as fields alone gets the JDK's ones.
        return IsWhole(exchange, source, 0)
            ? writer.WriteValue(source, 0)
            : writer.WriteThrowable(type, ThrowableReader.TextOf(source, 0, "detailMessage"u8) ?? exchange.Message, source);
    }

    private static bool MayPass(Exchange exchange, TypeName? type) =>
        type is not null
        && (exchange.Contract is null
            || ThrowableReader.IsDeclared(exchange.Shape, type)
            || type.Text.StartsWith("java.", StringComparison.Ordinal)
            || type.Text.StartsWith("javax.", StringComparison.Ordinal));

    /// <summary>Whether the object has the JDK's four fields in forms that hessian-lite decodes, and causes that may pass.</summary>
    private static bool IsWhole(Exchange exchange, ValueTape tape, int index)
    {
        var stack = tape.FindField(index, "stackTrace"u8);
        var suppressed = tape.FindField(index, "suppressedExceptions"u8);
        var cause = tape.FindField(index, "cause"u8);
        if (stack < 0 || suppressed < 0 || cause < 0 || tape.FindField(index, "detailMessage"u8) < 0
            || tape[tape.Resolve(stack)].Kind != ValueKind.Array
            || tape[tape.Resolve(suppressed)] is not { Kind: ValueKind.List, Count: 0, Type.Text: "java.util.Collections$EmptyList" })
        {
            return false;
        }

        var held = tape.Resolve(cause);
        return held <= index
            || tape[held].Kind == ValueKind.Null
            || (tape[held].Kind == ValueKind.Object && MayPass(exchange, tape[held].Type) && IsWhole(exchange, tape, held));
    }

    private static CodecStatus WriteGeneric(ref HessianWriter writer, Exchange exchange, TypeName type)
    {
        var fields = ScratchTape.Rent(exchange.Reply.Budget);
        try
        {
            fields.BeginObject(GenericException);
            fields.Name(FieldName.Of("exceptionClass"u8));
            fields.AddString(type.Utf8);
            fields.Name(FieldName.Of("exceptionMessage"u8));
            if (exchange.Message is null)
            {
                fields.AddNull();
            }
            else
            {
                fields.AddString(exchange.Message);
            }

            fields.End();
            return writer.WriteThrowable(GenericException, WithClass(type, exchange.Message), fields);
        }
        finally
        {
            ScratchTape.Return(fields);
        }
    }

    private static string WithClass(TypeName type, string? message) => message is null ? type.Text : $"{type.Text}: {message}";
}
