namespace BridgeMesh.Contracts.Java.ClassFiles;

/// <summary>Why bytes are no class file.</summary>
/// <param name="Offset">Byte at which it shows, from 0.</param>
/// <param name="Message">What is wrong there; one line.</param>
internal sealed record ClassFault(int Offset, string Message)
{
    public override string ToString() => $"{Message} (offset {Offset})";
}

/// <summary>Something in a class that was read around: a later version's part, a signature that is none.</summary>
/// <param name="Member">Field or method; empty for the class itself.</param>
internal sealed record ClassNote(string Member, string Message);
