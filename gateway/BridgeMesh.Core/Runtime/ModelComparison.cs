using System.Collections.Immutable;
using BridgeMesh.Core.Model;
using BridgeMesh.Plugins;

namespace BridgeMesh.Core.Runtime;

/// <summary>Whether parts of two configurations are alike. The records' own equality compares their maps by reference.</summary>
internal static class ModelComparison
{
    internal static bool IsSame(this ListenerModel a, ListenerModel b) =>
        a with { Settings = b.Settings } == b && IsSame(a.Settings, b.Settings);

    internal static bool IsSame(this RegistryModel a, RegistryModel b) =>
        a.Name == b.Name && a.Kind == b.Kind && a.Guard == b.Guard && IsSame(a.Settings, b.Settings);

    internal static ListenerSettings ToSettings(this ListenerModel model) =>
        new(model.Name, model.Host, model.Port, model.Limits, model.Settings);

    private static bool IsSame(ImmutableDictionary<string, string> a, ImmutableDictionary<string, string> b) =>
        a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out var value) && value == pair.Value);
}
