using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;

namespace BridgeMesh.Codecs.Dubbo.Linting;

/// <summary>
/// What a Dubbo 3 peer decodes of a service by default: Dubbo goes through an interface's parameters, results, exceptions and their fields
/// and trusts the package of each class by its first three names; the JDK's own classes are on its list. Source: Dubbo's documentation,
/// "Class Check Mechanism", autoTrustSerializeClass and trustSerializeClassLevel 3; in 3.2 the check is strict.
/// </summary>
internal sealed class TrustedPackages
{
    private const int Level = 3;

    private readonly HashSet<string> _packages = new(StringComparer.Ordinal);
    private readonly HashSet<string> _classes = new(StringComparer.Ordinal);

    public static TrustedPackages Of(ServiceContract contract)
    {
        var trusted = new TrustedPackages();
        trusted.Add(contract.Service.Interface);
        foreach (var type in LintScope.Classes(contract.Methods))
        {
            trusted.Add(type.JavaType.Text);
        }

        return trusted;
    }

    public bool Trust(string name) => name.StartsWith("java.", StringComparison.Ordinal) || _classes.Contains(name) || _packages.Contains(PackageOf(name));

    private void Add(string name)
    {
        // A class in a shorter package is trusted by itself.
        _ = PackageOf(name) is { Length: > 0 } package ? _packages.Add(package) : _classes.Add(name);
    }

    /// <summary>The first three names with the dot behind them; empty where there are no more than three.</summary>
    private static string PackageOf(string name)
    {
        var end = -1;
        for (var i = 0; i < Level; i++)
        {
            end = name.IndexOf('.', end + 1);
            if (end < 0)
            {
                return string.Empty;
            }
        }

        return name[..(end + 1)];
    }
}
