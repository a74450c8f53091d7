using BridgeMesh.Fuzz.Targets;

namespace BridgeMesh.Fuzz.Running;

/// <summary>What was counted for one target. Each worker has its own; <see cref="Add(TargetFigures)"/> sums them up.</summary>
internal sealed class TargetFigures(string name)
{
    internal string Name { get; } = name;

    internal long Inputs { get; private set; }

    internal long InputBytes { get; private set; }

    internal long PastFraming { get; private set; }

    internal long Accepted { get; private set; }

    /// <summary>Inputs with a finding; different findings are fewer.</summary>
    internal long Broken { get; private set; }

    internal TimeSpan Busy { get; private set; }

    internal TimeSpan Slowest { get; private set; }

    internal long SlowestIndex { get; private set; } = -1;

    internal long MaxAllocated { get; private set; }

    internal void Count(in Outcome outcome, long index, int inputBytes)
    {
        Inputs++;
        InputBytes += inputBytes;
        PastFraming += outcome.Verdict != Verdict.Refused ? 1 : 0;
        Accepted += outcome.Verdict == Verdict.Accepted ? 1 : 0;
        Broken += outcome.Key is null ? 0 : 1;
        Busy += outcome.Elapsed;
        MaxAllocated = Math.Max(MaxAllocated, outcome.Allocated);
        if (outcome.Elapsed > Slowest)
        {
            (Slowest, SlowestIndex) = (outcome.Elapsed, index);
        }
    }

    internal void Add(TargetFigures other)
    {
        Inputs += other.Inputs;
        InputBytes += other.InputBytes;
        PastFraming += other.PastFraming;
        Accepted += other.Accepted;
        Broken += other.Broken;
        Busy += other.Busy;
        MaxAllocated = Math.Max(MaxAllocated, other.MaxAllocated);
        if (other.Slowest > Slowest)
        {
            (Slowest, SlowestIndex) = (other.Slowest, other.SlowestIndex);
        }
    }
}
