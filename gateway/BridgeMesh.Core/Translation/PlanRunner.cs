using BridgeMesh.Contracts;
using BridgeMesh.Core.Translation.Plans;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Translation;

/// <summary>
/// Runs plans: makes values that described themselves fit what a contract declares, those of callers in loosely typed languages, and results read
/// without a shape. Numbers change their width where nothing is lost; text becomes enum, decimal, date; untyped maps become objects of the
/// declared class; a polymorphic value's own class is kept. What fits already costs one walk and allocates nothing. A failure names the
/// path and leaves the tape failed. Safe for any thread; the tape is the caller's.
/// </summary>
internal static class PlanRunner
{
    /// <summary>A second tape for values that change their structure; one a thread, kept within the tape's own bounds.</summary>
    [ThreadStatic]
    private static ValueTape? _scratch;

    /// <summary>Arguments, one root a parameter.</summary>
    public static CodecStatus Fit(ValueTape arguments, MethodPlan plan, ValuePolicy? policy = null)
    {
        if (arguments.Failed)
        {
            return arguments.Status;
        }

        if (arguments.RootCount() != plan.Parameters.Length)
        {
            var detail = $"{plan.Shape} takes {plan.Parameters.Length} arguments, not {arguments.RootCount()}";
            return arguments.Fail(CodecStatus.Fail(CodecError.TypeMismatch, detail, -1, "args"));
        }

        var checker = new PlanChecker(arguments, policy ?? ValuePolicy.Default);
        var index = 0;
        foreach (var parameter in plan.Parameters)
        {
            if (!checker.TryFit(index, parameter, mayBeNull: parameter.Shape.Nullable))
            {
                return arguments.Status;
            }

            index = arguments.Next(index);
        }

        return checker.NeedsRewrite ? Rewrite(arguments, plan.Parameters, policy) : arguments.Status;
    }

    /// <summary>A result: one root, or none for void.</summary>
    public static CodecStatus FitResult(ValueTape result, ValuePlan returns, ValuePolicy? policy = null)
    {
        if (result.Failed || result.Count == 0)
        {
            return result.Status;
        }

        if (returns.Shape.Kind == ShapeKind.Void)
        {
            // Callees in other languages answer void calls with whatever their function came to.
            result.Reset();
            return result.Status;
        }

        var checker = new PlanChecker(result, policy ?? ValuePolicy.Default);
        if (!checker.TryFit(0, returns, mayBeNull: returns.Shape.Nullable))
        {
            return result.Status;
        }

        return checker.NeedsRewrite ? Rewrite(result, [returns], policy) : result.Status;
    }

    private static CodecStatus Rewrite(ValueTape tape, ReadOnlySpan<ValuePlan> roots, ValuePolicy? policy)
    {
        var scratch = _scratch ??= new ValueTape();
        scratch.Reset();
        scratch.Budget = tape.Budget;
        var rewriter = new PlanRewriter(tape, scratch, policy ?? ValuePolicy.Default);
        var status = rewriter.Rewrite(roots);
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
