using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>Finds a call's method in the contract by its name in protobuf, as a path of gRPC's family says nothing else.</summary>
internal static class MethodBinding
{
    /// <summary>Sets shape and signature; false after a fault that is to be answered, so that a message that nobody wants is not even read.</summary>
    internal static bool TryBind(Exchange exchange)
    {
        if (exchange.Contract is not { } contract)
        {
            exchange.SetFault(
                ExchangeStatus.Unimplemented,
                $"protobuf does not describe itself: add a contract for {exchange.Service.Interface}, so that gRPC callers can be understood");
            return false;
        }

        if (contract.FindProto(exchange.Method) is not { } shape)
        {
            var candidates = contract.Overloads(exchange.Method);
            exchange.SetFault(
                ExchangeStatus.Unimplemented,
                candidates.Length == 0
                    ? $"{contract.Service.Interface} has no method {exchange.Method}"
                    : $"{exchange.Method} is overloaded, and a gRPC method has one name: {string.Join("; ", candidates.Select(c => c.ToString()))}");
            return false;
        }

        Bind(exchange, shape);
        return true;
    }

    /// <summary>The call is the method's from here on, whose own name callees and rules know.</summary>
    internal static void Bind(Exchange exchange, MethodShape shape)
    {
        exchange.Method = shape.Name;
        exchange.Shape = shape;
        exchange.Signature = shape.Signature;
    }
}
