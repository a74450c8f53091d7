namespace BridgeMesh.Plugins;

/// <summary>What kind of value a setting takes.</summary>
public enum SettingKind
{
    Text,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>A list of texts.</summary>
    Texts,

    /// <summary>Texts by names that the user chooses.</summary>
    Map,
}

/// <summary>
/// A setting that a plugin's listener or registry understands, for people, editors and documents. What is accepted is decided by the
/// plugin's own check; this only tells of it.
/// </summary>
/// <param name="Name">As written in the configuration; steps of nested maps are joined with a dot.</param>
/// <param name="Kind">Of its value.</param>
/// <param name="Description">One or two sentences, with the unit.</param>
/// <param name="Default">As it would be written; null when there is none.</param>
public sealed record SettingDescription(string Name, SettingKind Kind, string Description, string? Default = null)
{
    /// <summary>Least number; null when there is no bound.</summary>
    public long? Min { get; init; }

    /// <summary>Greatest number; null when there is no bound.</summary>
    public long? Max { get; init; }

    /// <summary>Another setting without which this one means nothing; null when it stands for itself.</summary>
    public string? Needs { get; init; }

    /// <summary>The only words that are taken; empty takes any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
}
