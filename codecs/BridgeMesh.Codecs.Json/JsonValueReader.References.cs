using System.Globalization;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <content>Values that say "the same as there": <c>{"$ref":"$.items[0]"}</c>, where the contract's policy is to write them so.</content>
internal ref partial struct JsonValueReader
{
    /// <summary>Takes an object that has one member, <c>$ref</c>; leaves anything else where it is.</summary>
    private bool TryTakeRef(out JsonText path)
    {
        var ahead = _in;
        path = default;
        ahead.TryTake((byte)'{');
        if (!ahead.TryText(out var name) || !name.Raw.SequenceEqual("$ref"u8) || !ahead.TryTake((byte)':')
            || !ahead.TryText(out path) || !ahead.TryTake((byte)'}'))
        {
            return false;
        }

        _in = ahead;
        return true;
    }

    private bool TryReference(JsonText path, TypeShape? shape)
    {
        if (!TryDecode(path, out var text))
        {
            return false;
        }

        var target = text.StartsWith("$"u8) && TryRoot(text[1..], out var root, out var rest) ? JsonPath.Follow(_tape, root, rest, ref _refSteps) : -1;
        if (_refSteps >= JsonPath.MaxSteps)
        {
            return Fail(CodecError.OverBudget, "the references of this document take too long to follow", path.Offset);
        }

        if (target < 0 || !_tape[target].IsContainer)
        {
            return Fail(CodecError.TypeMismatch, "$ref names no object or array that stands before it", path.Offset);
        }

        if (!Fits(_tape[target].Kind, shape))
        {
            return Fail(CodecError.TypeMismatch, $"$ref names a value that is no {shape}", path.Offset);
        }

        _tape.AddReference(target);
        return !_tape.Failed;
    }

    // The root that the path begins in: this document's only one, or the argument that it names first.
    private readonly bool TryRoot(ReadOnlySpan<byte> path, out int root, out ReadOnlySpan<byte> rest)
    {
        root = _root;
        rest = path;
        if (root >= 0)
        {
            return root < _tape.Count;
        }

        var ordinal = -1;
        if (path.StartsWith("["u8) && path.IndexOf((byte)']') is > 1 and var end
            && int.TryParse(path[1..end], CultureInfo.InvariantCulture, out var position))
        {
            ordinal = position;
            rest = path[(end + 1)..];
        }
        else if (JsonPath.TryName(ref rest, out var name))
        {
            for (var i = 0; i < _arguments?.Parameters.Length; i++)
            {
                ordinal = _arguments.Parameters[i].Name == name ? i : ordinal;
            }
        }

        root = 0;
        for (; ordinal > 0 && root < _tape.Count; ordinal--)
        {
            root = _tape.Next(root);
        }

        return ordinal == 0 && root < _tape.Count;
    }

    private static bool Fits(ValueKind kind, TypeShape? shape) => shape?.Kind switch
    {
        null or ShapeKind.Any => true,
        ShapeKind.Struct => kind == ValueKind.Object,
        ShapeKind.Map => kind == ValueKind.Map,
        ShapeKind.List or ShapeKind.Set => kind == ValueKind.List,
        ShapeKind.Array => kind == ValueKind.Array,
        _ => false,
    };
}
