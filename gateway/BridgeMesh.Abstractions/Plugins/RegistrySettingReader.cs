using System.Globalization;

namespace BridgeMesh.Plugins;

/// <summary>Reads a registry's settings and gathers everything wrong with them; what is wrong counts as its default. For one thread.</summary>
public sealed class RegistrySettingReader(RegistrySettings settings, IReadOnlyList<SettingDescription> descriptions)
{
    private readonly List<SettingProblem> _problems = [];

    public IReadOnlyList<SettingProblem> Problems => _problems;

    /// <param name="openEnded">Beginnings of names whose end is the user's.</param>
    public void RefuseOthers(string kind, params ReadOnlySpan<string> openEnded)
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

    public string? Text(string name) => settings.Settings.GetValueOrDefault(name) is { Length: > 0 } text ? text : null;

    public string[] Texts(string name) =>
        Text(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Bounds and default are those of its description.</summary>
    public int Number(string name)
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

    public bool Flag(string name)
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

    public void Add(string setting, string message, string cure) => _problems.Add(new SettingProblem(setting, message, cure));

    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw new FormatException(string.Join("; ", _problems.Select(static p => $"{p.Setting}: {p.Message}: {p.Cure}")));
        }
    }
}
