using System.CommandLine;
using System.CommandLine.Parsing;

namespace BridgeMesh.Gateway.Commands;

/// <summary>What is wrong with a command line, and what was perhaps meant.</summary>
internal static class UsageText
{
    public static void Write(ParseResult parsed, TextWriter error)
    {
        foreach (var problem in parsed.Errors)
        {
            var word = parsed.Tokens.Select(t => t.Value).FirstOrDefault(t => problem.Message.Contains($"'{t}'", StringComparison.Ordinal));
            var meant = word is null ? null : NearMiss.Of(word, Known(parsed.CommandResult, word));
            var told = OneLine(problem.Message);
            error.WriteLine(Ink.Plain(meant is null || meant == word ? told : $"{told} Did you mean '{meant}'?"));
        }

        error.WriteLine($"See 'bridgemesh{NameOf(parsed.CommandResult)} --help'.");
    }

    /// <summary>Options where the word looks like one, else commands.</summary>
    private static IEnumerable<string> Known(CommandResult command, string word) => word.StartsWith('-')
        ? command.Command.Options.SelectMany(o => o.Aliases.Append(o.Name)).Append("--help")
        : command.Command.Subcommands.Select(c => c.Name);

    /// <summary>The parser lists what may be written one below the other.</summary>
    private static string OneLine(string message) =>
        string.Join(' ', message.Split(['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));

    private static string NameOf(CommandResult command) => command.Parent is CommandResult parent ? $"{NameOf(parent)} {command.Command.Name}" : string.Empty;
}
