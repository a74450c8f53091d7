using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <content>Argument lists, which become roots in the method's order whatever order they come in.</content>
internal ref partial struct JsonValueReader
{
    /// <summary>Null for each parameter, or a fault for the first that cannot be null.</summary>
    public static bool TryMissing(MethodShape? shape, ValueTape into, int from = 0)
    {
        for (var i = from; i < shape?.Parameters.Length; i++)
        {
            if (!TextScalar.ReadMissing(shape.Parameters[i].Type, into).IsOk)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>An array of arguments; those that it is too short for are missing.</summary>
    /// <param name="exact">None may be missing.</param>
    public bool TryPositional(MethodShape? shape, bool exact = false)
    {
        (_root, _arguments) = (-1, shape);
        _in.TryTake((byte)'[');
        var ordinal = 0;
        while (!_in.TryTake((byte)']'))
        {
            if (ordinal > 0 && !_in.Expect((byte)',', "expected a comma or ]"))
            {
                return Broken();
            }

            if (ordinal == shape?.Parameters.Length)
            {
                return FailArguments(CodecError.TypeMismatch, $"more arguments than the {ordinal} of {shape.Name}", _in.Offset);
            }

            if (!TryRead(shape?.Parameters[ordinal].Type))
            {
                return false;
            }

            ordinal++;
        }

        return exact && ordinal < shape?.Parameters.Length
            ? FailArguments(CodecError.TypeMismatch, $"{ordinal} arguments for the {shape.Parameters.Length} of {shape.Name}", _in.Offset)
            : TryMissing(shape, _tape, ordinal);
    }

    /// <summary>
    /// The object of named arguments. What comes in order is read at once; what comes early is stepped over and read when its turn comes.
    /// </summary>
    /// <param name="places">Empty, one a parameter.</param>
    public bool TryNamed(MethodShape shape, scoped Span<JsonSlice> places)
    {
        (_root, _arguments) = (-1, shape);
        _in.TryTake((byte)'{');
        var next = 0;
        var first = true;
        while (!_in.TryTake((byte)'}'))
        {
            if (!TryMember(first, out var name) || !TryFind(shape, name, next, out var ordinal))
            {
                return false;
            }

            first = false;
            if (ordinal < 0)
            {
                if (!TryDrop(name))
                {
                    return false;
                }

                continue;
            }

            if (ordinal < next || !places[ordinal].IsEmpty)
            {
                return FailArguments(CodecError.Malformed, $"the member '{shape.Parameters[ordinal].Name}' appears twice", name.Offset);
            }

            if (ordinal != next ? !TryStepOver(out places[ordinal]) : !TryRead(shape.Parameters[next++].Type))
            {
                return false;
            }

            while (next < places.Length && !places[next].IsEmpty)
            {
                if (!TrySlice(places[next], shape.Parameters[next++].Type))
                {
                    return false;
                }
            }
        }

        return TryEnd() && TryRest(shape, places, next);
    }

    /// <summary>Finds the values of a binding's body members without reading them.</summary>
    /// <param name="places">Empty, one a parameter of the method.</param>
    public bool TryLocate(HttpBinding binding, scoped Span<JsonSlice> places)
    {
        if (!_in.TryTake((byte)'{'))
        {
            return FailArguments(CodecError.TypeMismatch, "the body must be an object of named arguments", _in.Offset);
        }

        var first = true;
        while (!_in.TryTake((byte)'}'))
        {
            if (!TryMember(first, out var name) || !TryDecode(name, out var text))
            {
                return false;
            }

            first = false;
            var ordinal = -1;
            foreach (var parameter in binding.Parameters)
            {
                if (parameter.Source == HttpSource.BodyMember && parameter.Field.Utf8.SequenceEqual(text))
                {
                    ordinal = parameter.Ordinal;
                }
            }

            if (ordinal >= 0 && !places[ordinal].IsEmpty)
            {
                return FailArguments(CodecError.Malformed, "a member appears twice", name.Offset);
            }

            if (ordinal < 0 ? !TryDrop(name) : !TryStepOver(out places[ordinal]))
            {
                return false;
            }
        }

        return TryEnd();
    }

    private bool TryRest(MethodShape shape, scoped ReadOnlySpan<JsonSlice> places, int next)
    {
        // ProtoJSON leaves out what is a field's default.
        ReadOnlySpan<int> implied = _policy.ProtoJson && shape.Proto is { RequestForm: ProtoBody.Fields, Request.Struct: { } fields }
            ? ProtoMembers.Of(fields).Implied
            : [];
        for (var i = next; i < places.Length; i++)
        {
            var type = shape.Parameters[i].Type;
            if (places[i].IsEmpty && implied.Contains(i))
            {
                AddProtoDefault(type);
                continue;
            }

            if (places[i].IsEmpty ? !TextScalar.ReadMissing(type, _tape).IsOk : !TrySlice(places[i], type))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryFind(MethodShape shape, JsonText name, int next, out int ordinal)
    {
        ordinal = next;
        if (next < shape.Parameters.Length && shape.Parameters[next].Field.Utf8.SequenceEqual(name.Raw))
        {
            return true;
        }

        if (!TryDecode(name, out var text))
        {
            return false;
        }

        for (ordinal = shape.Parameters.Length - 1; ordinal >= 0; ordinal--)
        {
            if (shape.Parameters[ordinal].Field.Utf8.SequenceEqual(text))
            {
                break;
            }
        }

        return true;
    }

    private bool TryDrop(JsonText name) => _policy.RejectUnknown
        ? FailArguments(CodecError.TypeMismatch, $"the contract declares no parameter '{Shown(name.Raw)}'", name.Offset)
        : _in.Skip(_tape.Budget.MaxDepth) || Broken();

    private bool TryStepOver(out JsonSlice place)
    {
        _in.Peek();
        var start = _in.Position;
        var skipped = _in.Skip(_tape.Budget.MaxDepth);
        place = new JsonSlice(start, _in.Position);
        return skipped || Broken();
    }

    private readonly bool TrySlice(JsonSlice place, TypeShape type)
    {
        var reader = new JsonValueReader(_in.Part(place.Start, place.End), _policy, _tape) { _root = _root, _arguments = _arguments };
        return reader.TryRead(type) && reader.TryEnd();
    }

    // Of the argument list as a whole, which is no value of the tape's.
    private readonly bool FailArguments(CodecError error, string detail, long offset)
    {
        _tape.Fail(CodecStatus.Fail(error, detail, offset, "args"));
        return false;
    }
}
