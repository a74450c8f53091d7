using System.Text.Json;
using BridgeMesh.Gateway.Registries;
using BridgeMesh.Registries;

namespace BridgeMesh.Gateway.Commands;

/// <summary>Differences of registries for people, a line each, and for scripts, a line of JSON each.</summary>
internal sealed class DifferenceText(TextWriter output, Ink ink)
{
    /// <param name="registry">Said on each line; null where one is meant.</param>
    public void Write(RegistryDifference difference, string? registry)
    {
        foreach (var gone in difference.Gone)
        {
            output.WriteLine(ink.Bad($"- {Name(registry, gone)}"));
        }

        foreach (var come in difference.Come)
        {
            output.WriteLine($"{ink.Good($"+ {Name(registry, come)}")}{Beside(come)}");
        }

        foreach (var changed in difference.Changed)
        {
            var fields = changed.Fields.Select(static f => $"{f.Name} {Shown(f.Old)} → {Shown(f.New)}");
            output.WriteLine($"{ink.Strong($"~ {Name(registry, changed.New)}")} {Ink.Plain(string.Join("; ", fields))}");
        }
    }

    public void WriteLines(RegistryDifference difference, string registry, DateTimeOffset at)
    {
        foreach (var gone in difference.Gone)
        {
            WriteLine(new { at, change = "removed", registry, service = ServiceRecord.Of(gone.Service), instance = InstanceRecord.Of(gone) });
        }

        foreach (var come in difference.Come)
        {
            WriteLine(new { at, change = "added", registry, service = ServiceRecord.Of(come.Service), instance = InstanceRecord.Of(come) });
        }

        foreach (var changed in difference.Changed)
        {
            WriteLine(new
            {
                at,
                change = "changed",
                registry,
                service = ServiceRecord.Of(changed.New.Service),
                instance = InstanceRecord.Of(changed.New),
                fields = changed.Fields,
            });
        }
    }

    private void WriteLine(object document) => output.WriteLine(JsonSerializer.Serialize(document, RegistryListRecord.Line));

    private static string Name(string? registry, ServiceInstance instance) =>
        registry is null ? InstanceWords.NameOf(instance) : $"{registry} {InstanceWords.NameOf(instance)}";

    /// <summary>What is not as it usually is, and who says so.</summary>
    private string Beside(ServiceInstance instance)
    {
        var words = InstanceWords.Of(instance)
            .Where(static f => f.Text.Length > 0 && !f.Name.StartsWith("metadata.", StringComparison.Ordinal) && (f.Name, f.Text) is not (("health", "up") or ("weight", "100") or ("methods", _)))
            .Select(static f => $"{f.Name}={f.Text}");
        var gateway = instance.Metadata.TryGetValue(InstanceMarks.Gateway, out var id) ? [$"gateway={id}"] : Array.Empty<string>();
        var text = string.Join(' ', [.. words, .. gateway]);
        return text.Length == 0 ? string.Empty : $" {ink.Faint(text)}";
    }

    private static string Shown(string text) => text.Length == 0 ? "(none)" : text;
}
