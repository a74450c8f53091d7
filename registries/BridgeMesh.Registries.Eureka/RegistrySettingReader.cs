using System.Globalization;
using BridgeMesh.Plugins;
using BridgeMesh.Yaml;

namespace BridgeMesh.Registries.Eureka;

/// <summary>Reads a registry's settings and gathers everything wrong with them; what is wrong counts as its default. For one thread.</summary>
internal sealed class RegistrySettingReader(RegistrySettings settings, IReadOnlyList<SettingDescription> descriptions)
{
    private readonly List<SettingProblem> _problems = [];

    internal IReadOnlyList<SettingProblem> Problems => _problems;

    /// <param name="openEnded">Beginnings of names whose end is the user's.</param>
    internal void RefuseOthers(string kind, params ReadOnlySpan<string> openEnded)
    {
        var known = descriptions.Select(static d => d.Name).ToArray();
        foreach (var name in settings.Settings.Keys.Except(known, StringComparer.Ordinal))
        {
            var isOpen = false;
            foreach (var beginning in openEnded)
            {
                isOpen |= name.StartsWith(beginning, StringComparison.Ordinal) && name.Length > beginning.Length;
            }

            if (!isOpen)
            {
                Add(name, $"a registry of kind '{kind}' has no setting '{name}'", NearMiss.Cure(name, known));
            }
        }
    }

    internal string? Text(string name) => settings.Settings.GetValueOrDefault(name) is { Length: > 0 } text ? text : null;

    internal string[] Texts(string name) =>
        Text(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Bounds and default are those of its description.</summary>
    internal int Number(string name)
    {
        var described = descriptions.First(d => d.Name == name);
        var fallback = int.Parse(described.Default ?? "0", CultureInfo.InvariantCulture);
        if (!settings.Settings.TryGetValue(name, out var text))
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= described.Min && value <= described.Max)
        {
            return value;
        }

        Add(name, $"'{name}' is '{text}'", $"write a number from {described.Min} to {described.Max}");
        return fallback;
    }

    internal bool Flag(string name)
    {
        var fallback = descriptions.First(d => d.Name == name).Default == "true";
        switch (settings.Settings.GetValueOrDefault(name))
        {
            case null:
                return fallback;
            case "true":
                return true;
            case "false":
                return false;
            case var text:
                Add(name, $"'{name}' is '{text}'", "write true or false");
                return fallback;
        }
    }

    internal void Add(string setting, string message, string cure) => _problems.Add(new SettingProblem(setting, message, cure));

    internal void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw new FormatException(string.Join("; ", _problems.Select(static p => $"{p.Setting}: {p.Message}: {p.Cure}")));
        }
    }
}
