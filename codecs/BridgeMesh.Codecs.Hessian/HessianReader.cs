using System.Buffers;
using BridgeMesh.Codecs.Hessian.Reading;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>
/// Reads a stream of Hessian values. Never throws for what the bytes say: a step that fails answers false (or a status) and
/// <see cref="Fault"/> tells why; every later step fails too. Spans that it returns are valid until the next step.
/// </summary>
/// <remarks>
/// Several readers may read parts of one stream in turn with the same state. A payload in several segments is copied once into the
/// state's buffer; offsets count from the start of the payload given here.
/// </remarks>
public ref struct HessianReader
{
    private HessianCursor _cursor;

    public HessianReader(in ReadOnlySequence<byte> bytes, HessianDialect dialect, HessianReadState state)
    {
        _cursor = new HessianCursor(state.Contiguous(bytes), dialect, state);
    }

    /// <summary>Bytes taken so far.</summary>
    public readonly long Consumed => _cursor.At;

    /// <summary>Whether all bytes are taken.</summary>
    public readonly bool End => _cursor.Left == 0;

    /// <summary>The first failure; Ok until then.</summary>
    public readonly CodecStatus Fault => _cursor.Fault;

    /// <summary>Whether the next value is null; false at the end.</summary>
    public readonly bool NextIsNull => _cursor.PeekKind() == TagKind.Null;

    /// <summary>Whether the next value is a string; false at the end.</summary>
    public readonly bool NextIsString => Texts.IsString(_cursor.PeekKind());

    /// <summary>Whether the next value is an object with its class, or the definition of one.</summary>
    public readonly bool NextIsObject => _cursor.PeekKind() is TagKind.ClassDefinition or TagKind.Object or TagKind.ObjectShort;

    public readonly bool NextIsMap => _cursor.PeekKind() is >= TagKind.MapTyped and <= TagKind.MapDraft;

    public readonly bool NextIsList => _cursor.PeekKind() is >= TagKind.ListOpenTyped and <= TagKind.ListDraftFixed;

    /// <summary>The next byte, not taken; false at the end.</summary>
    public readonly bool TryPeek(out byte tag) => _cursor.TryPeek(out tag);

    /// <summary>
    /// Appends the next value to the tape, as a root or as a child of the open container, typed by the shape where the wire leaves a choice.
    /// A failure is also the tape's, with the path of the place.
    /// </summary>
    public CodecStatus ReadValue(ValueTape into, TypeShape? shape = null)
    {
        _cursor.State.Attach(into);
        if (_cursor.Fault.IsOk && ValueDecoder.Read(ref _cursor, into, shape))
        {
            return CodecStatus.Ok;
        }

        if (_cursor.Fault.Path is null && !into.Failed)
        {
            into.Fail(_cursor.Fault.Error, _cursor.Fault.Detail ?? "unreadable", _cursor.Fault.Offset);
        }

        if (into.Failed)
        {
            _cursor.Fault = into.Status;
        }

        return _cursor.Fault;
    }

    /// <summary>Walks over the next value; references to what was skipped can no longer be followed.</summary>
    public CodecStatus Skip()
    {
        if (_cursor.Fault.IsOk)
        {
            ValueSkipper.Skip(ref _cursor);
        }

        return _cursor.Fault;
    }

    /// <summary>Takes a null if one is next.</summary>
    public bool TryReadNull()
    {
        if (!_cursor.Fault.IsOk || !NextIsNull)
        {
            return false;
        }

        _cursor.At++;
        return true;
    }

    /// <summary>A string or null. Short ones are shared with every other call of the process.</summary>
    public bool TryReadString(out string? value)
    {
        value = null;
        if (TryReadNull())
        {
            return true;
        }

        if (!TryReadUtf8(out var utf8))
        {
            return false;
        }

        value = utf8.Length <= MaxSharedBytes ? SharedText.Of(utf8) : Wtf8.ToUtf16(utf8);
        return true;
    }

    /// <summary>A string that is not null, as WTF-8, in the payload or in the state's scratch; valid until the next step.</summary>
    public bool TryReadUtf8(out ReadOnlySpan<byte> utf8)
    {
        utf8 = default;
        if (!_cursor.Fault.IsOk || !_cursor.TryTag(out var tag))
        {
            return false;
        }

        var kind = _cursor.Kind(tag);
        return Texts.IsString(kind)
            ? Texts.TryUtf8(ref _cursor, kind, tag, out utf8)
            : _cursor.Fail(CodecError.Malformed, $"expected a string, found tag 0x{tag:x2}", _cursor.At - 1);
    }

    public bool TryReadInt32(out int value)
    {
        value = 0;
        return _cursor.Fault.IsOk && _cursor.TryInt(out value);
    }

    public bool TryReadBool(out bool value)
    {
        value = false;
        if (!_cursor.Fault.IsOk || !_cursor.TryTag(out var tag))
        {
            return false;
        }

        value = tag == 'T';
        return tag is (byte)'T' or (byte)'F' || _cursor.Fail(CodecError.Malformed, $"expected a boolean, found tag 0x{tag:x2}", _cursor.At - 1);
    }

    /// <summary>
    /// Enters an object, whose class may be defined on the way; the values of the class's fields follow, one by one, with no mark behind.
    /// </summary>
    public bool TryBeginObject(out HessianClass cls)
    {
        cls = null!; // Not to be looked at when the answer is false.
        while (_cursor.Fault.IsOk && _cursor.TryTag(out var tag))
        {
            switch (_cursor.Kind(tag))
            {
                case TagKind.ClassDefinition when Definitions.ReadClass(ref _cursor):
                    continue;
                case TagKind.ClassDefinition:
                    return false;
                case TagKind.Object:
                    return _cursor.TryInt(out var index) && Definitions.TryClass(ref _cursor, index, out cls) && TakeSlot();
                case TagKind.ObjectShort:
                    return Definitions.TryClass(ref _cursor, tag - 0x60, out cls) && TakeSlot();
                default:
                    return _cursor.Fail(CodecError.Malformed, $"expected an object, found tag 0x{tag:x2}", _cursor.At - 1);
            }
        }

        return false;
    }

    /// <summary>Enters a map; keys and values follow in turn, until <see cref="TryEndMapOrList"/> or not <see cref="TryNextEntry"/>.</summary>
    public bool TryBeginMap(out TypeName? type)
    {
        type = null;
        if (!_cursor.Fault.IsOk || !_cursor.TryTag(out var tag))
        {
            return false;
        }

        var kind = _cursor.Kind(tag);
        if (kind is < TagKind.MapTyped or > TagKind.MapDraft)
        {
            return _cursor.Fail(CodecError.Malformed, $"expected a map, found tag 0x{tag:x2}", _cursor.At - 1);
        }

        return ContainerHeads.TryMap(ref _cursor, kind, out type) && TakeSlot();
    }

    /// <summary>Enters a list in any of its forms; its elements follow while <see cref="TryNextElement"/> says so.</summary>
    public bool TryBeginList(out HessianListHead head)
    {
        head = default;
        if (!_cursor.Fault.IsOk || !_cursor.TryTag(out var tag))
        {
            return false;
        }

        var kind = _cursor.Kind(tag);
        if (kind is < TagKind.ListOpenTyped or > TagKind.ListDraftFixed)
        {
            return _cursor.Fail(CodecError.Malformed, $"expected a list, found tag 0x{tag:x2}", _cursor.At - 1);
        }

        return ContainerHeads.TryList(ref _cursor, kind, tag, out head) && TakeSlot();
    }

    /// <summary>Whether another element follows; at the end the mark, if the list has one, is taken. False also after a fault.</summary>
    public bool TryNextElement(ref HessianListHead head) => _cursor.Fault.IsOk && ContainerHeads.TryNext(ref _cursor, ref head);

    /// <summary>Whether another key follows; at the end the mark is taken. False also after a fault.</summary>
    public bool TryNextEntry() => _cursor.Fault.IsOk && ContainerHeads.TryNextEntry(ref _cursor);

    /// <summary>Takes the end mark of a map or an open list if it is next; false, without a fault, when something else is.</summary>
    public bool TryEndMapOrList()
    {
        if (!_cursor.Fault.IsOk || _cursor.PeekKind() != TagKind.End)
        {
            return false;
        }

        _cursor.At++;
        return true;
    }

    /// <summary>Strings up to this length are names more often than data, and worth sharing.</summary>
    private const int MaxSharedBytes = 256;

    private readonly bool TakeSlot()
    {
        _cursor.State.AddSlot(HessianReadState.NoToken);
        return true;
    }
}
