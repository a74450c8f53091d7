using System.CommandLine;
using System.Text.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;
using BridgeMesh.Core.Contracts.Linting;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Gateway.Configuration;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh contract lint</c>: how well each protocol carries each method.</summary>
internal static class ContractLint
{
    private const string Summary = """
        Tells for each method and protocol whether its values cross: fine, lossy, ambiguous or unsupported, where, why and what to do.

        Ends with exit code 8 when something is unsupported. docs/lint.md explains the codes.

        Examples:
          bridgemesh contract lint order-facade.jar --protocol http --protocol grpc
          bridgemesh contract lint 'contracts/*.yaml' --level fine --output json
        """;

    public static Command Create(Argument<string[]> sources, ContractSourceOptions options, CommandSurroundings surroundings)
    {
        var protocols = ContractCommand.Many("--protocol", "name", "Protocol to look at: bolt, dubbo, http, grpc, triple or a plugin's; all without it. May be repeated.");
        var level = new Option<LintLevel>("--level")
        {
            Description = "Least level of what is told: fine, lossy, ambiguous or unsupported.",
            HelpName = "level",
            DefaultValueFactory = static _ => LintLevel.Lossy,
        };
        level.CompletionSources.Clear();
        level.CompletionSources.Add([.. Enum.GetValues<LintLevel>().Select(Word)]);
        var plugins = PluginOption.Create();
        var lint = new Command("lint", Summary) { sources, protocols, level, plugins };
        options.AddTo(lint);
        lint.SetAction(result => PluginOption.Load(result.GetValue(plugins), surroundings) is { } catalog
            ? Invoke(options.Read(result, result.GetValue(sources)), result.GetValue(protocols) ?? [], result.GetValue(level), catalog, surroundings)
            : ExitCodes.Configuration);
        return lint;
    }

    /// <summary>The level as it is written.</summary>
    public static string Word(LintLevel level) => level.ToString().ToLowerInvariant();

    /// <summary>Contracts in a stable order.</summary>
    public static IEnumerable<ServiceContract> InOrder(IEnumerable<ServiceContract> contracts) =>
        contracts.OrderBy(static c => c.Service.ToString(), StringComparer.Ordinal);

    private static int Invoke(
        ContractCommand.Wish wish, string[] asked, LintLevel level, PluginCatalog catalog, CommandSurroundings surroundings)
    {
        if (asked.FirstOrDefault(p => !catalog.MethodLints.ContainsKey(p)) is { } unknown)
        {
            surroundings.Error.WriteLine($"no protocol '{Ink.Plain(unknown)}' has a lint; there are {string.Join(", ", catalog.MethodLints.Keys.Order(StringComparer.Ordinal))}");
            return ExitCodes.Usage;
        }

        if (ContractCommand.Files(wish, surroundings) is not { } files)
        {
            return ExitCodes.Usage;
        }

        var loaded = ContractFiles.Load(files);
        IReadOnlyList<string> protocols = [.. catalog.MethodLints.Keys.Where(p => asked.Length == 0 || asked.Contains(p))];
        var linter = new ContractLinter(catalog.MethodLints);
        var services = InOrder(loaded.Contracts).Select(c => (Contract: c, Verdicts: linter.Check(c, protocols).ToList())).ToList();
        var all = services.SelectMany(static s => s.Verdicts).ToList();
        if (wish.Output == OutputForm.Json)
        {
            var result = new
            {
                services = services.Select(s => new
                {
                    service = s.Contract.Service.ToString(),
                    file = s.Contract.File,
                    methods = s.Verdicts.GroupBy(static v => v.Method).Select(m => new
                    {
                        name = m.Key.Name,
                        signature = m.Key.Signature.Descriptor,
                        protocols = m.ToDictionary(static v => v.Protocol, v => new
                        {
                            level = Word(v.Level),
                            findings = v.Findings.Where(f => f.Level >= level).Select(Describe),
                        }),
                    }),
                }),
                counts = protocols.ToDictionary(
                    static p => p, p => Enum.GetValues<LintLevel>().ToDictionary(Word, l => all.Count(v => v.Protocol == p && v.Level == l))),
                problems = loaded.Problems,
                notes = loaded.Notes,
            };
            surroundings.Output.WriteLine(JsonSerializer.Serialize(result, JsonForm.Indented));
        }
        else
        {
            ContractCommand.Tell(loaded.Problems, loaded.Notes, surroundings);
            new LintText(surroundings.Output, surroundings.Ink, level).Write(services, protocols);
        }

        return !loaded.IsOk ? ExitCodes.Configuration
            : all.Exists(static v => v.Level == LintLevel.Unsupported) ? ExitCodes.Unsupported
            : ExitCodes.Ok;
    }

    public static object Describe(LintFinding finding) =>
        new { level = Word(finding.Level), code = finding.Code, path = finding.Path, reason = finding.Reason, cure = finding.Cure };
}
