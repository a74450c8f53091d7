using BridgeMesh.Exchanges;

namespace BridgeMesh.Contracts.Linting;

/// <summary>What lints of several protocols look for at a method as a whole.</summary>
public static class CallRules
{
    /// <summary>Exceptions that a finding names at most.</summary>
    private const int MaxNamed = 3;

    /// <summary>Adds a finding where the method streams and a protocol with this support cannot.</summary>
    public static void CheckStreams(
        LintRule rule, MethodShape method, string protocol, StreamSupport support, ICollection<LintFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(findings);
        if (StreamRules.WhyNot(method, protocol, support) is { } why)
        {
            findings.Add(new LintFinding(rule, string.Empty, why, "call it over gRPC or Triple, or give the service a method without streams"));
        }
    }

    /// <summary>Adds one finding for the unchecked exceptions of the contract that the method declares neither itself nor by a superclass.</summary>
    /// <param name="becomes">What such an exception is to a caller, as the end of a sentence.</param>
    public static void CheckExceptions(
        LintRule rule, MethodShape method, LintScope scope, string becomes, ICollection<LintFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(findings);
        var undeclared = scope.Unchecked.Where(e => !Declares(method, e)).Select(static e => e.JavaType.Text).ToList();
        if (undeclared.Count > 0)
        {
            var names = string.Join(", ", undeclared.Take(MaxNamed)) + (undeclared.Count > MaxNamed ? $" and {undeclared.Count - MaxNamed} more" : string.Empty);
            findings.Add(new LintFinding(
                rule, $"throws {undeclared[0]}", $"the method does not declare {names}: {becomes}", "add to throws what the method throws"));
        }
    }

    private static bool Declares(MethodShape method, StructShape exception)
    {
        for (var type = exception; type is not null; type = type.Parent)
        {
            if (method.Exceptions.Any(e => e.JavaType == type.JavaType))
            {
                return true;
            }
        }

        return false;
    }
}
