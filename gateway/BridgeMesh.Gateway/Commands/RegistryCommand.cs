using System.CommandLine;
using BridgeMesh.Gateway.Hosting;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh registry list | watch | diff | publish</c>: looks into registries as the gateway sees them.</summary>
internal static class RegistryCommand
{
    private const string ListSummary = """
        Lists services and instances of the registries of a configuration, or of one that --kind names.

        Nothing is changed, and a gateway may be running: what it serves itself, as its embedded Eureka server, is asked as others ask it.

        Examples:
          bridgemesh registry list
          bridgemesh registry list --registry legacy --service 'com.acme.*' --verbose
          bridgemesh registry list --kind eureka --set servers=http://127.0.0.1:8761/eureka --output json > before.json
        """;

    private const string WatchSummary = """
        Prints what comes (+), goes (-) and changes (~) in registries, from what is there now on, until SIGINT.

        Examples:
          bridgemesh registry watch --registry legacy --service 'com.acme.*'
          bridgemesh registry watch --output json
        """;

    private const string DiffSummary = """
        Compares two registries of a configuration, or one with what list --output json saved: what one has and the other has not, and what differs.

        An instance is the same by its service, protocol, host and port. Ends with 0 where nothing differs and with 9 where something does.

        Examples:
          bridgemesh registry diff legacy mesh --ignore metadata
          bridgemesh registry diff before.json legacy
          bridgemesh registry diff before.json#legacy after.json#legacy --output json
        """;

    private const string PublishSummary = """
        Registers instances until SIGINT and takes them out then, to try out who finds them.

        An instance is protocol://host:port/service, with ?version=1.0&group=blue&uniqueId=u behind; a file is a services file in YAML or JSON.

        Examples:
          bridgemesh registry publish dubbo://127.0.0.1:20880/com.acme.OrderService?version=1.0.0 --registry legacy --method get --method place
          bridgemesh registry publish services.yaml --kind eureka --set servers=http://127.0.0.1:8761/eureka
        """;

    public static Command Create(CommandSurroundings surroundings, Option<OutputForm> output, StopSignal stopping)
    {
        var options = new RegistryOptions(output);
        var services = ContractCommand.Many("--service", "name", "Service that is wanted, with * for any text; all without it. May be repeated.");
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Shows metadata and all else that registries say of instances." };
        var list = new Command("list", ListSummary) { services, verbose };
        options.AddTo(list);
        list.SetAction((result, _) => RegistryList.InvokeAsync(
            options.Read(result), result.GetValue(services) ?? [], result.GetValue(verbose), surroundings, stopping));

        var watch = new Command("watch", WatchSummary) { services };
        options.AddTo(watch);
        watch.SetAction((result, _) => RegistryWatch.InvokeAsync(options.Read(result), result.GetValue(services) ?? [], surroundings, stopping));

        var old = new Argument<string>("old") { Description = "A registry of the configuration, or a file that list --output json wrote." };
        var now = new Argument<string>("new") { Description = "The same." };
        var ignore = ContractCommand.Many(
            "--ignore", "field", "What does not count: weight, zone, startedAt and others as they are shown; metadata, or metadata.NAME. May be repeated.");
        var diff = new Command("diff", DiffSummary) { old, now, services, ignore };
        options.AddTo(diff);
        diff.SetAction((result, _) => RegistryDiff.InvokeAsync(
            new RegistryDiff.Wish(
                result.GetValue(old) ?? string.Empty,
                result.GetValue(now) ?? string.Empty,
                result.GetValue(services) ?? [],
                result.GetValue(ignore) ?? [],
                options.Read(result)),
            surroundings,
            stopping));

        return new Command("registry", "Looks into registries, compares them, and registers instances to try them out.")
        {
            list, watch, diff, Publish(options, surroundings, stopping),
        };
    }

    private static Command Publish(RegistryOptions options, CommandSurroundings surroundings, StopSignal stopping)
    {
        var what = new Argument<string[]>("instance") { Description = "Addresses of instances, or services files.", Arity = ArgumentArity.OneOrMore };
        var application = new Option<string?>("--application") { Description = "Application that they belong to.", HelpName = "name" };
        var zone = new Option<string?>("--zone") { Description = "Zone that they stand in.", HelpName = "name" };
        var weight = new Option<int>("--weight") { Description = "Share of calls, 0 to 10,000.", HelpName = "number", DefaultValueFactory = static _ => 100 };
        weight.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var number) || number is < 0 or > 10_000))
            {
                result.AddError($"'{result.Tokens[0].Value}' is no weight; write a number from 0 to 10000");
            }
        });
        var methods = ContractCommand.Many("--method", "name", "Method that they have. May be repeated.");
        var tags = ContractCommand.Many("--tag", "word", "Word that routing rules ask for. May be repeated.");
        var serializations = ContractCommand.Many("--serialization", "name", "Serialization that they take, the preferred one first. May be repeated.");
        var metadata = ContractCommand.Many("--metadata", "name=value", "What the registry shall say beside. May be repeated.");
        var publish = new Command("publish", PublishSummary) { what, application, zone, weight, methods, tags, serializations, metadata };
        options.AddTo(publish);
        publish.SetAction((result, _) => RegistryPublish.InvokeAsync(
            new PublishedInstances(result.GetValue(what) ?? [])
            {
                Application = result.GetValue(application) ?? string.Empty,
                Zone = result.GetValue(zone) ?? string.Empty,
                Weight = result.GetValue(weight),
                Methods = result.GetValue(methods) ?? [],
                Tags = result.GetValue(tags) ?? [],
                Serializations = result.GetValue(serializations) ?? [],
                Metadata = result.GetValue(metadata) ?? [],
            },
            options.Read(result),
            surroundings,
            stopping));
        return publish;
    }
}
