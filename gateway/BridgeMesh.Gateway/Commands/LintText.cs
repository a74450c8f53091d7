using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;
using BridgeMesh.Core.Contracts.Linting;

namespace BridgeMesh.Gateway.Commands;

/// <summary>Verdicts for people: a line for each method with a word for each protocol, below it what was found, at the end the counts.</summary>
/// <param name="level">Findings below it are left out.</param>
internal sealed class LintText(TextWriter output, Ink ink, LintLevel level)
{
    public void Write(IReadOnlyList<(ServiceContract Contract, List<MethodVerdict> Verdicts)> services, IReadOnlyList<string> protocols)
    {
        foreach (var (contract, verdicts) in services)
        {
            // A service at a time: the console writes each line through, and a jar has thousands.
            var text = new StringWriter();
            Write(contract, verdicts, text);
            output.Write(text.ToString());
        }

        var methods = services.Sum(static s => s.Contract.Methods.Length);
        output.WriteLine($"{services.Count} services, {methods} methods");
        foreach (var protocol in protocols)
        {
            var own = services.SelectMany(static s => s.Verdicts).Where(v => v.Protocol == protocol).ToList();
            var counts = Enum.GetValues<LintLevel>().Select(l => (Level: l, Count: own.Count(v => v.Level == l))).Where(static c => c.Count > 0);
            output.WriteLine($"  {protocol}: {string.Join(", ", counts.Select(c => $"{c.Count} {Dressed(c.Level)}"))}");
        }
    }

    /// <summary>One finding, in a line.</summary>
    public string Line(LintFinding finding, string protocols)
    {
        var place = finding.Path.Length == 0 ? string.Empty : $" at {Ink.Plain(finding.Path)}";
        return $"    {Ink.Plain(protocols)} {Dressed(finding.Level)} {Ink.Plain(finding.Code)}{place}: {Ink.Plain(finding.Reason)}; {ink.Faint(finding.Cure)}";
    }

    private void Write(ServiceContract contract, List<MethodVerdict> verdicts, StringWriter text)
    {
        text.WriteLine($"{ink.Strong("service")} {ink.Name(contract.Service.ToString())} {ink.Faint($"({contract.File})")}");
        foreach (var method in verdicts.GroupBy(static v => v.Method))
        {
            var words = method.Select(v => $"{ink.Faint(v.Protocol)} {Dressed(v.Level)}");
            text.WriteLine($"  {ink.Name(method.Key.ToString())}  {string.Join("  ", words)}");
            foreach (var (finding, where) in Merge(method))
            {
                text.WriteLine(Line(finding, where));
            }
        }

        text.WriteLine();
    }

    /// <summary>What several protocols find alike is told once.</summary>
    private IEnumerable<(LintFinding Finding, string Protocols)> Merge(IEnumerable<MethodVerdict> verdicts) => verdicts
        .SelectMany(static v => v.Findings.Select(f => (v.Protocol, Finding: f)))
        .Where(f => f.Finding.Level >= level)
        .GroupBy(static f => (f.Finding.Level, f.Finding.Code, f.Finding.Path, f.Finding.Reason, f.Finding.Cure))
        .Select(static g => (g.First().Finding, string.Join(", ", g.Select(static f => f.Protocol))))
        .OrderByDescending(static f => f.Finding.Level);

    private string Dressed(LintLevel of) => of switch
    {
        LintLevel.Fine => ink.Good(ContractLint.Word(of)),
        LintLevel.Unsupported => ink.Bad(ContractLint.Word(of)),
        _ => ink.Strong(ContractLint.Word(of)),
    };
}
