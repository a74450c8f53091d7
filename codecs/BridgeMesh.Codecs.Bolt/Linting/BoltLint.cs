using BridgeMesh.Codecs.Hessian.Linting;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Bolt.Linting;

/// <summary>What SOFARPC's Hessian calls carry of a contract.</summary>
internal sealed class BoltLint : IMethodLint
{
    private static readonly LintRule StreamNotCarried = new(
        "stream-not-carried", LintLevel.Unsupported, "A method that streams: Bolt carries one request and one reply a call.");

    public string Protocol => "bolt";

    public IReadOnlyList<LintRule> Rules { get; } = [StreamNotCarried, .. HessianTypeJudge.Rules];

    public string? FormOf(TypeShape type, TypePlace place, ValuePolicy policy) => HessianTypeJudge.FormOf(type);

    public void Check(MethodShape method, LintScope scope, ICollection<LintFinding> findings)
    {
        CallRules.CheckStreams(StreamNotCarried, method, Protocol, StreamSupport.None, findings);
        scope.CheckTypes(HessianTypeJudge.Instance, method, findings);
    }
}
