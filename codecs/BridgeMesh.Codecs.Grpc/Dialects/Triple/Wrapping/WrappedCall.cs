using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;

/// <summary>What a Triple caller's dialect remembers of a call, in <see cref="Exchange.CallerFlags"/>.</summary>
internal static class WrappedCall
{
    private const int Wrapped = 1;
    private const int NamedHessian2 = 2;

    internal static bool IsWrapped(Exchange exchange) => (exchange.CallerFlags & Wrapped) != 0;

    internal static void Remember(Exchange exchange, string serialization) =>
        exchange.CallerFlags = Wrapped | (serialization == Serializations.Hessian2 ? NamedHessian2 : 0);

    /// <summary>The serialization as the caller named it.</summary>
    internal static string SerializationOf(Exchange exchange) =>
        (exchange.CallerFlags & NamedHessian2) != 0 ? Serializations.Hessian2 : Serializations.Hessian4;
}
