using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Exchanges;

/// <summary>What the contract of a call knows of exception classes. Safe for any thread.</summary>
public static class KnownExceptions
{
    /// <summary>The class by its name: one that the method declares, or any exception of the contract's files; null when it knows none.</summary>
    public static StructShape? Find(Exchange exchange, TypeName? type)
    {
        if (type is null)
        {
            return null;
        }

        foreach (var declared in exchange.Shape?.Exceptions ?? [])
        {
            if (declared.JavaType.Utf8.SequenceEqual(type.Utf8))
            {
                return declared;
            }
        }

        return exchange.Contract?.Types?.Find(type.Utf8)?.Struct is { IsException: true } known ? known : null;
    }

    /// <summary>
    /// The declared class that catches an exception: its own, or the nearest superclass that the method declares; null without one.
    /// </summary>
    public static StructShape? Catching(Exchange exchange, TypeName? type)
    {
        for (var known = Find(exchange, type); known is not null; known = known.Parent)
        {
            foreach (var declared in exchange.Shape?.Exceptions ?? [])
            {
                if (declared.JavaType.Utf8.SequenceEqual(known.JavaType.Utf8))
                {
                    return declared;
                }
            }
        }

        return null;
    }

    /// <summary>What an exception of this class is to its caller.</summary>
    public static ExchangeStatus StatusOf(Exchange exchange, TypeName? type) =>
        Catching(exchange, type) is null ? ExchangeStatus.RuntimeException : ExchangeStatus.BusinessException;
}
