using System.Collections.Immutable;
using System.CommandLine;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Registries;
using BridgeMesh.Plugins;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Commands;

/// <summary>The options by which every sub-command of <c>registry</c> says which registries it means and in which form it tells.</summary>
internal sealed class RegistryOptions
{
    internal const int MaxTimeoutMs = 600_000;

    private readonly Option<OutputForm> _output;

    private readonly Option<string?> _config = new("--config", "-c")
    {
        Description = $"Configuration file that has the registries. Without it: ./{ConfigSource.UsualFile}, else the built-in configuration.",
        HelpName = "file",
    };

    private readonly Option<string?> _kind = new("--kind")
    {
        Description = "Kind of one registry that needs no configuration, such as zookeeper or eureka; its settings by --set.",
        HelpName = "kind",
    };

    private readonly Option<string[]> _set = ContractCommand.Many(
        "--set", "key=value", "Overrides a value of the configuration; with --kind, a setting of the registry, lists with commas. May be repeated.");

    private readonly Option<string[]> _registries = ContractCommand.Many(
        "--registry", "name", "Registry of the configuration; all without it. May be repeated.");

    private readonly Option<string?> _plugins = PluginOption.Create();

    private readonly Option<int> _timeout = new("--timeout", "-t")
    {
        Description = "Milliseconds for the registries to answer, 1 to 600,000.",
        HelpName = "ms",
        DefaultValueFactory = static _ => 10_000,
    };

    public RegistryOptions(Option<OutputForm> output)
    {
        _output = output;
        _timeout.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var ms) || ms is < 1 or > MaxTimeoutMs))
            {
                result.AddError($"'{result.Tokens[0].Value}' is no time; write milliseconds from 1 to {MaxTimeoutMs}");
            }
        });
    }

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_config, _kind, _set, _registries, _plugins, _timeout, _output])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_kind) is not null && (result.GetValue(_config) is not null || result.GetResult(_registries) is not null))
            {
                result.AddError("--kind stands for a configuration: it goes with neither --config nor --registry");
            }
        });
    }

    /// <param name="Names">Registries that are wanted; empty for all.</param>
    internal sealed record Wish(string? Config, string? Kind, string[] Sets, string[] Names, string? Plugins, int TimeoutMs, OutputForm Output)
    {
        public bool IsJson => Output == OutputForm.Json;

        public TimeSpan Timeout => TimeSpan.FromMilliseconds(TimeoutMs);
    }

    public Wish Read(ParseResult result) => new(
        result.GetValue(_config),
        result.GetValue(_kind),
        result.GetValue(_set) ?? [],
        result.GetValue(_registries) ?? [],
        result.GetValue(_plugins),
        result.GetValue(_timeout),
        result.GetValue(_output));

    /// <summary>What a command line means; null after problems, which have been told, with the exit code that they mean.</summary>
    internal static RegistryChoice? Find(Wish wish, CommandSurroundings surroundings, out int code)
    {
        code = ExitCodes.Usage;
        if (wish.Kind is { } kind)
        {
            return OfKind(kind, wish, surroundings);
        }

        var problems = new List<SourceProblem>();
        var source = ConfigSource.Of(wish.Config, wish.Sets, surroundings.WorkingDirectory);
        var choice = ConfigReader.Read(source, problems) is { } reading ? OfConfiguration(reading, wish.Names, problems) : null;
        if (choice is null || problems.Count > 0)
        {
            ProblemText.Write(source, problems, surroundings.Error);
            code = ExitCodes.Configuration;
            return null;
        }

        if (wish.Names.FirstOrDefault(n => !choice.All.Any(t => t.Name == n)) is { } unknown)
        {
            surroundings.Error.WriteLine(Ink.Plain(choice.NoSuch(unknown)));
            return null;
        }

        return choice;
    }

    private static RegistryChoice? OfKind(string kind, Wish wish, CommandSurroundings surroundings)
    {
        if (PluginOption.Load(wish.Plugins, surroundings) is not { } catalog)
        {
            return null;
        }

        if (!catalog.Registries.TryGetValue(kind, out var factory))
        {
            surroundings.Error.WriteLine(Ink.Plain($"unknown kind of registry '{kind}'; {NearMiss.Cure(kind, catalog.Registries.Keys)}"));
            return null;
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in wish.Sets)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                surroundings.Error.WriteLine(Ink.Plain($"'{text}' is no key and value; write key=value"));
                return null;
            }

            values[text[..equals]] = text[(equals + 1)..];
        }

        var settings = new RegistrySettings(kind, surroundings.WorkingDirectory, values, TimeProvider.System);
        var problems = factory.Check(settings);
        foreach (var problem in problems)
        {
            surroundings.Error.WriteLine(Ink.Plain(problem.File is { } file
                ? new SourceProblem(file, problem.Line, problem.Column, problem.Message, problem.Cure).ToString()
                : $"--set {problem.Setting}: {problem.Message}; {problem.Cure}"));
        }

        ImmutableArray<RegistryTarget> only = problems.Count > 0 ? [] : [RegistryTarget.Of(settings, kind, catalog.Registries)];
        return only.IsEmpty ? null : new RegistryChoice(only, only, catalog);
    }

    /// <summary>Checks those alone that are asked for: somebody else's slip must not hide a registry.</summary>
    private static RegistryChoice OfConfiguration(ConfigReading reading, string[] names, List<SourceProblem> problems)
    {
        var catalog = ConfigLoader.LoadPlugins(reading, problems).Catalog;
        var targets = ImmutableArray.CreateBuilder<RegistryTarget>();
        for (var i = 0; i < reading.Config.Registries.Count; i++)
        {
            var registry = reading.Config.Registries[i];
            var settings = new RegistrySettings(registry.Name, reading.Source.BaseDirectory, registry.Settings, TimeProvider.System);
            var isWanted = names.Length == 0 || names.Contains(registry.Name, StringComparer.Ordinal);
            var found = catalog.Registries.TryGetValue(registry.Kind, out var factory)
                ? factory.Check(settings)
                : [new SettingProblem("kind", $"unknown kind of registry '{registry.Kind}'", NearMiss.Cure(registry.Kind, catalog.Registries.Keys))];
            problems.AddRange((isWanted ? found : []).Select(p => p.File is { } file
                ? new SourceProblem(file, p.Line, p.Column, p.Message, p.Cure)
                : SourceProblem.At(reading.Places.Find($"registries[{i}].{p.Setting}"), p.Message, p.Cure)));
            if (found.Count == 0)
            {
                targets.Add(RegistryTarget.Of(settings, registry.Kind, catalog.Registries));
            }
        }

        var all = targets.ToImmutable();
        return new RegistryChoice(all, names.Length == 0 ? all : [.. all.Where(t => names.Contains(t.Name, StringComparer.Ordinal))], catalog);
    }
}

/// <summary>The registries that a command line means.</summary>
/// <param name="All">Those that there are.</param>
/// <param name="Wanted">Those of them that are asked for.</param>
internal sealed record RegistryChoice(ImmutableArray<RegistryTarget> All, ImmutableArray<RegistryTarget> Wanted, PluginCatalog Plugins)
{
    /// <summary>What to tell of a name that none of them has.</summary>
    public string NoSuch(string name) => $"no registry is named '{name}'; {NearMiss.Cure(name, [.. All.Select(static t => t.Name)])}";
}
