using System.Text.Json;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>Where in a recorded stream the value lies that a view describes.</summary>
internal enum ViewPlace
{
    /// <summary>No view: the stream is read and written back only.</summary>
    None,

    /// <summary>The values behind the first (SOFARPC's arguments behind the SofaRequest); the view is a list.</summary>
    AfterFirst,

    /// <summary>Field appResponse of the first value.</summary>
    AppResponse,

    /// <summary>The values behind the first five, without the last (Dubbo's arguments); the view is a list.</summary>
    DubboArguments,

    /// <summary>The second value (Dubbo's result or exception).</summary>
    Second,

    /// <summary>The only value.</summary>
    Whole,
}

/// <summary>One recorded Hessian stream.</summary>
internal sealed record Recording(string File, string Name, string Side, HessianDialect Dialect, byte[] Bytes)
{
    internal ViewPlace Place { get; init; }

    /// <summary>What the recording program saw; undefined where it said nothing.</summary>
    internal JsonElement View { get; init; }

    /// <summary>What another program saw, when it is not the same: a consumer that decodes into declared types, for one.</summary>
    internal JsonElement OtherView { get; init; }

    /// <summary>Views of the Node files are plain JSON, as JavaScript sees the values.</summary>
    internal bool IsNodeView { get; init; }

    /// <summary>Bytes that were made by hand to be wrong, or that the recording Java could not decode.</summary>
    internal bool IsBroken { get; init; }

    /// <summary>Bytes that were made by hand, so that no writer's habits are in them.</summary>
    internal bool IsHandMade { get; init; }

    internal string Id => $"{File}/{Name}/{Side}";

    public override string ToString() => Id;
}
