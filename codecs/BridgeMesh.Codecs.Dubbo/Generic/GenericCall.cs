using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Generic;

/// <summary>
/// Calls of any method through one: <c>$invoke(String method, String[] types, Object[] args)</c>. Source:
/// org.apache.dubbo.rpc.filter.GenericFilter, and recordings of <c>$invoke</c>.
/// </summary>
internal static class GenericCall
{
    internal const string Method = "$invoke";
    internal const string AsyncMethod = "$invokeAsync";
    internal const string Descriptor = "Ljava/lang/String;[Ljava/lang/String;[Ljava/lang/Object;";

    /// <summary>The map entry that names a generalised object's class.</summary>
    internal static ReadOnlySpan<byte> ClassKey => "class"u8;

    internal static bool Is(string method, string descriptor) => method is Method or AsyncMethod && descriptor == Descriptor;

    /// <summary>
    /// Whether the callee must be asked through <c>$invoke</c>: neither a contract nor the caller says which parameter types the method
    /// has, and without them a provider does not find it.
    /// </summary>
    internal static bool IsNeeded(Exchange exchange) => exchange.Shape is null && exchange.Signature is null;

    /// <summary>
    /// Reads the list of type names (Class.getName or source form) and what signature it spells: null when the caller left it to the
    /// provider, or when a name is no type.
    /// </summary>
    internal static CodecStatus ReadSignature(ref HessianReader reader, out JavaSignature? signature)
    {
        signature = null;
        if (!reader.NextIsList)
        {
            return reader.Skip();
        }

        var names = new List<string>();
        if (!reader.TryBeginList(out var head))
        {
            return reader.Fault;
        }

        while (reader.TryNextElement(ref head))
        {
            if (names.Count == MaxParameters || !reader.TryReadString(out var name))
            {
                return reader.Fault.IsOk ? CodecStatus.Fail(CodecError.OverBudget, $"more than {MaxParameters} parameters") : reader.Fault;
            }

            names.Add(name ?? string.Empty);
        }

        var spelt = JavaSignature.OfTypeNames(names);
        signature = spelt.WellFormed ? spelt : null;
        return reader.Fault;
    }

    /// <summary>Parameters that a Java method can have. Source: The Java Virtual Machine Specification, section 4.3.3.</summary>
    private const int MaxParameters = 255;
}
