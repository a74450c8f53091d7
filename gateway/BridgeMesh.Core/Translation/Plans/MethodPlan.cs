using BridgeMesh.Contracts;

namespace BridgeMesh.Core.Translation.Plans;

/// <summary>
/// How the arguments and the result of one method are made to fit their contract: what the data path runs. Compiled when a routing table is
/// built, once for each method, and kept with its shape, so that a call finds it without a search. Immutable; safe for any thread.
/// </summary>
internal sealed class MethodPlan
{
    private MethodPlan(MethodShape shape)
    {
        Shape = shape;
        Parameters = [.. shape.Parameters.Select(static p => ValuePlan.Of(p.Type))];
        Returns = ValuePlan.Of(shape.Returns);
        var open = new Stack<ValuePlan>([.. Parameters, Returns]);
        while (open.TryPop(out var plan))
        {
            Push(plan.Element, open);
            Push(plan.Key, open);
            if (plan.Class is { IsComplete: false } fields)
            {
                Array.ForEach(fields.Fields, open.Push);
            }
        }
    }

    public MethodShape Shape { get; }

    /// <summary>In the method's order.</summary>
    public ValuePlan[] Parameters { get; }

    public ValuePlan Returns { get; }

    /// <summary>The method's plan, compiled when it is asked for first.</summary>
    public static MethodPlan Of(MethodShape shape) =>
        shape.PipelineItem is MethodPlan known ? known : Compile(shape);

    // Two threads may compile the same plan; either is right.
    private static MethodPlan Compile(MethodShape shape)
    {
        var plan = new MethodPlan(shape);
        shape.PipelineItem = plan;
        return plan;
    }

    private static void Push(ValuePlan? plan, Stack<ValuePlan> open)
    {
        if (plan is not null)
        {
            open.Push(plan);
        }
    }
}
