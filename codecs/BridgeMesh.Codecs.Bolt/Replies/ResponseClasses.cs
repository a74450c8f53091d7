using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Bolt.Replies;

/// <summary>The classes that carry an answer. SofaResponse's fields come by name.</summary>
internal static class ResponseClasses
{
    internal const string SofaResponseName = "com.alipay.sofa.rpc.core.response.SofaResponse";

    /// <summary>As SOFARPC 5.14 and sofa-rpc-node 2.10 define it on the wire.</summary>
    internal static readonly HessianClass SofaResponse =
        HessianClass.Of(SofaResponseName, "isError", "errorMsg", "appResponse", "responseProps");

    internal static readonly TypeName RpcServerException = TypeName.Of("com.alipay.remoting.rpc.exception.RpcServerException");

    internal static ReadOnlySpan<byte> Utf8SofaResponse => "com.alipay.sofa.rpc.core.response.SofaResponse"u8;

    internal static ReadOnlySpan<byte> IsError => "isError"u8;

    internal static ReadOnlySpan<byte> ErrorMessage => "errorMsg"u8;

    internal static ReadOnlySpan<byte> AppResponse => "appResponse"u8;

    internal static ReadOnlySpan<byte> ResponseProps => "responseProps"u8;

    // Fields of java.lang.Throwable.
    internal static ReadOnlySpan<byte> DetailMessage => "detailMessage"u8;

    internal static ReadOnlySpan<byte> StackTrace => "stackTrace"u8;
}
