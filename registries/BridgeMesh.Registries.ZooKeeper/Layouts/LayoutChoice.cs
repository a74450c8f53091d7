using System.Collections.Immutable;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.ZooKeeper.Dubbo;
using BridgeMesh.Registries.ZooKeeper.DubboApplication;
using BridgeMesh.Registries.ZooKeeper.Sofa;
using BridgeMesh.Registries.ZooKeeper.Spring;

namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>The layouts that the setting <c>layout</c> chooses from.</summary>
/// <param name="Word">As written in the configuration.</param>
/// <param name="Root">Where it begins when the setting <c>root</c> is left out.</param>
internal sealed record LayoutChoice(string Word, string Root, Func<LayoutSettings, IRegistryLayout> Create)
{
    internal const string DubboApplication = "dubbo-application";

    /// <summary>The first is the default.</summary>
    internal static readonly ImmutableArray<LayoutChoice> All =
    [
        new("dubbo", "/dubbo", static s => new DubboLayout(s)),
        new(DubboApplication, DubboApplicationLayout.DefaultRoot, static s => new DubboApplicationLayout(s)),
        new("sofarpc", SofaLayout.DefaultRoot, static s => new SofaLayout(s.Root)),
        new("spring", SpringLayout.DefaultRoot, static s => new SpringLayout(s.Root)),
    ];
}

/// <param name="Root">With a slash before and none behind.</param>
/// <param name="Application">Name of the gateway among the registry's applications.</param>
internal sealed record LayoutSettings(string Root, string Application)
{
    /// <summary>Root of Dubbo's mapping and metadata where instances stand below another, likewise.</summary>
    public string MetadataRoot { get; init; } = DubboApplicationLayout.DefaultMetadataRoot;

    /// <summary>Makes calls for a layout that has to ask an instance something; null where nobody can.</summary>
    public IInstanceCalls? Calls { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
