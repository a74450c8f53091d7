using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Exchanges;
using BridgeMesh.Gateway.Calling;
using BridgeMesh.Gateway.Configuration;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh call</c>: calls a service in any protocol.</summary>
internal static class CallCommand
{
    private const int MaxTimeoutMs = 3_600_000;

    private const string Summary = """
        Calls a service in any protocol and prints its answer as JSON.

        ADDRESS is protocol://host:port/service/method; a version, group or uniqueId goes behind it as ?version=1.0&group=blue&uniqueId=u.
        ARGUMENTS are JSON: an array, or an object by the parameters' names; '@file' or '-' reads them. They are typed by a contract, by
        --types, or not at all, where the protocol has generic calls.

        Examples:
          bridgemesh call bolt://127.0.0.1:12200/com.acme.OrderFacade/placeOrder '[{"id": "A-1"}]' --contract orders.yaml
          bridgemesh call dubbo://127.0.0.1:20880/com.acme.Greeter/greet '["Ada"]' --types java.lang.String
          bridgemesh call http://127.0.0.1:18080/com.acme.Greeter/greet '["Ada"]' -H tenant=acme --timeout 500 --verbose
          bridgemesh call grpc://127.0.0.1:18090/acme.order.v1.Orders/Follow '{"id": "A-1"}' --reflection
        """;

