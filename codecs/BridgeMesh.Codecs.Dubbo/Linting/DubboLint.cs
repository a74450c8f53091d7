using BridgeMesh.Codecs.Hessian.Linting;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Dubbo.Linting;

/// <summary>What Dubbo 2's Hessian calls carry of a contract, and what Dubbo 3 takes of it.</summary>
internal sealed class DubboLint : IMethodLint
{
    private static readonly LintRule StreamNotCarried = new(
        "stream-not-carried", LintLevel.Unsupported, "A method that streams: Dubbo 2 carries one request and one reply a call.");

    private static readonly LintRule ClassNotAllowed = new(
        "class-not-allowed",
        LintLevel.Lossy,
        "A declared subclass outside the packages that Dubbo 3 trusts, those of the interface and the classes it names, by their first three names: it arrives as a map.");

    private static readonly LintRule UndeclaredException = new(
        "undeclared-exception", LintLevel.Lossy, "Unchecked exceptions of the contract that the method does not declare: Dubbo callers get a RuntimeException.");

    public string Protocol => "dubbo";

    public IReadOnlyList<LintRule> Rules { get; } = [StreamNotCarried, ClassNotAllowed, UndeclaredException, .. HessianTypeJudge.Rules];

    public string? FormOf(TypeShape type, TypePlace place, ValuePolicy policy) => HessianTypeJudge.FormOf(type);

    public void Check(MethodShape method, LintScope scope, ICollection<LintFinding> findings)
    {
        CallRules.CheckStreams(StreamNotCarried, method, Protocol, StreamSupport.None, findings);
        CallRules.CheckExceptions(UndeclaredException, method, scope, "Dubbo callers get a RuntimeException that names it", findings);
        CheckClasses(method, scope, findings);
        scope.CheckTypes(HessianTypeJudge.Instance, method, findings);
    }

    private void CheckClasses(MethodShape method, LintScope scope, ICollection<LintFinding> findings)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var subclass in LintScope.Subclasses(method))
        {
            var name = subclass.JavaType.Text;
            if (!scope.Once(this, TrustedPackages.Of).Trust(name) && told.Add(name))
            {
                findings.Add(new LintFinding(
                    ClassNotAllowed,
                    $"subclass {name}",
                    $"Dubbo 3 decodes {name} as a map: no type that the interface names is in its package",
                    "name it in a signature or a field, or in the peer's security/serialize.allowlist"));
            }
        }
    }
}
