using System.CommandLine;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh contract import | export | lint | diff | show</c>: makes contracts of what teams have, and shows them.</summary>
internal static class ContractCommand
{
    private const string ImportSummary = """
        Writes the contract of Java jars, class directories, .proto files, descriptor sets or YAML files as one YAML file.

        Interfaces become services, with the classes that they name; jars that the classes need are given by --class-path. Annotations of Spring
        MVC, OpenFeign, JAX-RS, Dubbo and SOFABoot give HTTP bindings, versions and groups. What is not carried over whole is told as a note.
        A running gRPC server gives its contracts by --reflection, Dubbo's metadata centre by --dubbo-metadata; a node of it, saved as .json, is a file.

        Examples:
          bridgemesh contract import order-facade.jar > orders.yaml
          bridgemesh contract import protos/ --out orders.yaml
          bridgemesh contract import --reflection https://10.0.0.7:9090 --service 'acme.order.v1.*' > orders.yaml
          bridgemesh contract import --dubbo-metadata zookeeper://10.0.0.5:2181 --service com.acme.OrderFacade --out orders.yaml
          bridgemesh contract import target/classes --class-path 'libs/*.jar' --service 'com.acme.*Facade' --out orders.yaml
        """;

    private const string ExportSummary = """
        Writes contracts of any kind in a form that other tools take.

        One file goes to the output or to --out; several need a directory. With a problem nothing is written.

        Examples:
          bridgemesh contract export order-facade.jar --format yaml --service 'com.acme.*Facade' --out orders.yaml
          bridgemesh contract export orders.yaml --format proto --out protos/
        """;

    private const string ShowSummary = """
        Shows services, methods and types of contracts: YAML files, .proto files, descriptor sets, Java jars, class directories.

        Examples:
          bridgemesh contract show orders.yaml
          bridgemesh contract show order-facade.jar --service 'com.acme.*Facade' --output json
          bridgemesh contract show orders.yaml --plan --from grpc --to dubbo --method place
        """;

