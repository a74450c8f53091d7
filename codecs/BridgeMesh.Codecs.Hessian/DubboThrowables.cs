using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>
/// Writes how a call ended as an exception, with its causes, that a Java consumer of Dubbo 2 or 3 can decode and catch. A class that it
/// does not know, or that Dubbo 3's allowlist keeps out, would reach it as a map and fail with "expect Throwable", so each gets its own
/// class only where the consumer must know it: declared by the method, from the JDK, or from a Java callee of a method without a contract,
/// whose types are all that anybody knows. A subclass of a declared class goes out as that one, which is what its consumer catches.
/// Everything else becomes a java.lang.RuntimeException. Both name the class in the message, as a Java provider does it. Source:
/// org.apache.dubbo.rpc.filter.ExceptionFilter and dubbo-common's security/serialize.allowlist. Safe for any thread.
/// </summary>
public static class DubboThrowables
{
    private static readonly TypeName Runtime = TypeName.Of("java.lang.RuntimeException");

    /// <summary>The class of the exception that ended the exchange; null where no exception did, or nobody named one.</summary>
    public static TypeName? ClassOf(Exchange exchange)
    {
        return exchange.Status is ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException
            ? exchange.ExceptionType ?? SourceOf(exchange)?[0].Type
            : null;
    }

    /// <summary>The exception of an exchange whose status is not Ok; any other status is a RuntimeException with its message.</summary>
    public static CodecStatus Write(HessianWriter writer, Exchange exchange)
    {
        if (ClassOf(exchange) is not { } type)
        {
            return writer.WriteThrowable(Runtime, exchange.Message ?? exchange.Status.ToString());
        }

        if (SourceOf(exchange) is { } source)
        {
            var message = exchange.Message ?? ThrowableValue.MessageOf(source, 0);
            return writer.WriteThrowable(source, 0, type, message, (own, isFromJava) => NameFor(exchange, own, isFromJava));
        }

        var cls = NameFor(exchange, type, isFromJava: false);
        return writer.WriteThrowable(cls.Type, cls.IsOwn ? exchange.Message : WithClass(type, exchange.Message));
    }

    /// <summary>As Java prints an exception: the class, and its message where it has one.</summary>
    public static string WithClass(TypeName type, string? message)
    {
        return message is null ? type.Text : $"{type.Text}: {message}";
    }

    private static ValueTape? SourceOf(Exchange exchange) =>
        exchange.Reply.Count > 0 && exchange.Reply[0].Kind == ValueKind.Object ? exchange.Reply : null;

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
}
