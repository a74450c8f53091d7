using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>
/// Reads the body of POST /{service}/{method}. With a contract: an object of named arguments, an array of them in order, or, where the only
/// parameter is a struct and no member has its name, that struct itself. Without a contract: an array is the arguments, anything else is
/// the only argument, no body is none; the header x-bridge-types then names their Java types. With overloads that header chooses one, else
/// the body itself does.
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

        var status = Select(call, exchange, contract, signature, out var shape);
        if (!status.IsOk || shape is null)
        {
            return exchange.Request.Fail(status);
        }

        exchange.Shape = shape;
        exchange.Signature = shape.Signature;
        return JsonArguments.Read(call.Body, shape, contract.Policy, exchange.Request);
    }

    /// <summary>The overload that the header names, the only one, or the one that the body fits.</summary>
    private static CodecStatus Select(
        HttpCall call, Exchange exchange, ServiceContract contract, JavaSignature? signature, out MethodShape? shape)
    {
        shape = contract.Find(exchange.Method, signature);
        if (shape is not null)
        {
            return CodecStatus.Ok;
        }

        if (contract.Explain(exchange.Method, signature) is not { } why)
        {
            return CodecStatus.Fail(CodecError.TypeMismatch, ContractAdvice.For(contract, exchange.Service, exchange.Method));
        }

        if (signature is not null)
        {
            return CodecStatus.Fail(CodecError.TypeMismatch, why);
        }

        var status = JsonOverloads.Select(call.Body, contract.Overloads(exchange.Method), exchange.Request.Budget.MaxDepth, out shape);
        return status.IsOk ? status : status with { Detail = $"{status.Detail}; {BridgeHeaders.Types} can choose one" };
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
