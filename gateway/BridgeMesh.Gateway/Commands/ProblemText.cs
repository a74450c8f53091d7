using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Commands;

/// <summary>Problems for people, a line each: <c>file:line:column: message; cure</c>, as compilers write and editors follow.</summary>
internal static class ProblemText
{
    public static void Write(ConfigSource source, IReadOnlyCollection<SourceProblem> problems, TextWriter error)
    {
        foreach (var problem in problems)
        {
            error.WriteLine(problem.ToString());
        }

        error.WriteLine($"{ValidateCommand.NameOf(source)}: {problems.Count} {(problems.Count == 1 ? "problem" : "problems")}");
    }
}
