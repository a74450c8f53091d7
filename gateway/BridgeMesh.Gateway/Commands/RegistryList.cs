using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using BridgeMesh.Gateway.Hosting;
using BridgeMesh.Gateway.Registries;
using BridgeMesh.Registries;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh registry list</c>.</summary>
internal static class RegistryList
{
    public static async Task<int> InvokeAsync(
        RegistryOptions.Wish wish, string[] services, bool verbose, CommandSurroundings surroundings, StopSignal stopping)
    {
        if (RegistryOptions.Find(wish, surroundings, out var code) is not { } choice)
        {
            return code;
        }

        var views = await RegistryView.AskAsync(choice.Wanted, services, wish.Timeout, stopping.Drain).ConfigureAwait(false);
        if (wish.IsJson)
        {
            var document = new RegistryListRecord([.. views.Select(RegistryRecord.Of)]);
            await surroundings.Output.WriteLineAsync(JsonSerializer.Serialize(document, RegistryListRecord.Form)).ConfigureAwait(false);
        }
        else
        {
            foreach (var view in views.Where(static v => v.Answered || !v.Services.IsEmpty))
            {
                Write(view, verbose, surroundings);
            }
        }

        return TellMissing(views, wish, surroundings) ? ExitCodes.Unavailable : ExitCodes.Ok;
    }

    /// <summary>Whether any registry has not answered; each that has not is told.</summary>
    internal static bool TellMissing(IEnumerable<RegistryView> views, RegistryOptions.Wish wish, CommandSurroundings surroundings)
    {
        var isAny = false;
        foreach (var view in views.Where(static v => !v.Answered))
        {
            isAny = true;
            var why = view.Trouble.Length > 0 ? $": {view.Trouble}" : string.Empty;
            surroundings.Error.WriteLine(Ink.Plain($"registry {view.Target.Name} ({view.Target.Kind}) has not answered within {wish.TimeoutMs} ms{why}"));
        }

        return isAny;
    }

    private static void Write(RegistryView view, bool verbose, CommandSurroundings surroundings)
    {
        var (output, ink) = (surroundings.Output, surroundings.Ink);
        var stale = view.IsStale ? ", the last known: it is away" : view.Answered ? string.Empty : ", not all of it";
        output.WriteLine(
            $"{ink.Strong("registry")} {ink.Name(view.Target.Name)} ({Ink.Plain(view.Target.Kind)}): {Count(view.Services.Length, "service")}, {Count(view.InstanceCount, "instance")}{stale}");
        if (!view.Services.IsEmpty)
        {
            Table(view.Services, verbose).Write(output, ink);
        }

        output.WriteLine();
    }

    private static TableText Table(ImmutableArray<ServiceSnapshot> services, bool verbose)
    {
        var table = new TableText(
            "SERVICE", "VERSION", "GROUP", "UNIQUEID", "PROTOCOL", "ADDRESS", "HEALTH", "WEIGHT", "ZONE", "APPLICATION", "GATEWAY");
        foreach (var (service, instances) in services.Select(static s => (s.Service, s.Instances)))
        {
            string[] name = [service.Interface, service.Version, service.Group, service.UniqueId];
            if (instances.IsEmpty)
            {
                table.Add([.. name, "-", "-", "-", string.Empty, string.Empty, string.Empty, string.Empty], []);
            }

            foreach (var instance in ServiceRecord.InOrder(instances))
            {
                string[] cells =
                [
                    .. name, instance.IsSecure ? $"{instance.Protocol} over TLS" : instance.Protocol, InstanceWords.AddressOf(instance),
                    InstanceWords.HealthOf(instance.Health), instance.Weight.ToString(CultureInfo.InvariantCulture), instance.Zone, instance.Application,
                    instance.Metadata.GetValueOrDefault(InstanceMarks.Gateway, string.Empty),
                ];
                table.Add(cells, verbose ? Beside(instance) : []);
            }
        }

        return table;
    }

    /// <summary>What the table has no column for.</summary>
    private static string[] Beside(ServiceInstance instance) =>
        [.. InstanceWords.Of(instance).Where(static f => f.Text.Length > 0 && f.Name is not ("health" or "weight" or "zone" or "application" or "secure"))
            .Select(static f => $"{f.Name}={f.Text}")];

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? string.Empty : "s")}");
}
