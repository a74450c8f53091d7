using System.Collections.Immutable;
using System.CommandLine;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts.Comparing;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Plugins;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh contract diff</c>: whether callers with an older contract can go on calling a service with a newer one.</summary>
internal static class ContractDiff
{
    private const string Summary = """
        Compares two versions of contracts and tells, for each protocol, whether callers that have the old one can go on.

        Either is any source: a YAML file or a pattern of them, a Java jar, a class directory, .proto files, a descriptor set, OpenAPI. Ends with 0
        where nothing breaks and with 9 where something does in one of the protocols that are asked for.

        Examples:
          bridgemesh contract diff orders-1.4.yaml orders-1.5.yaml
          bridgemesh contract diff facade-1.4.jar facade-1.5.jar --protocol dubbo --protocol grpc --class-path 'libs/*.jar'
          bridgemesh contract diff orders.binpb orders.yaml --old-service acme.v1.Orders --service com.acme.OrderService --output json
        """;

    public static Command Create(ContractSourceOptions options, CommandSurroundings surroundings)
    {
        var old = new Argument<string>("old") { Description = "What callers have: a file, a pattern of files, a directory of classes." };
        var now = new Argument<string>("new") { Description = "What the service will have." };
        var protocols = ContractCommand.Many("--protocol", "name", "Protocol to judge changes for; all without it. May be repeated.");
        var oldServices = ContractCommand.Many(
            "--old-service", "name", "As --service, for the old side alone; where each side then has one service, the two are compared whatever they are called.");
        var plugins = PluginOption.Create();
        var command = new Command("diff", Summary) { old, now, protocols, oldServices, plugins };
        options.AddTo(command);
        command.SetAction(result =>
        {
            var oldFilters = result.GetValue(oldServices) ?? [];
            var before = options.Read(result, [result.GetValue(old) ?? string.Empty]);
            return Invoke(
                oldFilters.Length > 0 ? before with { Services = oldFilters } : before,
                options.Read(result, [result.GetValue(now) ?? string.Empty]),
                oldFilters.Length > 0,
                result.GetValue(protocols) ?? [],
                result.GetValue(plugins),
                surroundings);
        });
        return command;
    }

    private static int Invoke(
        ContractCommand.Wish old, ContractCommand.Wish now, bool samePair, string[] protocols, string? plugins, CommandSurroundings surroundings)
    {
        if (Rules(protocols, plugins, surroundings) is not { } rules
            || ContractCommand.Files(old, surroundings) is not { } oldFiles || ContractCommand.Files(now, surroundings) is not { } newFiles)
        {
            return ExitCodes.Usage;
        }

        var problems = new List<SourceProblem>();
        var notes = new List<string>();
        var before = Load(old, oldFiles, problems, notes);
        var after = Load(now, newFiles, problems, notes);
        var judged = problems.Count > 0 ? [] : ContractComparison.Compare(before, after, samePair)
            .Select(c => new JudgedChange(c, [.. rules.Select(r => (r.Protocol, r.Judge(c)))])).ToImmutableArray();
        var protocolNames = rules.Select(static r => r.Protocol).ToImmutableArray();
        if (now.Output == OutputForm.Json)
        {
            DiffReport.WriteJson(judged, protocolNames, problems, notes, surroundings.Output);
        }
        else
        {
            ContractCommand.Tell(problems, [], surroundings);
            if (problems.Count == 0)
            {
                new DiffReport(surroundings.Output, surroundings.Ink).Write(judged, protocolNames);
            }
        }

        return problems.Count > 0 ? ExitCodes.Configuration : judged.Any(static j => j.Breaks) ? ExitCodes.CallersBreak : ExitCodes.Ok;
    }

    /// <summary>The rules that are asked for, by name; null after a problem, which has been told.</summary>
    private static List<IChangeRules>? Rules(string[] protocols, string? plugins, CommandSurroundings surroundings)
    {
        if (PluginOption.Load(plugins, surroundings) is not { } catalog)
        {
            return null;
        }

        foreach (var unknown in protocols.Where(p => !catalog.ChangeRules.ContainsKey(p)))
        {
            surroundings.Error.WriteLine(Ink.Plain($"no rules are known for the protocol '{unknown}'; {NearMiss.Cure(unknown, catalog.ChangeRules.Keys)}"));
            return null;
        }

        var wanted = catalog.ChangeRules.Values.Where(r => protocols.Length == 0 || protocols.Contains(r.Protocol));
        return [.. wanted.OrderBy(static r => r.Protocol, StringComparer.Ordinal)];
    }

    private static ImmutableArray<ServiceContract> Load(ContractCommand.Wish wish, ContractFileSet files, List<SourceProblem> problems, List<string> notes)
    {
        var loaded = ContractFiles.Load(files);
        problems.AddRange(loaded.Problems);
        notes.AddRange(loaded.Notes);
        if (loaded.IsOk && loaded.Contracts.IsEmpty)
        {
            problems.Add(new(wish.Sources[0], 0, 0, "it has no services", "see what there is by bridgemesh contract show"));
        }

        return loaded.Contracts;
    }
}

/// <summary>A change with what it means, by protocol.</summary>
internal sealed record JudgedChange(ContractChange Change, ImmutableArray<(string Protocol, ChangeVerdict Verdict)> Verdicts)
{
    public bool Breaks => Verdicts.Any(static v => v.Verdict.Breaks);
}
