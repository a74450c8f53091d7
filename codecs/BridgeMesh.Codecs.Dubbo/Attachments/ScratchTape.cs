using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Attachments;

/// <summary>A tape for values that are changed on their way: one is kept for each thread, without its memory.</summary>
internal static class ScratchTape
{
    [ThreadStatic]
    private static ValueTape? _kept;

    internal static ValueTape Rent(TapeBudget budget)
    {
        var tape = _kept ?? new ValueTape();
        _kept = null;
        tape.Budget = budget;
        return tape;
    }

    internal static void Return(ValueTape tape)
    {
        tape.Dispose();
        _kept = tape;
    }
}
