namespace BridgeMesh.Contracts;

/// <summary>What a change does to callers that have the older contract while the service has the newer one.</summary>
[Flags]
public enum ChangeEffect : byte
{
    Compatible = 0,

    /// <summary>Calls go through; some values do not arrive, or not whole.</summary>
    Lossy = 1,

    /// <summary>Calls of old callers fail, or mean something else.</summary>
    BreaksCallers = 2,

    /// <summary>Old callers cannot read what the service answers.</summary>
    BreaksResults = 4,
}

/// <param name="Reason">One line for people, by the protocol's own habits.</param>
public readonly record struct ChangeVerdict(ChangeEffect Effect, string Reason)
{
    public bool Breaks => (Effect & (ChangeEffect.BreaksCallers | ChangeEffect.BreaksResults)) != 0;

    public static ChangeVerdict Compatible(string reason) => new(ChangeEffect.Compatible, reason);

    public static ChangeVerdict Lossy(string reason) => new(ChangeEffect.Lossy, reason);

    public static ChangeVerdict BreaksCallers(string reason) => new(ChangeEffect.BreaksCallers, reason);

    public static ChangeVerdict BreaksResults(string reason) => new(ChangeEffect.BreaksResults, reason);

    /// <summary>What follows from how old requests pass to the new service, and its new replies to old callers.</summary>
    public static ChangeVerdict Of(ValueUse use, ValuePassage requests, ValuePassage replies)
    {
        var effect = ChangeEffect.Compatible;
        var reason = use.HasFlag(ValueUse.Requests) ? requests.Reason : replies.Reason;
        var worst = Passage.Whole;
        if (use.HasFlag(ValueUse.Requests))
        {
            effect |= EffectOf(requests.How, ChangeEffect.BreaksCallers);
            worst = requests.How;
        }

        if (use.HasFlag(ValueUse.Replies))
        {
            effect |= EffectOf(replies.How, ChangeEffect.BreaksResults);
            var both = use == ValueUse.Both && replies.How == worst && replies.Reason != reason;
            reason = both ? $"{reason}; {replies.Reason}" : replies.How > worst ? replies.Reason : reason;
        }

        return new ChangeVerdict((effect & ~ChangeEffect.Lossy) == 0 ? effect : effect & ~ChangeEffect.Lossy, reason);
    }

    /// <summary>Both of two forms that callers of one protocol may use.</summary>
    public ChangeVerdict And(ChangeVerdict other)
    {
        var effect = Effect | other.Effect;
        var reason = Effect == other.Effect && Reason != other.Reason ? $"{Reason}; {other.Reason}"
            : other.Effect > Effect ? other.Reason
            : Reason;
        return new ChangeVerdict((effect & ~ChangeEffect.Lossy) == 0 ? effect : effect & ~ChangeEffect.Lossy, reason);
    }

    private static ChangeEffect EffectOf(Passage how, ChangeEffect refused) => how switch
    {
        Passage.Whole => ChangeEffect.Compatible,
        Passage.Lossy => ChangeEffect.Lossy,
        _ => refused,
    };
}

/// <summary>How a value that one side writes comes through to a side that declares it otherwise.</summary>
public enum Passage : byte
{
    /// <summary>Every value arrives as it is.</summary>
    Whole,

    /// <summary>It arrives; some of it is cut, rounded or dropped.</summary>
    Lossy,

    /// <summary>It is refused, or read as something else.</summary>
    Refused,
}

/// <param name="Reason">One line for people.</param>
public readonly record struct ValuePassage(Passage How, string Reason)
{
    public static ValuePassage Whole(string reason) => new(Passage.Whole, reason);

    public static ValuePassage Lossy(string reason) => new(Passage.Lossy, reason);

    public static ValuePassage Refused(string reason) => new(Passage.Refused, reason);
}
