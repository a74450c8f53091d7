using System.Globalization;
using System.Net;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Web.Listening;

/// <summary>
/// Reads a listener's settings and gathers everything that is wrong with them; what is wrong counts as its default. For one thread.
/// </summary>
public sealed class SettingReader(ListenerSettings settings)
{
    private readonly List<SettingProblem> _problems = [];

    public ListenerSettings Settings => settings;

    /// <summary>All that was found so far; a codec may add its own.</summary>
    public ICollection<SettingProblem> Problems => _problems;

    /// <summary>The same, as the gateway asks for it.</summary>
    public IReadOnlyList<SettingProblem> Found => _problems;

    /// <summary>The listener's host as an address; the loopback address where it is none.</summary>
    public IPAddress Address()
    {
        if (IPAddress.TryParse(settings.Host, out var address))
        {
            return address;
        }

        Add("address", $"'{settings.Host}' is not an IP address", "write an IP address, 0.0.0.0 for all");
        return IPAddress.Loopback;
    }

    /// <summary>Tells of settings that the listener does not have.</summary>
    /// <param name="listener">What it is called in the problem: "an http listener".</param>
    /// <param name="openEnded">Beginnings of names whose end is the user's.</param>
    public void RefuseOthers(string listener, IReadOnlyCollection<string> known, IReadOnlyCollection<string>? openEnded = null)
    {
        openEnded ??= [];
        foreach (var name in settings.Settings.Keys.Except(known, StringComparer.Ordinal))
        {
            if (!openEnded.Any(beginning => name.StartsWith(beginning, StringComparison.Ordinal)))
            {
                Add(name, $"{listener} has no setting '{name}'", $"use one of {string.Join(", ", known)}");
            }
        }
    }

    public int Number(string name, int fallback, int min, int max)
    {
        if (!settings.Settings.TryGetValue(name, out var text))
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        Add(name, $"'{name}' is '{text}'", $"write a number from {min} to {max}");
        return fallback;
    }

    public bool Flag(string name, bool fallback) => Choice(name, ["true", "false"], fallback ? 0 : 1) == 0;

    /// <summary>Index of the word that the setting is; the fallback's where it is not set, or wrong.</summary>
    public int Choice(string name, IReadOnlyList<string> words, int fallback = 0)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (!settings.Settings.TryGetValue(name, out var text))
        {
            return fallback;
        }

        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] == text)
            {
                return i;
            }
        }

        var last = words[^1];
        Add(name, $"'{name}' is '{text}'", $"write {string.Join(", ", words.Take(words.Count - 1))} or {last}");
        return fallback;
    }

    /// <summary>A file's absolute path; null where the setting is not set, or empty.</summary>
    public string? Path(string name) => settings.Settings.TryGetValue(name, out var text) && text.Length > 0
        ? System.IO.Path.GetFullPath(text, System.IO.Path.GetFullPath(settings.BaseDirectory.Length == 0 ? "." : settings.BaseDirectory))
        : null;

    public void Add(string setting, string message, string cure) => _problems.Add(new SettingProblem(setting, message, cure));

    /// <summary>Throws <see cref="FormatException"/> with every wrong setting and its cure.</summary>
    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw new FormatException(
                $"listener '{settings.Name}': " + string.Join("; ", _problems.Select(static p => $"{p.Message}: {p.Cure}")));
        }
    }
}
