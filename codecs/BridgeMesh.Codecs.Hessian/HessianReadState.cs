using System.Buffers;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>
/// What one stream has defined so far: classes, type names, and the values that back references can mean. One state serves one stream, of
/// which several readers may read parts in turn. Pooled; not thread-safe. Owns the copy that a reader makes of a split payload, until
/// the next reader, <see cref="Reset"/> or <see cref="Return"/>.
/// </summary>
public sealed class HessianReadState
{
    /// <summary>Class definitions and type names that one stream may have. Recorded streams have below 20.</summary>
    internal const int MaxDefinitions = 4_096;

    /// <summary>
    /// Field names in all definitions of one stream: a name of two bytes on the wire costs 200 in memory. Recorded streams have below 200.
    /// </summary>
    internal const int MaxFieldNames = 65_536;

    /// <summary>Slots that have no token on the tape: envelopes, skipped values, what a scalar was made of.</summary>
    internal const int NoToken = -1;

    private const int KeptSlots = 4_096;
    private const int KeptDefinitions = 256;

    private static readonly BoundedPool<HessianReadState> Pool = new(256);

    private int[] _slots = new int[64];
    private HessianClass?[] _classes = new HessianClass?[16];
    private TypeName?[] _types = new TypeName?[16];
    private byte[] _contiguous = [];
    private byte[] _scratch = [];
    private ValueTape? _tape;
    private int _tapeFirstSlot;

    public TapeBudget Budget { get; set; } = TapeBudget.Default;

    /// <summary>Back reference slots taken so far.</summary>
    public int SlotCount { get; private set; }

    public int ClassCount { get; private set; }

    public int TypeCount { get; private set; }

    /// <summary>Fields of the classes defined so far; those of a definition that was given up stay counted.</summary>
    internal int FieldNameCount { get; private set; }

    public static HessianReadState Rent() => Pool.Rent();

    /// <summary>Empties the state and gives it to the next renter.</summary>
    public void Return()
    {
        Reset();
        Pool.Return(this);
    }

    /// <summary>Forgets the stream.</summary>
    public void Reset()
    {
        ForgetUnshared();
        Array.Clear(_types, 0, TypeCount);
        SlotCount = 0;
        ClassCount = 0;
        TypeCount = 0;
        FieldNameCount = 0;
        _tape = null;
        _tapeFirstSlot = 0;
        Budget = TapeBudget.Default;
        if (_slots.Length > KeptSlots)
        {
            _slots = new int[64];
        }

        if (_classes.Length > KeptDefinitions)
        {
            _classes = new HessianClass?[16];
        }

        if (_types.Length > KeptDefinitions)
        {
            _types = new TypeName?[16];
        }

        Release(ref _contiguous);
        Release(ref _scratch);
    }

    /// <summary>The bytes in one piece. Frames mostly are; one that the network split is copied once, which no declared length can make larger.</summary>
    internal ReadOnlySpan<byte> Contiguous(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            return bytes.FirstSpan;
        }

        var length = checked((int)bytes.Length);
        Grow(ref _contiguous, length);
        bytes.CopyTo(_contiguous);
        return _contiguous.AsSpan(0, length);
    }

    /// <summary>Room for a text that is decoded beside the tape; valid until the next call.</summary>
    internal Span<byte> Scratch(int length)
    {
        Grow(ref _scratch, length);
        return _scratch;
    }

    /// <summary>Tells which tape the slots to come refer to. Slots of another tape can no longer be meant.</summary>
    internal void Attach(ValueTape? tape)
    {
        if (!ReferenceEquals(tape, _tape))
        {
            _tape = tape;
            _tapeFirstSlot = SlotCount;
        }
    }

    /// <summary>Takes the next slot; its token may be given later.</summary>
    internal int AddSlot(int token)
    {
        if (SlotCount == _slots.Length)
        {
            Array.Resize(ref _slots, SlotCount * 2);
        }

        _slots[SlotCount] = token;
        return SlotCount++;
    }

    internal void SetSlot(int slot, int token) => _slots[slot] = token;

    /// <summary>The token in a slot; <see cref="NoToken"/> or less when a reference to it cannot be followed.</summary>
    internal int Slot(int slot) => slot >= _tapeFirstSlot ? _slots[slot] : NoToken;

    internal void AddClass(HessianClass cls)
    {
        FieldNameCount += cls.Fields.Length;
        if (ClassCount == _classes.Length)
        {
            Array.Resize(ref _classes, ClassCount * 2);
        }

        _classes[ClassCount++] = cls;
    }

    internal HessianClass Class(int index) => _classes[index]!; // Below ClassCount every place is taken.

    /// <summary>
    /// The class that an earlier stream defined at the place where the next definition stands; null when there is none. Calls of one
    /// service look alike, so the bytes are mostly the same and need neither be walked nor looked up.
    /// </summary>
    internal HessianClass? ExpectedClass => ClassCount < _classes.Length ? _classes[ClassCount] : null;

    internal void AddType(TypeName? type)
    {
        if (TypeCount == _types.Length)
        {
            Array.Resize(ref _types, TypeCount * 2);
        }

        _types[TypeCount++] = type;
    }

    internal TypeName? Type(int index) => _types[index];

    /// <summary>Goes back to an earlier state of the same stream, when a first attempt at a value is given up.</summary>
    internal void Rewind(int slots, int classes, int types)
    {
        Array.Clear(_types, types, TypeCount - types);
        SlotCount = slots;
        ClassCount = classes;
        TypeCount = types;
    }

    /// <summary>Shared classes stay as what the next stream is expected to define; those of a flood must not.</summary>
    private void ForgetUnshared()
    {
        for (var i = 0; i < ClassCount; i++)
        {
            if (_classes[i] is { IsShared: false })
            {
                _classes[i] = null;
            }
        }
    }

    private static void Grow(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            Release(ref buffer);
            buffer = ArrayPool<byte>.Shared.Rent(length);
        }
    }

    // A pooled state keeps no rented bytes: they are the array pool's to hand out.
    private static void Release(ref byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }
}
