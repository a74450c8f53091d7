namespace BridgeMesh.Yaml;

/// <summary>Something wrong in a file that a person wrote, with its cure.</summary>
/// <param name="File">Path as the user would type it, or a name such as <c>--set</c> for what has no file.</param>
/// <param name="Line">From 1; 0 when the problem has no place inside the file.</param>
/// <param name="Column">From 1; 0 when the problem has no place inside the file.</param>
/// <param name="Message">What is wrong; one line.</param>
/// <param name="Cure">What to do about it; one line.</param>
internal sealed record SourceProblem(string File, int Line, int Column, string Message, string Cure)
{
    public static SourceProblem At(YamlMark mark, string message, string cure) => new(mark.File, mark.Line, mark.Column, message, cure);

    public override string ToString() => Line == 0 ? $"{File}: {Message}; {Cure}" : $"{File}:{Line}:{Column}: {Message}; {Cure}";
}

internal static class SourceProblemList
{
    public static void Add(this List<SourceProblem> problems, YamlMark at, string message, string cure) =>
        problems.Add(SourceProblem.At(at, message, cure));
}
