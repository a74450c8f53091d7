using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace BridgeMesh.Values;

/// <summary>
/// The neutral form in which payload codecs meet: a flat run of tokens in one rented array, and the text they need in another. A tape
/// owns all of its bytes, so a frame may be released once it is read. The roots are an argument list, or one result.
/// Not thread-safe; one owner at a time. <see cref="Reset"/> makes it empty and keeps its memory up to a bound.
/// </summary>
/// <remarks>
/// Writers of a tape need not check every step: past the budget a tape drops what is added and <see cref="Status"/> says so; loops over
/// a declared count must look at <see cref="Failed"/>.
/// </remarks>
public sealed partial class ValueTape : IDisposable
{
    private const int KeptTokens = 4_096;
    private const int KeptTextBytes = 256 << 10;
    private const int FirstTokens = 64;
    private const int FirstTextBytes = 1_024;

    private readonly int[] _open = new int[MaxOpen];
    // Rented when first needed: an exchange that is only forwarded never touches its tapes.
    private ValueToken[] _tokens = [];
    private byte[] _text = [];
    private int _count;
    private int _textLength;
    private int _depth;
    private FieldName? _nextName;

    /// <summary>Containers that can be open at once whatever the budget says.</summary>
    private const int MaxOpen = 1_000;

    public ValueTape(TapeBudget? budget = null)
    {
        Budget = budget ?? TapeBudget.Default;
    }

    public TapeBudget Budget { get; set; }

    /// <summary>Tokens on the tape.</summary>
    public int Count => _count;

    /// <summary>First failure of a reader, or of the tape's own budget; Ok until then.</summary>
    public CodecStatus Status { get; private set; }

    public bool Failed => Status.Error != CodecError.None;

    /// <summary>Whether some token is a <see cref="ValueKind.Reference"/>: writers that keep identity then track what they wrote.</summary>
    public bool HasReferences { get; private set; }

    public int Depth => _depth;

    /// <summary>Memory that the tape holds whether it is used or not, for tests and pools.</summary>
    internal int RetainedBytes => (_tokens.Length * Unsafe.SizeOf<ValueToken>()) + _text.Length;

    public ref readonly ValueToken this[int index]
    {
        get
        {
            Debug.Assert((uint)index < (uint)_count, "index on the tape");
            return ref _tokens[index];
        }
    }

    /// <summary>Gives the next token added its field name.</summary>
    public void Name(FieldName name) => _nextName = name;

    public int AddNull() => Leaf(ValueKind.Null, 0);

    public int AddAbsent() => Leaf(ValueKind.Absent, 0);

    public int AddBool(bool value) => Leaf(ValueKind.Bool, value ? 1 : 0);

    public int AddInt32(int value, TypeName? type = null) => Leaf(ValueKind.Int32, value, 0, type);

    public int AddInt64(long value, TypeName? type = null) => Leaf(ValueKind.Int64, value, 0, type);

    public int AddUInt64(ulong value) => Leaf(ValueKind.UInt64, (long)value);

    public int AddFloat32(float value) => Leaf(ValueKind.Float32, BitConverter.SingleToInt32Bits(value));

    public int AddFloat64(double value, TypeName? type = null) => Leaf(ValueKind.Float64, BitConverter.DoubleToInt64Bits(value), 0, type);

    /// <param name="nanosOfMs">0 to 999,999.</param>
    public int AddInstant(long epochMs, int nanosOfMs = 0, TypeName? type = null) => Leaf(ValueKind.Instant, epochMs, nanosOfMs, type);

    public int AddReference(int target)
    {
        if (Failed)
        {
            return -1;
        }

        Debug.Assert((uint)target < (uint)_count, "references point backwards");
        HasReferences = true;
        _tokens[target].Flags |= ValueFlags.Referenced;
        return Leaf(ValueKind.Reference, target);
    }

    public int AddDecimal(decimal value)
    {
        Span<byte> text = stackalloc byte[40];
        Utf8Formatter.TryFormat(value, text, out var written);
        return AddText(ValueKind.Decimal, text[..written]);
    }

    public int BeginList(TypeName? type = null, bool isSet = false) =>
        Begin(ValueKind.List, type, isSet ? ValueFlags.Set : ValueFlags.None);

    public int BeginArray(TypeName? type) => Begin(ValueKind.Array, type);

    public int BeginMap(TypeName? type = null) => Begin(ValueKind.Map, type);

    public int BeginObject(TypeName? type) => Begin(ValueKind.Object, type);

    /// <summary>Closes the container opened last; maps count entries, that is pairs of tokens.</summary>
    public void End()
    {
        // A failed tape has closed what was open and takes no more.
        if (_depth > 0)
        {
            Close();
        }
    }

    /// <summary>Gives a token that is already there another type name, as when the contract knows better than the wire.</summary>
    public void SetType(int index, TypeName? type) => _tokens[index].Type = type;

