using BridgeMesh.Core.Runtime;
using BridgeMesh.Gateway.Plugins;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Admin;

/// <summary>What the admin endpoint asks. Safe for any thread.</summary>
internal interface IAdminSource
{
    /// <summary>What keeps the gateway from taking calls; empty when it may.</summary>
    IReadOnlyList<string> NotReady();

    AdminStatus Status();
}

/// <summary>Body of <c>/status</c>.</summary>
/// <param name="Plugins">In force, the built-in ones first.</param>
internal sealed record AdminStatus(
    string Version,
    string Commit,
    long UptimeMs,
    ConfigurationStatus Configuration,
    IReadOnlyList<LoadedPlugin> Plugins,
    GatewayStatus Gateway);

/// <param name="Source">Its file, or the built-in configuration.</param>
/// <param name="Problems">Why a newer version is not in force; empty when the newest is.</param>
/// <param name="NeedRestart">Parts of the newest version that a restart would put in force.</param>
/// <param name="Notes">What of running servers' contracts is not carried over whole, or left out.</param>
internal sealed record ConfigurationStatus(
    string Source, DateTimeOffset AppliedAt, IReadOnlyList<SourceProblem> Problems, IReadOnlyList<string> NeedRestart, IReadOnlyList<string> Notes);
