using BridgeMesh.Codecs.Hessian.Writing;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>
/// What one outgoing stream has defined so far: classes, type names and back reference slots. Pooled; not thread-safe.
/// </summary>
public sealed class HessianWriteState
{
    private const int Kept = 1_024;

    private static readonly BoundedPool<HessianWriteState> Pool = new(256);

    // Slot by every encoder's count, and how many UUIDs lie before it.
    private readonly Dictionary<int, (int Slot, int Uuids)> _slotsOfTokens = [];
    private readonly Dictionary<string, int> _numbersOfTypes = new(StringComparer.Ordinal);
    private TypeName[] _types = new TypeName[16];
    private ValueTape? _tape;

    public TapeBudget Budget { get; set; } = TapeBudget.Default;

    /// <summary>Slots taken so far.</summary>
    public int SlotCount { get; internal set; }

    /// <summary>
    /// UUIDs written so far in the final dialect. hessian-lite up to 3.2 gives them a slot when it writes and none when it reads, so from the
    /// first of them on its decoder counts fewer slots than every other.
    /// </summary>
    internal int Uuids { get; set; }

    /// <summary>Tokens written again because no reference could stand for them, and the bytes that they took.</summary>
    internal int Expanded { get; set; }

    internal long ExpandedBytes { get; set; }

    internal StreamClasses Classes { get; } = new();

    /// <summary>The number by which a value that takes the next slot can be referred to.</summary>
    internal int NextReference => SlotCount - Uuids;

    public int ClassCount => Classes.Count;

    public int TypeCount { get; private set; }

    internal int Depth { get; set; }

    public static HessianWriteState Rent() => Pool.Rent();

    /// <summary>Empties the state and gives it to the next renter.</summary>
    public void Return()
    {
        Reset();
        Pool.Return(this);
    }

    /// <summary>Forgets the stream.</summary>
    public void Reset()
    {
        Classes.Clear();
        Array.Clear(_types, 0, TypeCount);
        SlotCount = 0;
        TypeCount = 0;
        Uuids = 0;
        Expanded = 0;
        ExpandedBytes = 0;
        Depth = 0;
        Budget = TapeBudget.Default;
        _tape = null;
        if (_slotsOfTokens.Count > Kept)
        {
            _slotsOfTokens.Clear();
            _slotsOfTokens.TrimExcess();
        }
        else if (_slotsOfTokens.Count > 0)
        {
            _slotsOfTokens.Clear();
        }

        if (_numbersOfTypes.Count > 0)
        {
            _numbersOfTypes.Clear();
        }

        if (_types.Length > Kept)
        {
            _types = new TypeName[16];
            _numbersOfTypes.TrimExcess();
        }
    }

    /// <summary>Tells whose tokens are written next; slots of another tape's tokens can no longer be meant.</summary>
    internal void Attach(ValueTape tape)
    {
        if (!ReferenceEquals(tape, _tape))
        {
            _tape = tape;
            _slotsOfTokens.Clear();
        }
    }

    /// <summary>Takes the next slot for a token; only tokens that something refers to are remembered.</summary>
    internal void TakeSlot(int token, in ValueToken value)
    {
        var slot = SlotCount++;
        if ((value.Flags & ValueFlags.Referenced) != 0)
        {
            _slotsOfTokens[token] = (slot, Uuids);
        }
    }

    /// <summary>
    /// The number by which a token can be referred to; <paramref name="certain"/> when every decoder counts up to it alike.
    /// </summary>
    internal bool TryReferenceTo(int token, out int number, out bool certain)
    {
        var known = _slotsOfTokens.TryGetValue(token, out var place);
        number = place.Slot - place.Uuids;
        certain = place.Uuids == 0;
        return known;
    }

    /// <summary>Number of the type name in this stream; -1 when it has none yet.</summary>
    internal int FindType(TypeName type)
    {
        // As with classes: hostile streams have thousands.
        if (TypeCount > StreamClasses.MaxSearched)
        {
            return _numbersOfTypes.GetValueOrDefault(type.Text, -1);
        }

        for (var i = 0; i < TypeCount; i++)
        {
            if (HessianClasses.Same(_types[i], type))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Number of the type name in this stream; -1 when it is new and takes the next number.</summary>
    internal int FindOrAddType(TypeName type)
    {
        var known = FindType(type);
        if (known >= 0)
        {
            return known;
        }

        if (TypeCount == _types.Length)
        {
            Array.Resize(ref _types, TypeCount * 2);
        }

        _types[TypeCount++] = type;
        for (var i = TypeCount == StreamClasses.MaxSearched + 1 ? 0 : TypeCount - 1; i < TypeCount && TypeCount > StreamClasses.MaxSearched; i++)
        {
            _numbersOfTypes.TryAdd(_types[i].Text, i);
        }

        return -1;
    }
}
