using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <content>
/// Protobuf's canonical JSON: 64-bit integers as strings, enums by name, bytes in base64, what is not set or holds its default left out.
/// Source: protobuf.dev, "ProtoJSON Format".
/// </content>
internal ref partial struct JsonValueWriter
{
    // Lists and maps of Values, whose elements come back to TryProtoValue.
    private static readonly TypeShape ValueElement = new()
    {
        Kind = ShapeKind.Any,
        JavaType = TypeName.Of("java.lang.Object"),
        JavaDescriptor = "Ljava/lang/Object;",
        Proto = ProtoKind.Value,
    };

    private static readonly TypeShape ValueListShape = new()
    {
        Kind = ShapeKind.List,
        JavaType = TypeName.Of("java.util.List"),
        JavaDescriptor = "Ljava/util/List;",
        Element = ValueElement,
    };

    private static readonly TypeShape ValueMapShape = new()
    {
        Kind = ShapeKind.Map,
        JavaType = TypeName.Of("java.util.Map"),
        JavaDescriptor = "Ljava/util/Map;",
        Key = new TypeShape { Kind = ShapeKind.String, JavaType = TypeName.Of("java.lang.String"), JavaDescriptor = "Ljava/lang/String;" },
        Element = ValueElement,
    };

    private bool TryProto(int index, TypeShape shape)
    {
        ref readonly var token = ref _tape[index];
        switch (ProtoForm.KindOf(shape))
        {
            case ProtoKind.Message or ProtoKind.Group when token.Kind == ValueKind.Object:
                return TryProtoContainer(index, shape);
            case ProtoKind.Any when token.Kind == ValueKind.Object:
                return TryProtoContainer(index, shape);
            case ProtoKind.Timestamp:
                return TryProtoTimestamp(index);
            case ProtoKind.Duration:
                return TryProtoDuration(index);
            case ProtoKind.Date:
                return TryProtoDate(index);
            case ProtoKind.Decimal when token.Kind is ValueKind.Decimal or ValueKind.BigInteger:
                _out.Raw("{\"value\":"u8);
                _out.Quoted(_tape.Utf8(index));
                _out.Byte((byte)'}');
                return true;
            case ProtoKind.FieldMask when token.Kind is ValueKind.List or ValueKind.Array:
                return TryProtoMask(index);
            case ProtoKind.Value or ProtoKind.Struct or ProtoKind.ListValue:
                return TryProtoValue(index);
        }

        switch (token.Kind)
        {
            case ValueKind.Int64 when shape.Kind != ShapeKind.UInt32:
                _out.Byte((byte)'"');
                _out.Int64(token.AsInt64);
                _out.Byte((byte)'"');
                return true;
            case ValueKind.Int32 when shape.Kind == ShapeKind.Int64:
                _out.Byte((byte)'"');
                _out.Int64(token.AsInt64);
                _out.Byte((byte)'"');
                return true;
            case ValueKind.Int32 or ValueKind.Int64:
                _out.Int64(token.AsInt64);
                return true;
            case ValueKind.UInt64:
                _out.Byte((byte)'"');
                _out.UInt64(token.AsUInt64);
                _out.Byte((byte)'"');
                return true;
            case ValueKind.Float64 when shape.Kind == ShapeKind.Float32:
                _out.Float((float)token.AsFloat64);
                return true;
            case ValueKind.List or ValueKind.Array or ValueKind.Map or ValueKind.Object:
                return TryContainer(index, token.Kind, shape);
            default:
                return TryPlain(index, token.Kind);
        }
    }

    /// <summary>Scalars that both JSONs write alike.</summary>
    private bool TryPlain(int index, ValueKind kind)
    {
        ref readonly var token = ref _tape[index];
        switch (kind)
        {
            case ValueKind.Absent or ValueKind.Null:
                _out.Raw("null"u8);
                return true;
            case ValueKind.Bool:
                _out.Raw(token.AsBool ? "true"u8 : "false"u8);
                return true;
            case ValueKind.Float32:
                _out.Float(token.AsFloat32);
                return true;
            case ValueKind.Float64:
                _out.Float(token.AsFloat64);
                return true;
            case ValueKind.Bytes:
                _out.Base64Text(_tape.Utf8(index));
                return true;
            case ValueKind.Instant:
                return TryProtoTimestamp(index);
            default:
                if ((token.Flags & ValueFlags.LoneSurrogate) != 0)
                {
                    return Fail(CodecError.Unrepresentable, "the text holds half a surrogate pair, which protobuf does not have", index);
                }

                _out.Text(_tape.Utf8(index), loneSurrogates: false);
                return true;
        }
    }

    private bool TryProtoContainer(int index, TypeShape shape)
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
        _out.Byte((byte)'{');
        var first = true;
        var written = ProtoForm.KindOf(shape) == ProtoKind.Any ? TryProtoAny(index, shape) : TryProtoMembers(index, shape, ref first);
        _out.Byte((byte)'}');
        _depth--;
        return written;
    }

    private bool TryProtoMembers(int index, TypeShape shape, ref bool first)
    {
        if (shape.Struct is not { } message)
        {
            return Fail(CodecError.TypeMismatch, $"{shape} is no message", index);
        }

        var rented = ArrayPool<int>.Shared.Rent(Math.Max(1, message.Fields.Length));
        var places = rented.AsSpan(0, message.Fields.Length);
        Locate(index, message, places);
        var written = TryProtoMembers(message, places, ref first);
        ArrayPool<int>.Shared.Return(rented);
        return written;
    }

    private bool TryProtoMembers(StructShape message, scoped Span<int> places, ref bool first)
    {
        var members = ProtoMembers.Of(message);
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] < 0 || IsProtoLeftOut(_tape.Resolve(places[i]), message.Fields[i].Type, members.Fields[i]))
            {
                continue;
            }

            if (!first)
            {
                _out.Byte((byte)',');
            }

            first = false;
            _out.Quoted(message.Fields[i].Name.Json.EncodedUtf8Bytes);
            _out.Byte((byte)':');
            if (!TryWrite(places[i], message.Fields[i].Type))
            {
                return false;
            }
        }

        return true;
    }

    private readonly bool IsProtoLeftOut(int index, TypeShape type, ProtoField proto)
    {
        ref readonly var token = ref _tape[index];
        if ((token.Flags & ValueFlags.Implied) != 0)
        {
            return true;
        }

        var kind = ProtoForm.KindOf(type);
        switch (token.Kind)
        {
            case ValueKind.Absent:
                return kind != ProtoKind.Value || proto.Oneof is null;
            case ValueKind.Null:
                return kind is not (ProtoKind.Value or ProtoKind.NullValue)
                    || (kind == ProtoKind.NullValue && proto is { Presence: ProtoPresence.Implicit, Oneof: null });
            case ValueKind.List or ValueKind.Array or ValueKind.Map when type.Proto == ProtoKind.Canonical && kind == ProtoKind.Box:
                return token.Count == 0;
        }

        return proto is { Presence: ProtoPresence.Implicit, Oneof: null } && kind < ProtoKind.Timestamp && token.Kind switch
        {
            ValueKind.String or ValueKind.Bytes => _tape.Utf8(index).IsEmpty,
            ValueKind.Enum => type.Enum is { } known
                && known.Find(_tape.Utf8(index)) is >= 0 and var ordinal && known.NumberOf(ordinal) == 0,
            ValueKind.Bool or ValueKind.Int32 or ValueKind.Int64 or ValueKind.UInt64
                or ValueKind.Float32 or ValueKind.Float64 => token.AsInt64 == 0,
            _ => false,
        };
    }

    private bool TryProtoAny(int index, TypeShape shape)
    {
        var url = _tape.FindField(index, "typeUrl"u8);
        var value = _tape.FindField(index, "value"u8);
        if (url < 0 || value < 0 || _tape[url].Kind != ValueKind.String)
        {
            return url < 0 && value < 0 || Fail(CodecError.TypeMismatch, "an Any without type or value", index);
        }

        var name = _tape.Utf8(url);
        var types = shape.Struct is { } any && any.Find("value"u8) is >= 0 and var at ? any.Fields[at].Type.Subtypes : null;
        var slash = name.LastIndexOf((byte)'/');
        if (types?.Find(name[(slash + 1)..]) is not { } inner)
        {
            return Fail(CodecError.Unrepresentable, "the contract has no message of the Any's type, so that JSON has no form for it", value);
        }

        _out.Raw("\"@type\":"u8);
        _out.Text(name, loneSurrogates: false);
        var first = false;
        if (ProtoForm.KindOf(inner) == ProtoKind.Message && _tape[value].Kind == ValueKind.Object)
        {
            return TryProtoMembers(value, inner, ref first);
        }

        _out.Raw(",\"value\":"u8);
        return TryProto(value, inner);
    }

    /// <summary>Whatever a value says of itself, under the rules of google.protobuf.Value.</summary>
    private bool TryProtoValue(int index)
    {
        ref readonly var token = ref _tape[index];
        switch (token.Kind)
        {
            case ValueKind.Float32 or ValueKind.Float64 when !double.IsFinite(token.Kind == ValueKind.Float32 ? token.AsFloat32 : token.AsFloat64):
                return Fail(CodecError.Unrepresentable, "a Value has no NaN and no infinity", index);
            case ValueKind.Absent:
                return Fail(CodecError.Unrepresentable, "a Value in which nothing is set", index);
            case ValueKind.Int32 or ValueKind.Int64:
                _out.Int64(token.AsInt64);
                return true;
            case ValueKind.UInt64:
                _out.UInt64(token.AsUInt64);
                return true;
            case ValueKind.List or ValueKind.Array or ValueKind.Map or ValueKind.Object:
                return TryContainer(index, token.Kind, token.Kind switch { ValueKind.Map => ValueMapShape, ValueKind.Object => null, _ => ValueListShape });
            case ValueKind.Reference:
                return TryReference(index, ValueElement);
            default:
                return TryPlain(index, token.Kind);
        }
    }
}
