namespace BridgeMesh.Fuzz.Hessian;

/// <summary>A run of Hessian values and its parts. Immutable; shared by all workers.</summary>
internal sealed class HessianSample
{
    internal HessianSample(byte[] bytes, bool draft)
    {
        Bytes = bytes;
        Draft = draft;
        Marks = HessianMap.Of(bytes, draft);
        Values = Of(MarkKind.Value);
        Definitions = Of(MarkKind.Definition);
    }

    internal byte[] Bytes { get; }

    internal bool Draft { get; }

    internal Mark[] Marks { get; }

    internal Mark[] Values { get; }

    internal Mark[] Definitions { get; }

    internal ReadOnlySpan<byte> Part(Mark mark) => Bytes.AsSpan(mark.At, mark.Length);

    private Mark[] Of(MarkKind kind) => [.. Marks.Where(m => m.Kind == kind)];
}
