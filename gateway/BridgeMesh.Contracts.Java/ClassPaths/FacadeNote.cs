namespace BridgeMesh.Contracts.Java.ClassPaths;

/// <summary>Something that an import does not carry over whole, and does not stop at.</summary>
/// <param name="Place">File and class inside it.</param>
/// <param name="Message">What became of it; one line.</param>
internal sealed record FacadeNote(string Place, string Message)
{
    public override string ToString() => $"{Place}: {Message}";
}
