namespace BridgeMesh.Plugins;

/// <summary>Something wrong with the settings that a user gave to a plugin's listener or registry.</summary>
/// <param name="Setting">Name of the setting; the gateway adds its place in the configuration file.</param>
/// <param name="Message">What is wrong; one line that stands for itself: "'credentials' is 'some'".</param>
/// <param name="Cure">What to do about it; one line.</param>
public sealed record SettingProblem(string Setting, string Message, string Cure)
{
    /// <summary>Where the problem lies in a file that the setting names; null when the setting itself is wrong.</summary>
    public string? File { get; init; }

    /// <summary>From 1; 0 when it has no place inside that file.</summary>
    public int Line { get; init; }

    /// <summary>From 1; 0 when it has no place inside that file.</summary>
    public int Column { get; init; }
}
