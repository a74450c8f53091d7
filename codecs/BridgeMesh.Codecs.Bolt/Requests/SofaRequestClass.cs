using BridgeMesh.Codecs.Hessian;

namespace BridgeMesh.Codecs.Bolt.Requests;

/// <summary>The class that carries a call. Its fields come by name: Java and Node write them in different orders.</summary>
internal static class SofaRequestClass
{
    internal const string Name = "com.alipay.sofa.rpc.core.request.SofaRequest";

    /// <summary>As SOFARPC 5.14 defines it on the wire.</summary>
    internal static readonly HessianClass Definition =
        HessianClass.Of(Name, "targetAppName", "methodName", "targetServiceUniqueName", "requestProps", "methodArgSigs");

    internal static ReadOnlySpan<byte> Utf8Name => "com.alipay.sofa.rpc.core.request.SofaRequest"u8;

    internal static ReadOnlySpan<byte> MethodName => "methodName"u8;

    internal static ReadOnlySpan<byte> TargetService => "targetServiceUniqueName"u8;

    internal static ReadOnlySpan<byte> RequestProps => "requestProps"u8;

    internal static ReadOnlySpan<byte> MethodArgSigs => "methodArgSigs"u8;
}
