using System.IO.Enumeration;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;
using BridgeMesh.Core.Contracts.Linting;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Translation.Plans;

namespace BridgeMesh.Gateway.Commands;

/// <summary>Mapping plans for people and programs: what the data path does with each value of a call from one protocol to another.</summary>
/// <param name="from">The caller's protocol.</param>
/// <param name="to">The callee's.</param>
/// <param name="method">Name of the methods that are told, with * for any text.</param>
internal sealed class PlanText(PluginCatalog catalog, string from, string to, string method)
{
    /// <summary>Whether the method is one of those that are told.</summary>
    public bool IsAsked(MethodShape shape) => FileSystemName.MatchesSimpleExpression(method, shape.Name, ignoreCase: false);

    public void Write(TextWriter output, Ink ink, IEnumerable<ServiceContract> contracts)
    {
        var findings = new LintText(output, ink, LintLevel.Lossy);
        foreach (var contract in contracts)
        {
            output.WriteLine($"{ink.Strong("service")} {ink.Name(contract.Service.ToString())} {ink.Faint($"({contract.File})")}");
            var compiled = catalog.Plans.Of(contract);
            foreach (var plan in compiled.Methods.Where(p => IsAsked(p.Shape)))
            {
                output.WriteLine($"  {ink.Name(plan.Shape.ToString())}");
                Write(output, ink, "request", PlanSteps.OfRequest(plan), from, to, contract.Policy);
                Write(output, ink, "reply", PlanSteps.OfReply(plan), to, from, contract.Policy);
                foreach (var exception in plan.Shape.Exceptions)
                {
                    output.WriteLine($"    {ink.Faint("throws")} {Ink.Plain(exception.JavaType.Text)}");
                }

                foreach (var verdict in VerdictsOf(compiled, plan))
                {
                    foreach (var finding in verdict.Findings.Where(static f => f.Level >= LintLevel.Lossy))
                    {
                        output.WriteLine(findings.Line(finding, verdict.Protocol));
                    }
                }
            }

            output.WriteLine();
        }
    }

    public object Describe(ServiceContract contract)
    {
        var compiled = catalog.Plans.Of(contract);
        return new
        {
            service = contract.Service.ToString(),
            methods = compiled.Methods.Where(p => IsAsked(p.Shape)).Select(plan => new
            {
                name = plan.Shape.Name,
                signature = plan.Shape.Signature.Descriptor,
                request = Describe(PlanSteps.OfRequest(plan), from, to, contract.Policy),
                reply = Describe(PlanSteps.OfReply(plan), to, from, contract.Policy),
                throws = plan.Shape.Exceptions.Select(static e => e.JavaType.Text),
                findings = VerdictsOf(compiled, plan)
                    .SelectMany(v => v.Findings.Select(f => new { protocol = v.Protocol, finding = ContractLint.Describe(f) })),
            }),
        };
    }

    private void Write(
        TextWriter output, Ink ink, string title, IReadOnlyList<PlanStep> steps, string source, string target, ValuePolicy policy)
    {
        output.WriteLine($"    {ink.Faint($"{title}, {source} → {target}")}{(steps.Count == 0 ? " nothing" : string.Empty)}");
        foreach (var step in steps)
        {
            var operation = step.Seen ? "as above" : step.Operation;
            output.WriteLine(
                $"      {Ink.Plain(step.Path)}: {Ink.Plain(FormOf(source, step, policy))} → {ink.Faint(operation)} → {Ink.Plain(FormOf(target, step, policy))}");
        }
    }

    private IEnumerable<object> Describe(IReadOnlyList<PlanStep> steps, string source, string target, ValuePolicy policy) => steps.Select(s => (object)new
    {
        path = s.Path,
        type = ContractText.TypeOf(s.Type),
        source = FormOf(source, s, policy),
        operation = s.Operation,
        target = FormOf(target, s, policy),
        asAbove = s.Seen,
    });

    private string FormOf(string protocol, PlanStep step, ValuePolicy policy) =>
        (catalog.MethodLints.TryGetValue(protocol, out var lint) ? lint.FormOf(step.Type, step.Place, policy) : null) ?? ContractText.TypeOf(step.Type);

    private IEnumerable<MethodVerdict> VerdictsOf(ContractPlan compiled, MethodPlan plan) =>
        compiled.Verdicts.Where(v => v.Method == plan.Shape && (v.Protocol == from || v.Protocol == to));
}
