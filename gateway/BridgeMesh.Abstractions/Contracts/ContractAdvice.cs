using BridgeMesh.Exchanges;

namespace BridgeMesh.Contracts;

/// <summary>What to add to which contract, for calls that cannot be made without it.</summary>
public static class ContractAdvice
{
    /// <summary>Longer names are not compared.</summary>
    private const int MaxLength = 200;

    /// <summary>Names that a message suggests at most.</summary>
    private const int MaxNear = 3;

    /// <param name="contract">The service's contract; null when it has none.</param>
    public static string For(ServiceContract? contract, ServiceKey service, string method)
    {
        if (contract is null)
        {
            return $"no contract declares {service.Interface}: add it below services: in a file that the configuration's contracts: lists, "
                + $"with {method} and its parameters";
        }

        var file = contract.File.Length == 0 ? "its contract" : contract.File;
        return $"{contract.Service.Interface} has no method {method}{Near(contract, method)}; if the service has it, add it to {file}";
    }

    /// <summary>Methods of this service alone that may have been meant.</summary>
    private static string Near(ServiceContract contract, string method)
    {
        if (method.Length > MaxLength)
        {
            return string.Empty;
        }

        var near = contract.Methods.Select(static m => m.Name).Distinct(StringComparer.Ordinal)
            .Where(static n => n.Length <= MaxLength)
            .Select(n => (Name: n, Edits: EditDistance.Of(method, n)))
            .Where(n => n.Edits <= Math.Max(1, Math.Max(n.Name.Length, method.Length) / 3))
            .OrderBy(static n => n.Edits).ThenBy(static n => n.Name, StringComparer.Ordinal)
            .Take(MaxNear)
            .Select(static n => $"'{n.Name}'")
            .ToList();
        return near.Count == 0 ? string.Empty : $" (did you mean {string.Join(" or ", near)}?)";
    }
}
