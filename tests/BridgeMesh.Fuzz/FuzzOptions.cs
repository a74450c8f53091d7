using System.Globalization;

namespace BridgeMesh.Fuzz;

/// <summary>What the command line asks for.</summary>
internal sealed record FuzzOptions
{
    internal const string Usage = """
        Usage: BridgeMesh.Fuzz [--seconds N | --inputs N] [--seed S] [--decoder NAME] [--threads 1|2] [--markdown FILE]
               BridgeMesh.Fuzz --seed S --decoder NAME --index I      runs one input again
               BridgeMesh.Fuzz --replay FILE|FOLDER                   runs kept findings again; the folder's name is the decoder's
               BridgeMesh.Fuzz --list                                 names of the decoders
        Without a number of inputs or seconds it runs for 60 seconds. A finding is made small and kept in tests/fuzz-corpus.
        Ends with 0 when nothing was found, 1 when something was, 2 for a wrong command line, 3 when an input never ended.
        """;

    /// <summary>Inputs of all decoders together; null: as many as the time allows.</summary>
    internal long? Inputs { get; init; }

    /// <summary>Time to run; null: until the inputs are used up.</summary>
    internal double? Seconds { get; init; }

    internal ulong Seed { get; init; } = 1;

    internal string? Decoder { get; init; }

    /// <summary>1 or 2: the machine is shared, and a decoder has no more than this of its own to gain.</summary>
    internal int Threads { get; init; } = 1;

    /// <summary>The one input to run; null: all.</summary>
    internal long? Index { get; init; }

    internal long FirstIndex { get; init; }

    internal string? Replay { get; init; }

    /// <summary>File whose section of figures is written anew.</summary>
    internal string? Markdown { get; init; }

    internal bool List { get; init; }

    /// <summary>Reads a command line; null with a problem when it is wrong.</summary>
    internal static FuzzOptions? Parse(IReadOnlyList<string> args, out string problem)
    {
        problem = string.Empty;
        var options = new FuzzOptions();
        for (var i = 0; i < args.Count; i++)
        {
            var value = i + 1 < args.Count ? args[i + 1] : string.Empty;
            var read = args[i] switch
            {
                "--list" => options with { List = true },
                "--inputs" when long.TryParse(value, CultureInfo.InvariantCulture, out var inputs) && inputs > 0 => options with { Inputs = inputs },
                "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 => options with { Seconds = seconds },
                "--seed" when ulong.TryParse(value, CultureInfo.InvariantCulture, out var seed) => options with { Seed = seed },
                "--index" when long.TryParse(value, CultureInfo.InvariantCulture, out var index) && index >= 0 => options with { Index = index },
                "--threads" when value is "1" or "2" => options with { Threads = value[0] - '0' },
                "--decoder" when value.Length > 0 => options with { Decoder = value },
                "--replay" when value.Length > 0 => options with { Replay = value },
                "--markdown" when value.Length > 0 => options with { Markdown = value },
                _ => null,
            };
            if (read is null)
            {
                problem = $"{args[i]} {value} is not understood";
                return null;
            }

            i += read.List == options.List ? 1 : 0;
            options = read;
        }

        if (options.Index is not null && options.Decoder is null)
        {
            problem = "--index needs --decoder";
            return null;
        }

        return options.Inputs is null && options.Seconds is null ? options with { Seconds = 60 } : options;
    }
}
