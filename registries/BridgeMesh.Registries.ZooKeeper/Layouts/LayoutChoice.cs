using System.Collections.Immutable;
using BridgeMesh.Registries.ZooKeeper.Dubbo;

namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>The layouts that the setting <c>layout</c> chooses from.</summary>
/// <param name="Word">As written in the configuration.</param>
/// <param name="Root">Where it begins when the setting <c>root</c> is left out.</param>
internal sealed record LayoutChoice(string Word, string Root, Func<LayoutSettings, IRegistryLayout> Create)
{
    /// <summary>The first is the default.</summary>
    internal static readonly ImmutableArray<LayoutChoice> All =
    [
        new("dubbo", "/dubbo", static s => new DubboLayout(s)),
    ];
}

/// <param name="Root">With a slash before and none behind.</param>
/// <param name="Application">Name of the gateway among the registry's applications.</param>
internal sealed record LayoutSettings(string Root, string Application);
