using System.Buffers.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <content>
/// Protobuf's canonical JSON, typed by the same shapes. Members go by their JSON names or by those of the .proto file; null is a field
/// that is not set; a field that comes twice, or two members of a oneof, are faults. Source: protobuf.dev, "ProtoJSON Format".
/// </content>
internal ref partial struct JsonValueReader
{
    private bool TryProto(TypeShape shape)
    {
        switch (ProtoForm.KindOf(shape))
        {
            case ProtoKind.Box:
                return shape.Kind == ShapeKind.Map ? TryProtoMap(shape)
                    : shape.Element is not null ? TryProtoList(shape)
                    : TryProtoScalar(shape);
            case ProtoKind.Message or ProtoKind.Group:
                return TryProtoMessage(shape, isAny: false);
            case ProtoKind.Timestamp:
                return TryProtoTimestamp(shape);
            case ProtoKind.Duration:
                return TryProtoDuration(shape);
            case ProtoKind.Date:
                return TryProtoDate(shape);
            case ProtoKind.Decimal:
                return TryProtoDecimal(shape);
            case ProtoKind.Any:
                return TryProtoAny(shape);
            case ProtoKind.Struct:
                return _in.Peek() == JsonToken.Object ? TryProtoStruct() : Unexpected(shape, "another JSON value");
            case ProtoKind.ListValue:
                return _in.Peek() == JsonToken.Array ? TryProtoListValue() : Unexpected(shape, "another JSON value");
            case ProtoKind.Value:
                return TryProtoValue();
            case ProtoKind.FieldMask:
                return TryProtoMask(shape);
            case ProtoKind.NullValue:
                return TryProtoNull();
            default:
                return TryProtoScalar(shape);
        }
    }

    private bool TryProtoScalar(TypeShape shape)
    {
        var token = _in.Peek();
        switch (shape.Kind)
        {
            case ShapeKind.Bytes when token == JsonToken.String:
                return _in.TryText(out var base64) ? TryProtoBytes(base64) : Broken();
            case ShapeKind.Enum when token == JsonToken.Number:
                return TryProtoEnumNumber(shape);
            case ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.Int32 or ShapeKind.Int64 or ShapeKind.UInt32 or ShapeKind.UInt64
                or ShapeKind.Float32 or ShapeKind.Float64 when token == JsonToken.String:
                return TryProtoNumberText(shape);
        }

        return token switch
        {
            JsonToken.String => TryString(shape),
            JsonToken.Number => TryNumber(shape),
            JsonToken.True => (_in.TryLiteral("true"u8) || Broken()) && TryBool(shape, true),
            JsonToken.False => (_in.TryLiteral("false"u8) || Broken()) && TryBool(shape, false),
            JsonToken.Null => Unexpected(shape, "null"),
            JsonToken.Object => Unexpected(shape, "an object"),
            JsonToken.Array => Unexpected(shape, "an array"),
            _ => _in.FailHere("no JSON value") || Broken(),
        };
    }

    private bool TryProtoNumberText(TypeShape shape)
    {
        if (!_in.TryText(out var text))
        {
            return Broken();
        }

        if (!TryDecode(text, out var decoded))
        {
            return false;
        }

        // A number in quotes is written as one without them.
        var scanner = new JsonScanner(decoded, text.Offset + 1);
        if (NumberText.TryNonFinite(decoded, out _) && shape.Kind is ShapeKind.Float32 or ShapeKind.Float64)
        {
            return TextScalar.Read(decoded, shape, _tape, _policy, text.Offset).IsOk;
        }

        return scanner.Peek() == JsonToken.Number && scanner.TryNumber(out var number) && number.Raw.Length == decoded.Length
            ? JsonNumbers.Read(number, shape, _policy, _tape).IsOk
            : Fail(CodecError.TypeMismatch, $"the text is no {shape}", text.Offset);
    }

    /// <summary>Base64 of either alphabet, with or without padding.</summary>
    private bool TryProtoBytes(JsonText text)
    {
        if (!TryDecode(text, out var decoded) || !_tape.TryReserveText(decoded.Length, out var room))
        {
            return false;
        }

        decoded.CopyTo(room);
        var digits = room[..decoded.Length];
        digits.Replace((byte)'+', (byte)'-');
        digits.Replace((byte)'/', (byte)'_');
        digits = digits.TrimEnd((byte)'=');
        if (decoded.Length - digits.Length > 2 || digits.IndexOfAny(" \t\r\n"u8) >= 0 || !Base64Url.IsValid(digits))
        {
            return Fail(CodecError.TypeMismatch, "bytes are written in base64", text.Offset);
        }

        var length = Base64Url.DecodeFromUtf8InPlace(digits);
        var start = _tape.TextPosition;
        _tape.CommitText(length);
        return _tape.AddStoredText(ValueKind.Bytes, start, length) >= 0;
    }

    private bool TryProtoEnumNumber(TypeShape shape)
    {
        if (!_in.TryNumber(out var number))
        {
            return Broken();
        }

        if (!NumberText.TryInt64(number.Raw, out var value) || value != (int)value)
        {
            return Fail(CodecError.TypeMismatch, $"no number of {shape}", number.Offset);
        }

        var ordinal = shape.Enum?.FindNumber((int)value) ?? -1;
        if (ordinal < 0 && shape.Enum is { Proto.IsClosed: true })
        {
            return Fail(CodecError.TypeMismatch, $"{shape} has no constant of the number {value}", number.Offset);
        }

        _ = ordinal >= 0
            ? _tape.AddText(ValueKind.Enum, shape.Enum!.Utf8Of(ordinal), shape.TapeType) // An ordinal was found in it.
            : _tape.AddInt32((int)value, shape.TapeType);
        return !_tape.Failed;
    }

    /// <param name="isAny">Whether its member <c>@type</c> was looked at already, as the message is an Any's.</param>
    private bool TryProtoMessage(TypeShape shape, bool isAny)
    {
        if (shape.Struct is not { } message || !_in.TryTake((byte)'{'))
        {
            return Unexpected(shape, "another JSON value");
        }

        if (_tape.BeginObject(shape.TapeType) < 0)
        {
            return false;
        }

        var members = ProtoMembers.Of(message);
        var seen = default(MemberSet);
        var oneofs = default(MemberSet);
        var first = true;
        while (!_in.TryTake((byte)'}'))
        {
            if (_tape.Failed || !TryMember(first, out var name) || !TryDecode(name, out var text))
            {
                return false;
            }

            first = false;
            var ordinal = members.Find(text);
            if (ordinal < 0)
            {
                if (isAny && text.SequenceEqual(TypeMember) ? !_in.Skip(_tape.Budget.MaxDepth) && !Broken() : !TryProtoUnknown(text, name.Offset))
                {
                    return false;
                }

                continue;
            }

            var field = message.Fields[ordinal];
            _tape.Name(field.Name);
            if (!seen.TryAdd(ordinal, members.Fields.Length))
            {
                return Fail(CodecError.Malformed, "the member appears twice", name.Offset);
            }

            if (_in.Peek() == JsonToken.Null && ProtoForm.KindOf(field.Type) is not (ProtoKind.Value or ProtoKind.NullValue))
            {
                // Not set: as if it had been left out.
                seen.Remove(ordinal);
                if (!_in.TryLiteral("null"u8))
                {
                    return Broken();
                }

                continue;
            }

            if (members.Oneofs[ordinal] is >= 0 and var oneof && !oneofs.TryAdd(oneof, members.OneofCount))
            {
                return Fail(CodecError.Malformed, $"a second member of the oneof {members.Fields[ordinal].Oneof}", name.Offset);
            }

            if (!TryRead(field.Type))
            {
                return false;
            }
        }

        return TryProtoMissing(message, members, seen) && EndContainer();
    }

    private bool TryProtoMissing(StructShape message, ProtoMembers members, scoped in MemberSet seen)
    {
        foreach (var ordinal in members.Implied)
        {
            if (!seen.Has(ordinal))
            {
                _tape.Name(message.Fields[ordinal].Name);
                AddProtoDefault(message.Fields[ordinal].Type);
            }
        }

        for (var i = 0; i < members.Fields.Length; i++)
        {
            if (members.Fields[i].Presence == ProtoPresence.Required && !seen.Has(i))
            {
                _tape.Name(message.Fields[i].Name);
                return Fail(CodecError.TypeMismatch, "the required field is missing", _in.Offset);
            }
        }

        return !_tape.Failed;
    }

    private void AddProtoDefault(TypeShape type)
    {
        switch (type.Kind)
        {
            case ShapeKind.List or ShapeKind.Set:
                _tape.BeginList(type.TapeType, type.Kind == ShapeKind.Set);
                _tape.End();
                return;
            case ShapeKind.Array:
                _tape.BeginArray(type.TapeType);
                _tape.End();
                return;
            case ShapeKind.Map:
                _tape.BeginMap(type.TapeType);
                _tape.End();
                return;
            case ShapeKind.String:
                _tape.AddString(ReadOnlySpan<byte>.Empty);
                break;
            case ShapeKind.Bytes:
                _tape.AddBytes([]);
                break;
            case ShapeKind.Bool:
                _tape.AddBool(false);
                break;
            case ShapeKind.Float32:
                _tape.AddFloat32(0);
                break;
            case ShapeKind.Float64:
                _tape.AddFloat64(0);
                break;
            case ShapeKind.Int64 or ShapeKind.UInt32:
                _tape.AddInt64(0);
                break;
            case ShapeKind.UInt64:
                _tape.AddUInt64(0);
                break;
            case ShapeKind.Enum when type.Enum?.FindNumber(0) is >= 0 and var ordinal:
                _tape.AddText(ValueKind.Enum, type.Enum.Utf8Of(ordinal), type.TapeType);
                break;
            case ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.Int32 or ShapeKind.Enum:
                _tape.AddInt32(0);
                break;
            case ShapeKind.Char:
                _tape.AddString("\0"u8);
                break;
            default:
                _tape.AddNull();
                break;
        }

        _tape.SetImplied(_tape.Count - 1);
    }

    private bool TryProtoUnknown(ReadOnlySpan<byte> name, long offset) => _policy.RejectUnknown
        ? Fail(CodecError.TypeMismatch, $"the contract declares no member '{Shown(name)}'", offset)
        : _in.Skip(_tape.Budget.MaxDepth) || Broken();

    private bool TryProtoList(TypeShape shape)
    {
        if (_in.Peek() != JsonToken.Array)
        {
            return Unexpected(shape, "another JSON value");
        }

        // Elements come back here one by one.
        return TryArray(shape);
    }

    private bool TryProtoMap(TypeShape shape) => _in.Peek() == JsonToken.Object
        ? TryMap(shape, shape.Key, shape.Element)
        : Unexpected(shape, "another JSON value");

    private bool EndContainer()
    {
        _tape.End();
        return !_tape.Failed;
    }
}
