using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>
/// Reads the body of POST /{service}/{method}. With a contract: an object of named arguments, an array of them in order, or, where the only
/// parameter is a struct and no member has its name, that struct itself. Without a contract: an array is the arguments, anything else is
/// the only argument, no body is none; the header x-bridge-types then names their Java types. With overloads that header chooses one.
/// </summary>
internal static class CanonicalArguments
{
    internal static CodecStatus Read(HttpCall call, Exchange exchange)
    {
        if (!TryReadSignature(call, out var signature))
        {
            return exchange.Request.Fail(
                CodecStatus.Fail(CodecError.TypeMismatch, $"{BridgeHeaders.Types} takes Java types with commas, as java.lang.Long,int"));
        }

        if ((exchange.Contract ?? call.Contract) is not { } contract)
        {
            exchange.Signature = signature;
            return DeclaredArguments.Read(call.Body, signature, exchange.Request);
        }

        if (contract.Find(exchange.Method, signature) is not { } shape)
        {
            var overloads = string.Join("; ", contract.Overloads(exchange.Method).Select(o => string.Join(',', o.Signature.TypeNames)));
            return exchange.Request.Fail(CodecStatus.Fail(
                CodecError.TypeMismatch,
                overloads.Length == 0
                    ? $"{contract.Service.Interface} has no method {exchange.Method}"
                    : $"{exchange.Method} has overloads: choose one with {BridgeHeaders.Types}: {overloads}"));
        }

        exchange.Shape = shape;
        exchange.Signature = shape.Signature;
        return JsonArguments.Read(call.Body, shape, contract.Policy, exchange.Request);
    }

    private static bool TryReadSignature(HttpCall call, out JavaSignature? signature)
    {
        signature = null;
        if (!call.Context.Request.Headers.TryGetValue(BridgeHeaders.Types, out var values) || values.Count == 0)
        {
            return true;
        }

        var names = values.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        signature = JavaSignature.OfTypeNames(names);
        return signature.WellFormed && signature.TypeNames.Length == names.Length;
    }
}
