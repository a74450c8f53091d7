using System.Buffers;
using System.Runtime.CompilerServices;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <summary>
/// Writes values of a tape as JSON. The tape's tokens say what is written; the shape orders a class's members, names the class of what is
/// below it and tells declared maps from generic ones. Allocates nothing for values without references between them.
/// </summary>
internal ref partial struct JsonValueWriter
{
    // Partial by kind of value: the parts call each other with the state between them, and together pass 400 lines.

    /// <summary>Containers that can be open at once: the tape's own bound.</summary>
    private const int MaxOpen = 1_000;

    private readonly ValueTape _tape;
    private readonly ValuePolicy _policy;

    // Containers being written, to find cycles; empty for a tape without references.
    private readonly Span<int> _open;
    private JsonOutput _out;
    private int _depth;
    private int _expanding;
    private int _expandedTokens;
    private long _expandedBytes;
    private long _expandedFrom;
    private MethodShape? _arguments;

    // The root that is the document; -1 where all are, as elements or members.
    private int _root;
    private int _refSteps;
    private CodecStatus _status;

    private JsonValueWriter(ValueTape tape, ValuePolicy policy, IBufferWriter<byte> output, Span<int> open)
    {
        _tape = tape;
        _policy = policy;
        _open = open;
        _out = new JsonOutput(output);
    }

    [SkipLocalsInit]
    public static CodecStatus Write(ValueTape from, int index, TypeShape? shape, ValuePolicy policy, IBufferWriter<byte> output)
    {
        Span<int> open = from.HasReferences ? stackalloc int[MaxOpen] : default;
        var writer = new JsonValueWriter(from, policy, output, open) { _root = index };
        writer.TryWrite(index, shape);
        writer._out.Flush();
        return writer._status;
    }

    /// <summary>Writes all roots as members of one object, by the parameters' names.</summary>
    public static CodecStatus WriteArguments(ValueTape from, MethodShape method, ValuePolicy policy, IBufferWriter<byte> output)
    {
        Span<int> open = from.HasReferences ? stackalloc int[MaxOpen] : default;
        var writer = new JsonValueWriter(from, policy, output, open) { _arguments = method, _root = -1 };
        writer.TryArguments(method);
        writer._out.Flush();
        return writer._status;
    }

    /// <summary>Writes all roots as the elements of one array.</summary>
    public static CodecStatus WriteRoots(ValueTape from, MethodShape? method, ValuePolicy policy, IBufferWriter<byte> output)
    {
        Span<int> open = from.HasReferences ? stackalloc int[MaxOpen] : default;
        var writer = new JsonValueWriter(from, policy, output, open) { _root = -1 };
        writer.TryRoots(method);
        writer._out.Flush();
        return writer._status;
    }

    private bool TryArguments(MethodShape method)
    {
        _out.Byte((byte)'{');
        var first = true;
        var index = 0;
        foreach (var parameter in method.Parameters)
        {
            if (index >= _tape.Count)
            {
                break;
            }

            if (!TryMember(index, parameter.Field, parameter.Type, ref first))
            {
                return false;
            }

            index = _tape.Next(index);
        }

        _out.Byte((byte)'}');
        return true;
    }

    private bool TryRoots(MethodShape? method)
    {
        _out.Byte((byte)'[');
        var ordinal = 0;
        for (var i = 0; i < _tape.Count; i = _tape.Next(i))
        {
            if (i > 0)
            {
                _out.Byte((byte)',');
            }

            if (!TryWrite(i, ordinal < method?.Parameters.Length ? method.Parameters[ordinal].Type : null))
            {
                return false;
            }

            ordinal++;
        }

        _out.Byte((byte)']');
        return true;
    }

    private bool TryWrite(int index, TypeShape? shape)
    {
        ref readonly var token = ref _tape[index];
        if (_expanding > 0 && !TryExpand(index))
        {
            return false;
        }

        if (_policy.ProtoJson && shape is not null && token.Kind != ValueKind.Reference)
        {
            return TryProto(index, shape);
        }

        switch (token.Kind)
        {
            case ValueKind.Absent or ValueKind.Null:
                _out.Raw("null"u8);
                return true;
            case ValueKind.Bool:
                _out.Raw(token.AsBool ? "true"u8 : "false"u8);
                return true;
            case ValueKind.String or ValueKind.Text or ValueKind.Enum:
                _out.Text(_tape.Utf8(index), (token.Flags & ValueFlags.LoneSurrogate) != 0);
                return true;
            case ValueKind.Int32 or ValueKind.Int64:
                WriteInt64(token.AsInt64, token.Kind == ValueKind.Int64 || shape?.Kind == ShapeKind.Int64);
                return true;
            case ValueKind.UInt64:
                WriteUInt64(token.AsUInt64);
                return true;
            case ValueKind.Float32:
                _out.Float(token.AsFloat32);
                return true;
            case ValueKind.Float64:
                WriteFloat64(token.AsFloat64, shape);
                return true;
            case ValueKind.Decimal or ValueKind.BigInteger:
                return TryBigNumber(index, token.Kind);
            case ValueKind.Bytes:
                _out.Base64Text(_tape.Utf8(index));
                return true;
            case ValueKind.Instant:
                WriteInstant(token.EpochMs, token.NanosOfMs);
                return true;
            case ValueKind.Reference:
                return TryReference(index, shape);
            default:
                return TryContainer(index, token.Kind, shape);
        }
    }

    private bool TryContainer(int index, ValueKind kind, TypeShape? shape)
    {
        if (_depth >= Math.Min(MaxOpen, _tape.Budget.MaxDepth))
        {
            return Fail(CodecError.OverBudget, $"nested more than {_tape.Budget.MaxDepth} deep", index);
        }

        if (!_open.IsEmpty)
        {
            _open[_depth] = index;
        }

        _depth++;
        var written = kind switch
        {
            ValueKind.Object => TryObject(index, shape),
            ValueKind.Map => TryMap(index, shape),
            _ => TryList(index, shape),
        };
        _depth--;
        return written;
    }

    private bool TryList(int index, TypeShape? shape)
    {
        var element = shape?.Kind is ShapeKind.List or ShapeKind.Set or ShapeKind.Array ? shape.Element : null;
        var end = _tape.Next(index);
        _out.Byte((byte)'[');
        for (var i = index + 1; i < end; i = _tape.Next(i))
        {
            if (i > index + 1)
            {
                _out.Byte((byte)',');
            }

            if (!TryWrite(i, element))
            {
                return false;
            }
        }

        _out.Byte((byte)']');
        return true;
    }

    private void WriteInt64(long value, bool isLong)
    {
        if (isLong && InString(value is > MaxSafe or < -MaxSafe))
        {
            _out.Byte((byte)'"');
            _out.Int64(value);
            _out.Byte((byte)'"');
            return;
        }

        _out.Int64(value);
    }

    private void WriteUInt64(ulong value)
    {
        if (InString(value > MaxSafe))
        {
            _out.Byte((byte)'"');
            _out.UInt64(value);
            _out.Byte((byte)'"');
            return;
        }

        _out.UInt64(value);
    }

    // Hessian carries a float as a double: what is declared a float is written with a float's digits.
    private void WriteFloat64(double value, TypeShape? shape)
    {
        if (shape?.Kind == ShapeKind.Float32 && float.IsFinite((float)value))
        {
            _out.Float((float)value);
            return;
        }

        _out.Float(value);
    }

    private bool TryBigNumber(int index, ValueKind kind)
    {
        var text = _tape.Utf8(index);
        return NumberText.IsPlain(text) ? WritePlain(text, kind) : TryMakePlain(index, text, kind);
    }

    [SkipLocalsInit]
    private bool TryMakePlain(int index, ReadOnlySpan<byte> text, ValueKind kind)
    {
        Span<byte> plain = stackalloc byte[NumberText.MaxLength];
        return NumberText.TryPlain(text, plain, out var length)
            ? WritePlain(plain[..length], kind)
            : Fail(CodecError.Unrepresentable, "the number has no plain form", index);
    }

    private bool WritePlain(scoped ReadOnlySpan<byte> text, ValueKind kind)
    {
        var inString = kind == ValueKind.Decimal
            ? _policy.Decimal == DecimalForm.String
            : InString(!NumberText.TryInt64(text, out var value) || value is > MaxSafe or < -MaxSafe);
        if (inString)
        {
            _out.Quoted(text);
        }
        else
        {
            _out.Raw(text);
        }

        return true;
    }

    private void WriteInstant(long epochMs, int nanos)
    {
        if (_policy.InstantAsEpochMs)
        {
            _out.Int64(epochMs);
            return;
        }

        Span<byte> text = stackalloc byte[IsoInstant.MaxLength];
        _out.Quoted(text[..IsoInstant.Format(epochMs, nanos, _policy.ZoneOffsetMinutes, text)]);
    }

    private readonly bool InString(bool beyond53Bits) =>
        _policy.Long == LongForm.AlwaysString || (_policy.Long == LongForm.StringBeyond53Bits && beyond53Bits);

    /// <summary>Largest integer that every JavaScript number holds exactly: 2^53 - 1.</summary>
    private const long MaxSafe = (1L << 53) - 1;

    private bool Fail(CodecError error, string detail, int index)
    {
        if (_status.IsOk)
        {
            _status = CodecStatus.Fail(error, detail, -1, _tape.PathOf(index));
        }

        return false;
    }
}
