using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;

namespace BridgeMesh.Core.Translation.Plans;

/// <summary>One step of a plan as people read it.</summary>
/// <param name="Path">As a lint's: <c>order.items[].price</c>.</param>
/// <param name="Operation">What is done there, in a few words.</param>
/// <param name="Seen">Whether the class stood at an earlier path, whose steps are not repeated.</param>
internal sealed record PlanStep(string Path, TypeShape Type, TypePlace Place, string Operation, bool Seen);

/// <summary>Lists the steps of plans, in the order in which they are run.</summary>
internal static class PlanSteps
{
    /// <summary>Steps of one method that are listed.</summary>
    internal const int MaxSteps = 2_000;

    /// <summary>The steps of a request: those of each parameter.</summary>
    public static IReadOnlyList<PlanStep> OfRequest(MethodPlan plan)
    {
        var steps = new List<PlanStep>();
        var seen = new HashSet<ClassPlan>();
        for (var i = 0; i < plan.Parameters.Length; i++)
        {
            Add(plan.Parameters[i], plan.Shape.Parameters[i].Name, TypePlace.Value, steps, seen);
        }

        return steps;
    }

    public static IReadOnlyList<PlanStep> OfReply(MethodPlan plan)
    {
        var steps = new List<PlanStep>();
        if (plan.Returns.Shape.Kind != ShapeKind.Void)
        {
            Add(plan.Returns, "returns", TypePlace.Value, steps, []);
        }

        return steps;
    }

    private static void Add(ValuePlan plan, string path, TypePlace place, List<PlanStep> steps, HashSet<ClassPlan> seen)
    {
        if (steps.Count >= MaxSteps)
        {
            return;
        }

        var isSeen = plan.Class is { } known && !seen.Add(known);
        steps.Add(new PlanStep(path, plan.Shape, place, WordsOf(plan), isSeen));
        if (isSeen)
        {
            return;
        }

        var isMap = plan.Operation == PlanOperation.Map;
        if (plan.Key is { } key)
        {
            Add(key, $"{path}{{key}}", TypePlace.Key, steps, seen);
        }

        if (plan.Element is { } element)
        {
            Add(element, isMap ? $"{path}{{}}" : $"{path}[]", isMap ? TypePlace.Entry : TypePlace.Element, steps, seen);
        }

        for (var i = 0; i < (plan.Class?.Names.Length ?? 0); i++)
        {
            Add(plan.Class!.Fields[i], $"{path}.{plan.Class.Names[i].Text}", TypePlace.Value, steps, seen); // Its names were counted.
        }
    }

    private static string WordsOf(ValuePlan plan) => plan.Operation switch
    {
        PlanOperation.Pass => "pass as it is",
        PlanOperation.Bytes => "octets, or a list of numbers that become octets",
        PlanOperation.Enum => "text, number or object to constant",
        PlanOperation.Sequence => $"retype to {plan.Shape.Kind.ToString().ToLowerInvariant()}, each element",
        PlanOperation.Map => "each key and value; an untyped object becomes a map",
        PlanOperation.Class when plan.Shape.Subtypes is { Count: > 0 } subtypes => $"each field; a map becomes the class, {subtypes.Count} classes may stand here",
        PlanOperation.Class => "each field; a map becomes the class",
        _ => FitOf(plan.Shape),
    };

    private static string FitOf(TypeShape shape) => shape.Kind switch
    {
        ShapeKind.Int8 or ShapeKind.Int16 => "check range",
        ShapeKind.Int32 or ShapeKind.UInt32 => "pass, else narrow and check range",
        ShapeKind.Int64 or ShapeKind.UInt64 => "pass, else widen or text to number",
        ShapeKind.Float32 or ShapeKind.Float64 => "pass, else change width where exact",
        ShapeKind.Bool or ShapeKind.String => "check kind",
        ShapeKind.Char => "check one UTF-16 unit",
        ShapeKind.Decimal or ShapeKind.BigInteger => "number or text to plain digits",
        ShapeKind.Instant => "text or milliseconds to a time",
        _ => $"check text of {shape}",
    };
}
