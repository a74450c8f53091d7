using System.CommandLine;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Hosting;

namespace BridgeMesh.Gateway.Commands;

/// <summary>What the process stands on, so that tests can run the whole command line.</summary>
/// <param name="WorkingDirectory">Absolute.</param>
internal sealed record CommandSurroundings(TextWriter Output, TextWriter Error, string WorkingDirectory)
{
    /// <summary>Standard input; nothing where a test gives none.</summary>
    public Stream Input { get; init; } = Stream.Null;

    /// <summary>How the output may look; plain unless it is a terminal.</summary>
    public Ink Ink { get; init; } = new(colours: false);

    /// <summary>Shows how far a long import has come; null where nobody watches.</summary>
    public IProgress<int>? Meter { get; init; }

    /// <summary>Gives what is cancelled when nobody reads the output any longer, to commands that stream. Asked once.</summary>
    public Func<CancellationToken> OutputClosed { get; init; } = static () => CancellationToken.None;
}

/// <summary>The command line: <c>bridgemesh run | validate | call | decode | contract | registry | schema | completion | version</c>.</summary>
internal static class BridgeMeshCommand
{
    /// <summary>An argument that begins with @ is a command's own matter: no files of further options are read.</summary>
    private static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    /// <param name="stopping">Told when the gateway shall drain and end.</param>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> args, CommandSurroundings surroundings, StopSignal stopping)
    {
        var parsed = Create(surroundings, stopping).Parse(args, Parsing);

        // A shell that completes asks about a line that is not whole yet.
        if (parsed.Errors.Count > 0 && args is not [['[', 's', 'u', 'g', 'g', 'e', 's', 't', ..], ..])
        {
            UsageText.Write(parsed, surroundings.Error);
            return ExitCodes.Usage;
        }

        try
        {
            // Signals are the stop signal's: the library would end the process before calls in flight are done.
            var configuration = new InvocationConfiguration
            {
                Output = surroundings.Output,
                Error = surroundings.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(configuration, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await surroundings.Error.WriteLineAsync($"bridgemesh: a fault of its own, please report it: {e}").ConfigureAwait(false);
            return ExitCodes.Internal;
        }
    }

    private static RootCommand Create(CommandSurroundings surroundings, StopSignal stopping)
    {
        var config = new Option<string?>("--config", "-c")
        {
            Description = $"Configuration file. Without it: ./{ConfigSource.UsualFile}, else the built-in configuration.",
            HelpName = "file",
        };
        var set = new Option<string[]>("--set")
        {
            Description = "Overrides one value, such as listeners.bolt.address=127.0.0.1:13200 or logging.level=debug. May be repeated.",
            HelpName = "key=value",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        var output = new Option<OutputForm>("--output", "-o")
        {
            Description = "Form of the output.",
            HelpName = "json|text",
            CustomParser = static result =>
            {
                // The parser's own text names the type that it could not make. Numbers are no names.
                var word = result.Tokens[^1].Value;
                if (word is not [>= 'A', ..] || !Enum.TryParse<OutputForm>(word, ignoreCase: true, out var form))
                {
                    result.AddError($"'{word}' is no form of output; write json or text");
                    return OutputForm.Text;
                }

                return form;
            },
        };
        output.CompletionSources.Clear();
        output.CompletionSources.Add("json", "text");
        ConfigSource Source(ParseResult result) =>
            ConfigSource.Of(result.GetValue(config), result.GetValue(set) ?? [], surroundings.WorkingDirectory);

        var run = new Command("run", "Runs the gateway until SIGTERM or SIGINT; then drains and ends with 0.") { config, set, output };
        run.SetAction((result, _) => RunCommand.InvokeAsync(Source(result), result.GetValue(output), surroundings, stopping));

        const string Validates = "Checks a configuration and its contracts and tells every problem; ends with 0 or 1.";
        var validate = new Command("validate", Validates) { config, set, output };
        validate.SetAction(result => ValidateCommand.Invoke(Source(result), result.GetValue(output), surroundings));

        var version = new Command("version", "Tells the version.") { output };
        version.SetAction(result => VersionCommand.Invoke(result.GetValue(output), surroundings.Output));

        const string Summary = """
            BridgeMesh lets legacy RPC systems (SOFARPC over Bolt, Dubbo 2, HTTP/JSON) call each other, typed, both ways.

            Examples:
              bridgemesh run --config bridgemesh.yaml
              bridgemesh validate --output json
              bridgemesh call bolt://127.0.0.1:12200/com.acme.OrderFacade/get '["A-1"]' --contract orders.yaml
              bridgemesh decode trace.pcapng
              bridgemesh contract import order-facade.jar > orders.yaml
              bridgemesh registry list --service 'com.acme.*'

            Exit codes: 0 done; 1 configuration has problems or cannot be put in force, or something could not be decoded; 2 command line is
            wrong; 3 to 7 a call failed, see docs/cli.md; 70 a fault of its own.
            """;
        return new RootCommand(Summary)
        {
            run,
            validate,
            CallCommand.Create(surroundings, output),
            DecodeCommand.Create(surroundings, output),
            ContractCommand.Create(surroundings, output),
            RegistryCommand.Create(surroundings, output, stopping),
            SchemaCommand.Create(surroundings, output),
            CompletionCommand.Create(surroundings, output),
            version,
        };
    }
}

internal enum OutputForm
{
    Text,
    Json,
}
