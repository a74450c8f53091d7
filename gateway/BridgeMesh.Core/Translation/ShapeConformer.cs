using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Translation;

/// <summary>
/// Makes values that described themselves fit what a contract declares: those of callers in loosely typed languages, and results read
/// without a shape. Numbers change their width where nothing is lost; text becomes enum, decimal, date; untyped maps become objects of the
/// declared class; a polymorphic value's own class is kept. What fits already costs one walk and allocates nothing. A failure names the
/// path and leaves the tape failed. Safe for any thread; the tape is the caller's.
/// </summary>
internal static class ShapeConformer
{
    /// <summary>A second tape for values that change their structure; one a thread, kept within the tape's own bounds.</summary>
    [ThreadStatic]
    private static ValueTape? _scratch;

    /// <summary>Arguments, one root a parameter.</summary>
    public static CodecStatus Conform(ValueTape arguments, MethodShape shape, ValuePolicy? policy = null)
    {
        if (arguments.Failed)
        {
            return arguments.Status;
        }

        if (arguments.RootCount() != shape.Parameters.Length)
        {
            var detail = $"{shape} takes {shape.Parameters.Length} arguments, not {arguments.RootCount()}";
            return arguments.Fail(CodecStatus.Fail(CodecError.TypeMismatch, detail, -1, "args"));
        }

        var checker = new ShapeChecker(arguments, policy ?? ValuePolicy.Default);
        var index = 0;
        foreach (var parameter in shape.Parameters)
        {
            if (!checker.TryFit(index, parameter.Type, mayBeNull: parameter.Type.Nullable))
            {
                return arguments.Status;
            }

            index = arguments.Next(index);
        }

        return checker.NeedsRewrite ? Rewrite(arguments, shape, null, policy) : arguments.Status;
    }

    /// <summary>A result: one root, or none for void.</summary>
    public static CodecStatus Conform(ValueTape result, TypeShape returns, ValuePolicy? policy = null)
    {
        if (result.Failed || result.Count == 0)
        {
            return result.Status;
        }

        if (returns.Kind == ShapeKind.Void)
        {
            // Callees in other languages answer void calls with whatever their function came to.
            result.Reset();
            return result.Status;
        }

        var checker = new ShapeChecker(result, policy ?? ValuePolicy.Default);
        if (!checker.TryFit(0, returns, mayBeNull: returns.Nullable))
        {
            return result.Status;
        }

        return checker.NeedsRewrite ? Rewrite(result, null, returns, policy) : result.Status;
    }

    private static CodecStatus Rewrite(ValueTape tape, MethodShape? method, TypeShape? returns, ValuePolicy? policy)
    {
        var scratch = _scratch ??= new ValueTape();
        scratch.Reset();
        scratch.Budget = tape.Budget;
        var rewriter = new ShapeRewriter(tape, scratch, policy ?? ValuePolicy.Default);
        var status = rewriter.Rewrite(method, returns);
        if (status.IsOk)
        {
            tape.Swap(scratch);
        }
        else
        {
            tape.Fail(status);
        }

        scratch.Reset();
        return tape.Status;
    }
}
