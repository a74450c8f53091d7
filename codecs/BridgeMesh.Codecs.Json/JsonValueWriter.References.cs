using System.Globalization;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <content>Shared values and cycles, which JSON does not have.</content>
internal ref partial struct JsonValueWriter
{
    private bool TryReference(int index, TypeShape? shape)
    {
        var target = _tape.Resolve(index);

        // Identity matters only for what can be changed through it.
        if (!_tape[target].IsContainer)
        {
            return TryCopy(target, shape);
        }

        switch (_policy.Cycles)
        {
            case CycleForm.Reject:
                return Fail(CodecError.Unrepresentable, $"the value of {_tape.PathOf(target)} is here again, which JSON cannot say", index);
            case CycleForm.Ref:
                WriteRef(target);
                return true;
            default:
                if (_open[.._depth].Contains(target))
                {
                    return Fail(CodecError.Unrepresentable, $"a cycle: the value of {_tape.PathOf(target)} contains itself", index);
                }

                return TryCopy(target, shape);
        }
    }

    private bool TryCopy(int target, TypeShape? shape)
    {
        if (_expanding++ == 0)
        {
            _expandedFrom = _out.Written;
        }

        var written = TryWrite(target, shape);
        if (--_expanding == 0)
        {
            _expandedBytes += _out.Written - _expandedFrom;
        }

        return written;
    }

    // References to references multiply: both what is walked and what is written have a bound.
    private bool TryExpand(int index) =>
        (++_expandedTokens <= _tape.Budget.MaxExpandedTokens
            && _expandedBytes + _out.Written - _expandedFrom <= _tape.Budget.MaxTextBytes)
        || Fail(CodecError.OverBudget, "shared values take too much room once they are written out", index);

    private void WriteRef(int target)
    {
        _out.Raw("{\"$ref\":"u8);
        _out.Text(System.Text.Encoding.UTF8.GetBytes(RefTo(target)), loneSurrogates: false);
        _out.Byte((byte)'}');
    }

    // The tape calls its roots args[n]; in the document they are the whole, a member or an element.
    private readonly string RefTo(int target)
    {
        var path = _tape.PathOf(target);
        var end = path.IndexOf(']', StringComparison.Ordinal);
        var ordinal = int.Parse(path.AsSpan("args[".Length, end - "args[".Length), CultureInfo.InvariantCulture);
        var root = _arguments is { } method ? $"$.{method.Parameters[ordinal].Name}" : "$";
        return root + path[(end + 1)..];
    }
}
