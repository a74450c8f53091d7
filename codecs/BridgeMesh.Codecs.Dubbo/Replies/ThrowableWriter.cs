using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Codecs.Dubbo.Requests;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Replies;

/// <summary>
/// Writes an exception, and its causes, that a Java consumer can decode and catch. A class that it does not know, or that Dubbo 3's
/// allowlist keeps out, would reach it as a map and fail with "expect Throwable", so each gets its own class only where the consumer must
/// know it: declared by the method, from the JDK, or from a Java callee of a method without a contract, whose types are all that anybody
/// knows. A subclass of a declared class goes out as that one, which is what its consumer catches. Everything else becomes a
/// java.lang.RuntimeException. Both name the class in the message, as a Java provider does it. Source:
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

        if (source is not null)
        {
            var message = exchange.Message ?? ThrowableValue.MessageOf(source, 0);
            return writer.WriteThrowable(source, 0, type, message, (own, isFromJava) => NameFor(exchange, own, isFromJava));
        }

        var cls = NameFor(exchange, type, isFromJava: false);
        return writer.WriteThrowable(cls.Type, cls.IsOwn ? exchange.Message : WithClass(type, exchange.Message));
    }

    private static ThrowableClass NameFor(Exchange exchange, TypeName type, bool isFromJava)
    {
        if (KnownExceptions.Catching(exchange, type) is { } declared)
        {
            return new ThrowableClass(declared.JavaType, declared, declared.JavaType == type);
        }

        return JdkExceptions.Contains(type.Text) || (exchange.Shape is null && isFromJava)
            ? new ThrowableClass(type)
            : new ThrowableClass(Runtime, IsOwn: false);
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
