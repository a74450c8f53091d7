using System.Globalization;
using System.Text.Json;
using BridgeMesh.Core.Model;
using BridgeMesh.Gateway.Configuration;
using Spectre.Console;

namespace BridgeMesh.Gateway.Commands;

internal static class ValidateCommand
{
    public static int Invoke(ConfigSource source, OutputForm form, CommandSurroundings surroundings)
    {
        var outcome = ConfigLoader.Load(source);
        if (form == OutputForm.Json)
        {
            var result = new { valid = outcome.Model is not null, source = NameOf(source), problems = outcome.Problems, notes = outcome.Notes };
            surroundings.Output.WriteLine(JsonSerializer.Serialize(result, JsonForm.Indented));
        }
        else if (outcome.Model is { } model)
        {
            WriteSummary(source, model, surroundings.Output);
            foreach (var note in outcome.Notes)
            {
                surroundings.Error.WriteLine(Ink.Plain($"note: {note}"));
            }
        }
        else
        {
            ProblemText.Write(source, outcome.Problems, surroundings.Error);
        }

        return outcome.Model is null ? ExitCodes.Configuration : ExitCodes.Ok;
    }

    internal static string NameOf(ConfigSource source) => source.File ?? ConfigReader.BuiltIn;

    private static void WriteSummary(ConfigSource source, GatewayModel model, TextWriter output)
    {
        if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected)
        {
            var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape($"{NameOf(source)}: valid"));
            table.AddColumns("part", "name", "what");
            foreach (var (part, name, what) in Parts(model))
            {
                table.AddRow(Markup.Escape(part), Markup.Escape(name), Markup.Escape(what));
            }

            AnsiConsole.Write(table);
            return;
        }

        output.WriteLine($"{NameOf(source)}: valid");
        foreach (var (part, name, what) in Parts(model))
        {
            output.WriteLine($"  {(name.Length == 0 ? part : $"{part} {name}")}: {what}");
        }
    }

    private static IEnumerable<(string Part, string Name, string What)> Parts(GatewayModel model)
    {
        foreach (var listener in model.Listeners)
        {
            yield return ("listener", listener.Name, $"{listener.Protocol} on {listener.Host}:{listener.Port}");
        }

        foreach (var registry in model.Registries)
        {
            var settings = registry.Settings.OrderBy(s => s.Key, StringComparer.Ordinal).Select(static s => ShownSetting.Of(s.Key, s.Value));
            yield return ("registry", registry.Name, $"{registry.Kind} {string.Join(' ', settings)}".TrimEnd());
        }

        foreach (var route in model.Routes)
        {
            var registries = route.Registries.IsDefaultOrEmpty ? "all registries" : string.Join(", ", route.Registries);
            yield return ("route", route.Name, $"{route.Match.Interface ?? "every service"} → {registries}");
        }

        foreach (var facade in model.Facades)
        {
            var places = facade.Places.Select(static p => $"{p.Registry} by {p.Listener}");
            yield return ("facade", facade.Name, $"{facade.Match.Interface} of {facade.From} → {facade.To}: {string.Join(", ", places)}");
        }

        var methods = model.Contracts.Sum(c => c.Methods.Length);
        var told = string.Create(CultureInfo.InvariantCulture, $"{model.Contracts.Length} services with {methods} methods");
        yield return ("contracts", string.Empty, told);
    }
}
