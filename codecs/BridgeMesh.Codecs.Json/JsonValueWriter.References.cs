using System.Globalization;
using System.Text;
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
            case CycleForm.Ref when RefTo(target) is { } path:
                WriteRef(path);
                return _refSteps < JsonPath.MaxSteps
                    || Fail(CodecError.OverBudget, "the references of this value take too long to name", index);
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

    private void WriteRef(string path)
    {
        _out.Raw("{\"$ref\":"u8);
        _out.Text(Encoding.UTF8.GetBytes(path), loneSurrogates: false);
        _out.Byte((byte)'}');
    }

    // Null for a value that is not part of this document: another root.
    private string? RefTo(int target)
    {
        var (root, ordinal) = (0, 0);
        while (_tape.Next(root) <= target && ++_refSteps < JsonPath.MaxSteps)
        {
            root = _tape.Next(root);
            ordinal++;
        }

        if (_root >= 0)
        {
            return root == _root ? "$" + JsonPath.Of(_tape, root, target, ref _refSteps) : null;
        }

        var path = new StringBuilder("$");
        if (_arguments is null)
        {
            path.Append(CultureInfo.InvariantCulture, $"[{ordinal}]");
        }
        else
        {
            JsonPath.AppendName(path, _arguments.Parameters[ordinal].Name);
        }

        return path.Append(JsonPath.Of(_tape, root, target, ref _refSteps)).ToString();
    }
}
