using System.Collections.Immutable;
using System.Globalization;
using System.IO.Enumeration;
using System.Text.Json;
using BridgeMesh.Gateway.Hosting;
using BridgeMesh.Gateway.Registries;
using BridgeMesh.Registries;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh registry diff</c>.</summary>
internal static class RegistryDiff
{
    /// <param name="Old">A registry's name, or a file with <c>#name</c> behind where it has several.</param>
    internal sealed record Wish(string Old, string New, string[] Services, string[] Ignored, RegistryOptions.Wish Registries);

    public static async Task<int> InvokeAsync(Wish wish, CommandSurroundings surroundings, StopSignal stopping)
    {
        if (RegistryOptions.Find(wish.Registries with { Names = [] }, surroundings, out var code) is not { } choice)
        {
            return code;
        }

        var sides = new[] { Side.Of(wish.Old, choice, surroundings), Side.Of(wish.New, choice, surroundings) };
        if (sides.Any(static s => s is null))
        {
            return ExitCodes.Usage;
        }

        var asked = sides.Select(static s => s?.Target).OfType<RegistryTarget>().Distinct().ToImmutableArray();
        var views = await RegistryView.AskAsync(asked, wish.Services, wish.Registries.Timeout, stopping.Drain).ConfigureAwait(false);
        if (RegistryList.TellMissing(views, wish.Registries, surroundings))
        {
            return ExitCodes.Unavailable;
        }

        var (old, now) = (Instances(sides[0], views, wish.Services), Instances(sides[1], views, wish.Services));
        var difference = RegistryDifference.Between(old, now, wish.Ignored);
        if (wish.Registries.IsJson)
        {
            WriteJson(difference, wish, surroundings.Output);
        }
        else
        {
            new DifferenceText(surroundings.Output, surroundings.Ink).Write(difference, registry: null);
            await surroundings.Output.WriteLineAsync(Ink.Plain(string.Create(
                CultureInfo.InvariantCulture,
                $"{difference.Gone.Length} only in {wish.Old}, {difference.Come.Length} only in {wish.New}, {difference.Changed.Length} differ, {difference.Same} the same"))).ConfigureAwait(false);
        }

        return difference.IsNone ? ExitCodes.Ok : ExitCodes.Differs;
    }

    private static IEnumerable<ServiceInstance> Instances(Side? side, ImmutableArray<RegistryView> views, string[] services) =>
        side?.Target is { } target
            ? views.First(v => v.Target == target).Services.SelectMany(static s => s.Instances)
            : (side?.Saved ?? []).Where(i => services.Length == 0
                || Array.Exists(services, s => FileSystemName.MatchesSimpleExpression(s, i.Service.Interface, ignoreCase: false)));

    private static void WriteJson(RegistryDifference difference, Wish wish, TextWriter output)
    {
        var document = new
        {
            old = wish.Old,
            @new = wish.New,
            onlyOld = difference.Gone.Select(static i => new { service = ServiceRecord.Of(i.Service), instance = InstanceRecord.Of(i) }),
            onlyNew = difference.Come.Select(static i => new { service = ServiceRecord.Of(i.Service), instance = InstanceRecord.Of(i) }),
            differing = difference.Changed.Select(static c => new
            {
                service = ServiceRecord.Of(c.New.Service),
                protocol = c.New.Protocol,
                address = InstanceWords.AddressOf(c.New),
                fields = c.Fields,
            }),
            same = difference.Same,
        };
        output.WriteLine(JsonSerializer.Serialize(document, RegistryListRecord.Form));
    }

    /// <summary>One side: a registry to be asked, or what a file has.</summary>
    private sealed record Side(RegistryTarget? Target, ImmutableArray<ServiceInstance> Saved)
    {
        /// <summary>Null after problems, which have been told.</summary>
        public static Side? Of(string text, RegistryChoice choice, CommandSurroundings surroundings)
        {
            if (choice.All.FirstOrDefault(t => t.Name == text) is { } target)
            {
                return new Side(target, []);
            }

            var hash = text.LastIndexOf('#');
            var isWhole = hash < 0 || File.Exists(Path.GetFullPath(text, surroundings.WorkingDirectory));
            var file = Path.GetFullPath(isWhole ? text : text[..hash], surroundings.WorkingDirectory);
            if (!File.Exists(file))
            {
                surroundings.Error.WriteLine(Ink.Plain($"there is no file '{text}', and {choice.NoSuch(text)}"));
                return null;
            }

            var problems = new List<string>();
            var saved = SavedRegistry.Read(file, isWhole ? null : text[(hash + 1)..], problems);
            problems.ForEach(p => surroundings.Error.WriteLine(Ink.Plain($"{text}: {p}")));
            return problems.Count > 0 ? null : new Side(null, saved);
        }
    }
}