    public static Command Create(CommandSurroundings surroundings, Option<OutputForm> output)
    {
        var sources = new Argument<string[]>("source") { Description = "A file or a pattern of files; a directory of classes or of .proto files.", Arity = ArgumentArity.OneOrMore };
        var options = new ContractSourceOptions(output);
        var file = new Option<string?>("--out") { Description = "File to write instead of the output; replaced only when all is well.", HelpName = "file" };
        var imported = new Argument<string[]>("source") { Description = sources.Description, Arity = ArgumentArity.ZeroOrMore };
        var reflection = new Option<string?>("--reflection") { Description = "gRPC server to ask, as host:port, or https://host:port over TLS.", HelpName = "address" };
        var centre = new Option<string?>("--dubbo-metadata")
        {
            Description = "Dubbo's metadata centre to ask, as zookeeper://host:2181, with user:password@ before and /chroot behind where there are such.",
            HelpName = "address",
        };
        var timeout = new Option<int>("--timeout", "-t")
        {
            Description = "Milliseconds for the server to answer, 1 to 60,000.",
            HelpName = "ms",
            DefaultValueFactory = _ => 5_000,
        };
        timeout.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, out var ms) || ms is < 1 or > ServerContracts.MaxTimeoutMs))
            {
                result.AddError($"'{result.Tokens[0].Value}' is no time; write milliseconds from 1 to {ServerContracts.MaxTimeoutMs}");
            }
        });
        var keep = new Option<string?>("--keep")
        {
            Description = "Contract in YAML whose numbers in protobuf stay: what is gone is reserved, what is new gets others. Without it the file of --out.",
            HelpName = "file",
        };
        var plugins = PluginOption.Create();
        var import = new Command("import", ImportSummary) { imported, reflection, centre, timeout, file, keep, plugins };
        options.AddTo(import);
        import.SetAction((result, cancellation) => ContractImport.InvokeAsync(
            options.Read(result, result.GetValue(imported)) with { Out = result.GetValue(file), Keep = result.GetValue(keep) },
            new ServerContracts(Sources(result.GetValue(reflection), result.GetValue(centre)), result.GetValue(timeout), result.GetValue(plugins)),
            surroundings,
            cancellation));
        var format = Format();
        var target = new Option<string?>("--out") { Description = "File or directory to write instead of the output, whole or not at all.", HelpName = "path" };
        var export = new Command("export", ExportSummary) { sources, format, target };
        options.AddTo(export);
        export.SetAction(result => result.GetValue(format) is { } chosen
            ? ContractExport.Invoke(options.Read(result, result.GetValue(sources)) with { Out = result.GetValue(target) }, chosen, surroundings)
            : ExitCodes.Usage);
        var plan = new Option<bool>("--plan") { Description = "Shows what is done with each value of a call, from one protocol to another." };
        var from = new Option<string>("--from") { Description = "Protocol of the caller, for --plan.", HelpName = "protocol", DefaultValueFactory = static _ => "http" };
        var to = new Option<string>("--to") { Description = "Protocol of the callee, for --plan.", HelpName = "protocol", DefaultValueFactory = static _ => "bolt" };
        var method = new Option<string>("--method") { Description = "Method whose plan is shown, with * for any text.", HelpName = "name", DefaultValueFactory = static _ => "*" };
        var show = new Command("show", ShowSummary) { sources, plan, from, to, method };
        show.Validators.Add(result =>
        {
            Option[] needPlan = [from, to, method];
            if (!result.GetValue(plan) && Array.Find(needPlan, o => result.GetResult(o) is { Implicit: false }) is { } idle)
            {
                result.AddError($"{idle.Name} is for --plan");
            }
        });
        options.AddTo(show);
        show.SetAction(result => result.GetValue(plan)
            ? ContractShow.InvokePlan(
                options.Read(result, result.GetValue(sources)), result.GetValue(from) ?? "http", result.GetValue(to) ?? "bolt", result.GetValue(method) ?? "*", surroundings)
            : ContractShow.Invoke(options.Read(result, result.GetValue(sources)), surroundings));
        var lint = ContractLint.Create(sources, options, surroundings);
        var diff = ContractDiff.Create(options, surroundings);
        return new Command("contract", "Makes contracts of what teams have, and shows them.") { import, export, lint, diff, show };
    }

    private static List<LiveSource> Sources(string? reflection, string? centre)
    {
        var sources = new List<LiveSource>();
        if (reflection is not null)
        {
            sources.Add(LiveSource.Reflection(reflection));
        }

        if (centre is not null)
        {
            sources.Add(LiveSource.DubboMetadata(centre));
        }

        return sources;
    }

    private static Option<ExportFormat?> Format()
    {
        var format = new Option<ExportFormat?>("--format")
        {
            Description = "Form of what is written.",
            HelpName = ExportFormat.Names,
            Required = true,
            CustomParser = static result =>
            {
                var word = result.Tokens[^1].Value;
                var found = ExportFormat.All.FirstOrDefault(f => f.Name == word);
                if (found is null)
                {
                    result.AddError($"'{word}' is no format; write {ExportFormat.Names.Replace("|", " or ", StringComparison.Ordinal)}");
                }

                return found;
            },
        };
        format.CompletionSources.Add([.. ExportFormat.All.Select(static f => f.Name)]);
        return format;
    }

    /// <param name="Out">Null for the output.</param>
    internal sealed record Wish(string[] Sources, string[] ClassPath, string[] Services, string? Out, OutputForm Output)
    {
        /// <summary>Directories that imports of .proto files are looked for in.</summary>
        public string[] Includes { get; init; } = [];

        /// <summary>Null for the one that comes with the gateway.</summary>
        public string? Protoc { get; init; }

        /// <summary>Of import: a contract whose numbers in protobuf stay; null for that of <see cref="Out"/>, if there is one.</summary>
        public string? Keep { get; init; }
    }

    /// <summary>The files that a command line names; null after a problem, which is told.</summary>
    internal static ContractFileSet? Files(Wish wish, CommandSurroundings surroundings)
    {
        var isWhole = true;
        var includes = wish.Includes.SelectMany(Expand).Where(Directory.Exists).ToList();
        var sources = wish.Sources.SelectMany(pattern => Expand(pattern).Select(f => new ContractFile(f, wish.Services)
        {
            ImportRoot = FilePatterns.IsPattern(pattern) ? FilePatterns.Root(pattern, surroundings.WorkingDirectory) : null,
            Includes = includes,
            Compiler = wish.Protoc is { } compiler ? Path.GetFullPath(compiler, surroundings.WorkingDirectory) : null,
        })).ToList();
        var classPath = wish.ClassPath.SelectMany(Expand).ToList();
        var files = ContractFileSet.Of(sources, classPath);
        return isWhole ? files with { Java = files.Java with { Progress = surroundings.Meter } } : null;

        IReadOnlyList<string> Expand(string pattern)
        {
            var found = FilePatterns.ExpandWithDirectories(pattern, surroundings.WorkingDirectory);
            if (found.Count == 0)
            {
                isWhole = false;
                surroundings.Error.WriteLine($"there is no file '{Ink.Plain(pattern)}'");
            }

            return found;
        }
    }

    internal static void Tell(IEnumerable<SourceProblem> problems, IEnumerable<string> notes, CommandSurroundings surroundings)
    {
        foreach (var note in notes)
        {
            surroundings.Error.WriteLine(Ink.Plain($"note: {Shorten(note, surroundings)}"));
        }

        foreach (var problem in problems)
        {
            surroundings.Error.WriteLine(Ink.Plain(Shorten(problem.ToString(), surroundings)));
        }
    }

    /// <summary>Paths below the working directory are shown relative to it.</summary>
    internal static string Shorten(string text, CommandSurroundings surroundings) =>
        text.Replace(Path.TrimEndingDirectorySeparator(surroundings.WorkingDirectory) + Path.DirectorySeparatorChar, string.Empty, StringComparison.Ordinal);

    internal static Option<string[]> Many(string name, string help, string description) => new(name)
    {
        Description = description,
        HelpName = help,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };
}