    /// <summary>Marks a leaf as one that the sender left out: see <see cref="ValueFlags.Implied"/>.</summary>
    public void SetImplied(int index)
    {
        if (index >= 0)
        {
            _tokens[index].Flags |= ValueFlags.Implied;
        }
    }

    /// <summary>Replaces a leaf's number in place, as when the contract declares another width.</summary>
    public void SetNumber(int index, ValueKind kind, long bits)
    {
        ref var token = ref _tokens[index];
        Debug.Assert(!token.IsContainer, "only leaves");
        token.Kind = kind;
        token.Flags &= ValueFlags.Referenced;
        token.Bits = bits;
        token.Link = 0;
    }

    /// <summary>Records the first failure. Later ones are consequences. Containers that were open end here.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public CodecStatus Fail(CodecError error, string detail, long offset = -1)
    {
        if (!Failed)
        {
            Status = CodecStatus.Fail(error, detail, offset, CurrentPath());
            CloseAll();
        }

        return Status;
    }

    /// <summary>As above for a status that already knows where it happened.</summary>
    public CodecStatus Fail(CodecStatus status)
    {
        if (!Failed)
        {
            Status = status;
            CloseAll();
        }

        return Status;
    }

    /// <summary>Path of the place where the next token would go, for messages; not for hot paths.</summary>
    public string CurrentPath() => TapePath.Of(this, _open.AsSpan(0, _depth), _nextName);

    /// <summary>Path of a token, for messages; not for hot paths.</summary>
    public string PathOf(int index) => TapePath.Of(this, index);

    /// <summary>Empties the tape. Memory that a large payload grew is given back.</summary>
    public void Reset()
    {
        Array.Clear(_tokens, 0, _count);
        _count = 0;
        _textLength = 0;
        _depth = 0;
        _nextName = null;
        Status = default;
        HasReferences = false;
        _unknownCount = 0;
        if (_tokens.Length > KeptTokens)
        {
            ArrayPool<ValueToken>.Shared.Return(_tokens);
            _tokens = [];
        }

        if (_text.Length > KeptTextBytes)
        {
            ArrayPool<byte>.Shared.Return(_text);
            _text = [];
        }

        if (_unknowns.Length > KeptTokens)
        {
            GiveBack(_unknowns);
            _unknowns = [];
        }
    }

    /// <summary>Gives all memory back; a tape that is written to afterwards rents anew.</summary>
    public void Dispose()
    {
        Reset();
        GiveBack(_tokens);
        GiveBack(_text);
        GiveBack(_unknowns);
        _tokens = [];
        _text = [];
        _unknowns = [];
    }

    private void CloseAll()
    {
        while (_depth > 0)
        {
            Close();
        }
    }

    private void Close()
    {
        ref var token = ref _tokens[_open[--_depth]];
        token.Link = _count;
        if (token.Kind == ValueKind.Map)
        {
            token.Bits >>= 1;
        }
    }

    private int Begin(ValueKind kind, TypeName? type, ValueFlags flags = ValueFlags.None)
    {
        if (_depth >= MaxOpen || _depth >= Budget.MaxDepth)
        {
            Fail(CodecError.OverBudget, $"nested more than {Math.Min(MaxOpen, Budget.MaxDepth)} deep");
        }

        var index = Add(kind, 0, 0, type, flags);
        if (index >= 0)
        {
            _open[_depth++] = index;
        }

        return index;
    }

    private int Leaf(ValueKind kind, long bits, int link = 0, TypeName? type = null, ValueFlags flags = ValueFlags.None) =>
        Add(kind, bits, link, type, flags);

    private int Add(ValueKind kind, long bits, int link, TypeName? type, ValueFlags flags)
    {
        if (_count >= Budget.MaxTokens)
        {
            Fail(CodecError.OverBudget, $"more than {Budget.MaxTokens} values in one payload");
        }

        if (Failed)
        {
            return -1;
        }

        if (_count == _tokens.Length)
        {
            GrowTokens();
        }

        if (_depth > 0)
        {
            _tokens[_open[_depth - 1]].Bits++;
        }

        ref var token = ref _tokens[_count];
        token.Kind = kind;
        token.Flags = flags;
        token.Link = link;
        token.Bits = bits;
        token.Name = _nextName;
        token.Type = type;
        _nextName = null;
        return _count++;
    }

    private void GrowTokens()
    {
        var grown = ArrayPool<ValueToken>.Shared.Rent(Math.Max(FirstTokens, _tokens.Length * 2));
        _tokens.AsSpan(0, _count).CopyTo(grown);
        Array.Clear(_tokens, 0, _count);
        GiveBack(_tokens);
        _tokens = grown;
    }

    private static void GiveBack<T>(T[] array)
    {
        if (array.Length > 0)
        {
            ArrayPool<T>.Shared.Return(array);
        }
    }
}