    public static Command Create(CommandSurroundings surroundings, Option<OutputForm> output)
    {
        var address = new Argument<string>("address") { Description = "Whom to call." };
        var arguments = new Argument<string?>("arguments") { Description = "JSON; none without it.", Arity = ArgumentArity.ZeroOrOne };
        var contract = Many("--contract", "file", "Contract that types the call, or a pattern of files. May be repeated.");
        var reflection = new Option<bool>("--reflection") { Description = "Asks the server itself for the service's contract, by gRPC's reflection." };
        var types = new Option<string?>("--types") { Description = "Java types of the parameters, as java.lang.String,int.", HelpName = "types" };
        var version = new Option<string?>("--service-version") { Description = "Version of the service.", HelpName = "version" };
        var group = new Option<string?>("--group") { Description = "Dubbo group of the service.", HelpName = "group" };
        var uniqueId = new Option<string?>("--unique-id") { Description = "SOFARPC uniqueId of the service.", HelpName = "id" };
        var header = Many("--header", "name=value", "Metadata of the call. May be repeated.", "-H");
        const string OfInstance = "What a registry would say of the instance, as hessianVersion=4.0 or path=v1. May be repeated.";
        var instance = Many("--instance", "name=value", OfInstance);
        var timeout = new Option<int>("--timeout", "-t")
        {
            Description = "Milliseconds to wait, 1 to 3,600,000.",
            HelpName = "ms",
            DefaultValueFactory = _ => 10_000,
        };
        var oneWay = new Option<bool>("--oneway") { Description = "Expects no answer." };
        var typed = new Option<bool>("--types-in-answer") { Description = "Keeps class names in the answer, as @type." };
        var verbose = new Option<bool>("--verbose") { Description = "Shows bytes sent and received, and times." };
        var plugins = PluginOption.Create();
        timeout.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var ms) || ms is < 1 or > MaxTimeoutMs))
            {
                result.AddError($"'{result.Tokens[0].Value}' is no time; write milliseconds from 1 to {MaxTimeoutMs}");
            }
        });
        var command = new Command("call", Summary)
        {
            address, arguments, contract, reflection, types, version, group, uniqueId, header, instance, timeout, oneWay, typed, verbose, plugins, output,
        };
        command.SetAction((result, cancellation) => InvokeAsync(
            new Wish(result.GetValue(address) ?? string.Empty, result.GetValue(arguments))
            {
                Contracts = result.GetValue(contract) ?? [],
                Reflection = result.GetValue(reflection),
                Types = result.GetValue(types),
                Version = result.GetValue(version),
                Group = result.GetValue(group),
                UniqueId = result.GetValue(uniqueId),
                Headers = result.GetValue(header) ?? [],
                Instance = result.GetValue(instance) ?? [],
                TimeoutMs = result.GetValue(timeout),
                OneWay = result.GetValue(oneWay),
                Typed = result.GetValue(typed),
                Verbose = result.GetValue(verbose),
                Plugins = result.GetValue(plugins),
                Output = result.GetValue(output),
            },
            surroundings,
            cancellation));
        return command;
    }

    private static Option<string[]> Many(string name, string help, string description, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = help,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private sealed record Wish(string Address, string? Arguments)
    {
        public string[] Contracts { get; init; } = [];

        public bool Reflection { get; init; }

        public string? Types { get; init; }

        public string? Version { get; init; }

        public string? Group { get; init; }

        public string? UniqueId { get; init; }

        public string[] Headers { get; init; } = [];

        public string[] Instance { get; init; } = [];

        public int TimeoutMs { get; init; }

        public bool OneWay { get; init; }

        public bool Typed { get; init; }

        public bool Verbose { get; init; }

        public string? Plugins { get; init; }

        public OutputForm Output { get; init; }
    }

    private static async Task<int> InvokeAsync(Wish wish, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        if (PluginOption.Load(wish.Plugins, surroundings) is not { } catalog
            || await PlanAsync(wish, catalog, surroundings, cancellationToken).ConfigureAwait(false) is not { } plan)
        {
            return ExitCodes.Usage;
        }

        var exchange = new Exchange();
        if (plan.Fill(exchange) is { } problem)
        {
            await surroundings.Error.WriteLineAsync(Ink.Plain(problem)).ConfigureAwait(false);
            return ExitCodes.Usage;
        }

        var time = TimeProvider.System;
        var clock = new WireLog(time);
        var call = new DirectCall(catalog, time)
        {
            // Each as soon as it is there, on a line of its own.
            OnMessage = e => surroundings.Output.WriteLine(Encoding.UTF8.GetString(CallAnswer.ValueOf(e, wish.Typed)?.Json ?? [])),
        };
        await call.RunAsync(exchange, wish.TimeoutMs, wish.Verbose ? clock : null, cancellationToken).ConfigureAwait(false);
        var answer = CallAnswer.Of(exchange, wish.Typed, clock.NowMs);
        var report = new CallReport(surroundings, plan.Target, answer, wish.Verbose ? clock : null);
        if (wish.Output == OutputForm.Json)
        {
            report.WriteJson();
        }
        else
        {
            report.WriteText();
        }

        // What the codec says is for those who run a gateway.
        if (answer.Status == ExchangeStatus.InvalidArgument && wish.Types is null && plan.Contracts.IsEmpty)
        {
            await surroundings.Error.WriteLineAsync("the call names no types: --types or --contract does").ConfigureAwait(false);
        }

        return answer.ExitCode;
    }

    /// <summary>Null after problems, which have been told.</summary>
    private static async Task<CallPlan?> PlanAsync(
        Wish wish, PluginCatalog catalog, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        string[] protocols = [.. catalog.FrameCodecs.Keys, .. catalog.Channels.Keys];
        if (CallTarget.Parse(wish.Address, protocols, out var problem) is not { } target
            || Pairs(wish.Headers, out problem) is not { } headers
            || Pairs(wish.Instance, out problem) is not { } instance
            || await ArgumentsAsync(wish.Arguments, surroundings, cancellationToken).ConfigureAwait(false) is not { } json)
        {
            if (problem.Length > 0)
            {
                await surroundings.Error.WriteLineAsync(Ink.Plain(problem)).ConfigureAwait(false);
            }

            return null;
        }

        var service = target.Service;
        service = service with
        {
            Version = wish.Version ?? service.Version,
            Group = wish.Group ?? service.Group,
            UniqueId = wish.UniqueId ?? service.UniqueId,
        };
        if (Contracts(wish.Contracts, surroundings) is not { } contracts)
        {
            return null;
        }

        if (wish.Reflection)
        {
            var (described, why) = await ReflectedContracts.FetchAsync(catalog, target, wish.TimeoutMs, cancellationToken).ConfigureAwait(false);
            if (why is not null)
            {
                await surroundings.Error.WriteLineAsync(Ink.Plain(why)).ConfigureAwait(false);
                return null;
            }

            contracts = contracts.AddRange(described);
        }

        return new CallPlan(target with { Service = service }, json, contracts, wish.Types)
        {
            Metadata = headers,
            InstanceMetadata = instance.ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal),
            OneWay = wish.OneWay,
        };
    }

    private static List<KeyValuePair<string, string>>? Pairs(string[] texts, out string problem)
    {
        problem = string.Empty;
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var text in texts)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                problem = $"'{text}' is no name and value; write name=value";
                return null;
            }

            pairs.Add(new(text[..equals], text[(equals + 1)..]));
        }

        return pairs;
    }

    private static async Task<byte[]?> ArgumentsAsync(string? text, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        if (text == "-")
        {
            using var copy = new MemoryStream();
            await surroundings.Input.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
            return copy.ToArray();
        }

        if (text is not ['@', .. var name])
        {
            return Encoding.UTF8.GetBytes(text ?? string.Empty);
        }

        var file = Path.GetFullPath(name, surroundings.WorkingDirectory);
        if (File.Exists(file))
        {
            return await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
        }

        await surroundings.Error.WriteLineAsync($"there is no file '{Ink.Plain(name)}'").ConfigureAwait(false);
        return null;
    }

    private static ImmutableArray<ServiceContract>? Contracts(string[] patterns, CommandSurroundings surroundings)
    {
        var files = new List<ContractFile>();
        foreach (var pattern in patterns)
        {
            var found = FilePatterns.ExpandWithDirectories(pattern, surroundings.WorkingDirectory);
            if (found.Count == 0)
            {
                surroundings.Error.WriteLine($"there is no contract file '{Ink.Plain(pattern)}'");
                return null;
            }

            files.AddRange(found.Select(f => new ContractFile(f, [])
            {
                ImportRoot = FilePatterns.IsPattern(pattern) ? FilePatterns.Root(pattern, surroundings.WorkingDirectory) : null,
            }));
        }

        var loaded = ContractFiles.Load(ContractFileSet.Of(files, []));
        foreach (var problem in loaded.Problems)
        {
            surroundings.Error.WriteLine(Ink.Plain(problem.ToString()));
        }

        return loaded.IsOk ? loaded.Contracts : null;
    }
}
