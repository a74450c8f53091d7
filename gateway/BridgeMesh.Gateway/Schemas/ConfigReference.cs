using System.Globalization;
using System.Reflection;
using System.Text;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Configuration.Binding;
using BridgeMesh.Plugins;

namespace BridgeMesh.Gateway.Schemas;

/// <summary>The keys of the configuration as a table in Markdown, from the same sources as the schema.</summary>
internal sealed class ConfigReference(PluginCatalog plugins, DocComments docs)
{
    private readonly StringBuilder _table = new();

    public string Build()
    {
        _table.Append("| key | what | default |\n|---|---|---|\n");
        AddRecord(typeof(GatewayConfig), string.Empty);
        return _table.ToString();
    }

    private void AddRecord(Type type, string path)
    {
        foreach (var key in ConfigKey.Of(type))
        {
            var at = $"{path}{key.Name}";
            Row(at, docs.Of(key.Property), key.DefaultText);
            if (key.IsRecord)
            {
                AddRecord(key.Type, key.IsList ? $"{at}[]." : key.IsMap ? $"{at}.NAME." : $"{at}.");
            }
        }

        if (Array.Find(type.GetProperties(), p => p.IsDefined(typeof(OtherKeysAttribute))) is { } others)
        {
            Row($"{path}…", docs.Of(others), string.Empty);
            var offered = type == typeof(ListenerConfig)
                ? plugins.Listeners.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => (l.Key, l.Value.Settings))
                : plugins.Registries.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => (r.Key, r.Value.Settings));
            foreach (var (name, settings) in offered)
            {
                AddSettings(path, name, settings);
            }
        }
    }

    private void AddSettings(string path, string owner, IReadOnlyList<SettingDescription> settings)
    {
        foreach (var setting in settings)
        {
            var words = setting.Choices.Count == 0 ? string.Empty : $" One of {string.Join(", ", setting.Choices.Select(c => $"`{c}`"))}.";
            var range = setting is { Min: { } min, Max: { } max } ? string.Create(CultureInfo.InvariantCulture, $" {min:N0} to {max:N0}.") : string.Empty;
            var value = setting.Kind == SettingKind.Number && long.TryParse(setting.Default, CultureInfo.InvariantCulture, out var number)
                ? number.ToString("N0", CultureInfo.InvariantCulture)
                : setting.Default is { } text ? $"`{text}`" : string.Empty;
            Row($"{path}{setting.Name}", $"`{owner}` alone: {setting.Description}{words}{range}", value);
        }
    }

    private void Row(string key, string what, string value) =>
        _table.Append(CultureInfo.InvariantCulture, $"| `{key}` | {what.Replace("|", "\\|", StringComparison.Ordinal)} | {value} |\n");
}
