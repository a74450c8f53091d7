namespace BridgeMesh.Codecs.Hessian;

/// <summary>The parts of a java.time value, as its handle class has them in fields. The zone's bytes belong to the payload or the tape.</summary>
internal ref struct TimeParts
{
    internal int Year;
    internal int Month;
    internal int Day;
    internal int Hour;
    internal int Minute;
    internal int Second;

    /// <summary>Nanoseconds within the second, of a time, an instant or a duration.</summary>
    internal int Nano;

    /// <summary>Seconds of an instant since 1970 or of a duration; both may be negative.</summary>
    internal long Seconds;

    internal int Years;
    internal int Months;
    internal int Days;

    /// <summary>Offset from UTC in seconds, up to 18 hours either way.</summary>
    internal int Offset;

    /// <summary>Zone id in ASCII.</summary>
    internal ReadOnlySpan<byte> Zone;

    internal readonly bool IsDate => Year is >= -999_999_999 and <= 999_999_999 && Month is >= 1 and <= 12 && Day is >= 1 and <= 31;

    internal readonly bool IsTime =>
        Hour is >= 0 and <= 23 && Minute is >= 0 and <= 59 && Second is >= 0 and <= 59 && IsNano;

    internal readonly bool IsNano => Nano is >= 0 and <= 999_999_999;

    internal readonly bool IsOffset => Offset is >= -64_800 and <= 64_800;
}
