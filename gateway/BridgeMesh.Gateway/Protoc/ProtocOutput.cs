using System.Globalization;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Protoc;

/// <summary>
/// What protoc says, line by line: <c>path:line:column: message</c>, with <c>warning:</c> before some messages. Source: protobuf,
/// src/google/protobuf/compiler/command_line_interface.cc, ErrorPrinter.
/// </summary>
internal static class ProtocOutput
{
    private const string NotFound = ": File not found.";

    /// <summary>Faults that are told of one run; more are follow-ups of these.</summary>
    private const int MaxProblems = 200;

    public static void Read(ProtoRoot root, string said, int exitCode, List<SourceProblem> problems, List<string> notes)
    {
        var found = 0;
        foreach (var line in said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (file, at, column, message) = Parts(line, root);
            if (message.StartsWith("warning:", StringComparison.OrdinalIgnoreCase))
            {
                notes.Add($"{file}:{at}:{column}: {message["warning:".Length..].Trim()}");
            }
            else if (exitCode != 0 && !IsFollowUp(line, message) && found++ < MaxProblems)
            {
                problems.Add(new(file, at, column, message.TrimEnd('.'), Cure(message)));
            }
        }

        if (exitCode != 0 && found == 0)
        {
            problems.Add(new(root.Name, 0, 0, $"protoc ended with {exitCode}", "run it by hand over the same files"));
        }
    }

    private static (string File, int Line, int Column, string Message) Parts(string line, ProtoRoot root)
    {
        for (var colon = line.IndexOf(':', StringComparison.Ordinal); colon >= 0; colon = line.IndexOf(':', colon + 1))
        {
            var rest = line[(colon + 1)..].Split(':', 3);
            if (rest.Length == 3 && Number(rest[0]) is { } at && Number(rest[1]) is { } column)
            {
                return (line[..colon], at, column, rest[2].Trim());
            }
        }

        // About a file as a whole, or about none.
        var end = line.IndexOf(".proto: ", StringComparison.Ordinal);
        return end < 0 ? (root.Name, 0, 0, line) : (line[..(end + 6)], 0, 0, line[(end + 8)..].Trim());
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>An import that is missing is told once more, by the file that imports it and with its place.</summary>
    private static bool IsFollowUp(string line, string message) =>
        line.EndsWith(NotFound, StringComparison.Ordinal) || message.StartsWith("Suggested field numbers", StringComparison.Ordinal);

    private static string Cure(string message) => message switch
    {
        _ when message.Contains("was not found or had errors", StringComparison.Ordinal) =>
            "add the directory that it is below to includes: or --include, or correct the errors told of it",
        _ when message.Contains("is not defined", StringComparison.Ordinal) => "declare it, or import the file that does",
        _ when message.Contains("has already been used", StringComparison.Ordinal) => "give one of them another number, which no field ever had",
        _ when message.Contains("is already defined", StringComparison.Ordinal) => "rename or remove one of them",
        _ when message.Contains("shadowed", StringComparison.Ordinal) => "name the file once, and no directory inside another one",
        _ => "correct the file",
    };
}
