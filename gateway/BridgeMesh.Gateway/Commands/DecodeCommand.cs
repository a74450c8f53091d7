using System.CommandLine;
using System.Text;
using BridgeMesh.Gateway.Decoding;
using BridgeMesh.Gateway.Plugins;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh decode</c>: explains recorded bytes.</summary>
internal static class DecodeCommand
{
    private const string Summary = """
        Explains bytes of any protocol: fields, service, method, typed values, and where they are wrong.

        INPUT is hexadecimal text (as an argument, or from standard input; xxd, hexdump -C and tcpdump -X are understood), or a file:
        binary, hexadecimal, or a pcap or pcapng capture, whose TCP connections are put together.

        Examples:
          bridgemesh decode dabb2200000000000000000700000001 4e
          tcpdump -i lo -w - port 12200 | bridgemesh decode
          bridgemesh decode trace.pcapng --output json
          bridgemesh decode body.bin --protocol hessian2
        """;

    public static Command Create(CommandSurroundings surroundings, Option<OutputForm> output)
    {
        var input = new Argument<string[]>("input")
        {
            Description = "A file, or hexadecimal text; standard input without it, or with '-'.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        input.Validators.Add(static result =>
        {
            foreach (var token in result.Tokens.Where(t => t.Value.StartsWith("--", StringComparison.Ordinal)))
            {
                result.AddError($"There is no option '{token.Value}'.");
            }
        });
        var protocol = new Option<string?>("--protocol", "-p")
        {
            Description = "bolt, dubbo, http, a plugin's; or hessian2, hessian-draft, json for a single value. Recognised without it.",
            HelpName = "name",
        };
        var plugins = PluginOption.Create();
        var command = new Command("decode", Summary) { input, protocol, plugins, output };
        command.SetAction((result, cancellation) => InvokeAsync(
            new Wish(result.GetValue(input) ?? [], result.GetValue(protocol), result.GetValue(plugins), result.GetValue(output)),
            surroundings,
            cancellation));
        return command;
    }

    private sealed record Wish(string[] Input, string? Protocol, string? Plugins, OutputForm Output);

    private static async Task<int> InvokeAsync(Wish wish, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        if (PluginOption.Load(wish.Plugins, surroundings) is not { } catalog)
        {
            return ExitCodes.Usage;
        }

        var decoder = new ConnectionDecoder(catalog, BuiltInPlugins.Payloads);
        if (wish.Protocol is { } name && !decoder.Protocols.Contains(name, StringComparer.Ordinal))
        {
            var cure = NearMiss.Cure(name, [.. decoder.Protocols]);
            await surroundings.Error.WriteLineAsync($"unknown protocol '{Ink.Plain(name)}'; {cure}").ConfigureAwait(false);
            return ExitCodes.Usage;
        }

        if (await ReadAsync(wish, surroundings, cancellationToken).ConfigureAwait(false) is not { } recording)
        {
            return ExitCodes.Usage;
        }

        DecodedConnection[] connections = [.. recording.Connections.Select(c => decoder.Decode(c, wish.Protocol))];
        if (wish.Output == OutputForm.Json)
        {
            DecodeJson.Write(recording, connections, surroundings.Output);
        }
        else
        {
            new DecodeText(surroundings.Output, surroundings.Ink).Write(recording, connections);
        }

        var isWhole = connections.Length > 0 && connections.All(c => c.ProblemCount == 0);
        return isWhole ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static async Task<Recording?> ReadAsync(Wish wish, CommandSurroundings surroundings, CancellationToken cancellationToken)
    {
        byte[] bytes;
        var input = wish.Input;
        var name = "standard input";
        if (input is [] or ["-"])
        {
            using var copy = new MemoryStream();
            await surroundings.Input.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
            bytes = copy.ToArray();
        }
        else if (input.Length == 1 && File.Exists(Path.GetFullPath(input[0], surroundings.WorkingDirectory)))
        {
            name = input[0];
            var file = Path.GetFullPath(input[0], surroundings.WorkingDirectory);
            if (new FileInfo(file).Length > RecordingSource.MaxInputBytes)
            {
                var limit = $"{name} is longer than {RecordingSource.MaxInputBytes >> 20} MiB; cut a part out of it";
                await surroundings.Error.WriteLineAsync(limit).ConfigureAwait(false);
                return null;
            }

            bytes = await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            name = "argument";
            bytes = Encoding.UTF8.GetBytes(string.Join('\n', input));
        }

        if (RecordingSource.Of(name, bytes, wish.Protocol is not null, out var problem) is { } recording)
        {
            return recording;
        }

        var missing = name == "argument" && input is [{ Length: > 0 }];
        var where = missing ? $"there is no file '{Ink.Plain(input[0])}', and as hexadecimal text" : name;
        await surroundings.Error.WriteLineAsync($"{where}: {Ink.Plain(problem)}").ConfigureAwait(false);
        return null;
    }
}
