namespace BridgeMesh.Contracts.Linting;

/// <summary>A class with what was found of it. Paths are relative to it.</summary>
/// <param name="type">Null for what stands outside of classes: an argument, a result.</param>
internal sealed class ClassNode(StructShape? type)
{
    public StructShape? Class { get; } = type;

    public List<LintFinding> Findings { get; } = [];

    /// <summary>Found only where a value can hold itself; null elsewhere.</summary>
    public List<LintFinding>? CycleFindings { get; set; }

    public List<(string Path, ClassNode Target)> Edges { get; } = [];

    /// <summary>Classes of fields that are not linked yet.</summary>
    public List<(string Path, StructShape Target)> Pending { get; } = [];

    /// <summary>One of the classes that reach each other; itself where there is no other.</summary>
    public ClassNode Component { get => field ?? this; set; }

    /// <summary>The first field by which values can come back to the class; null where none can.</summary>
    public string? Through { get; set; }

    /// <summary>When the search met it, from 1; 0 before.</summary>
    public int Order { get; set; }

    public int Low { get; set; }

    public bool IsOpen { get; set; }
}
