using BridgeMesh.Codecs.Protobuf.Linting;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;

namespace BridgeMesh.Codecs.Grpc.Linting;

/// <summary>What gRPC's family carries of a contract as protobuf messages.</summary>
/// <param name="overloads">How bad it is that a method has others of its name.</param>
/// <param name="why">The same, as the end of a sentence.</param>
internal sealed class RpcLint(string protocol, LintRule overloads, string why) : IMethodLint
{
    private static readonly LintRule NullMessage = new(
        "null-message", LintLevel.Fine, "A result, or an only parameter, that is a class: null instead of it is refused, as a message is always there.");

    private static readonly LintRule UndeclaredException = new(
        "undeclared-exception", LintLevel.Fine, "Unchecked exceptions of the contract that the method does not declare: callers get their class in an ErrorInfo.");

    public static RpcLint Grpc { get; } = new(
        "grpc",
        new LintRule("overload-collides", LintLevel.Unsupported, "A method that is overloaded: in gRPC a method has one name."),
        "a gRPC method has one name, so none of them can be called");

    public static RpcLint Triple { get; } = new(
        "triple",
        new LintRule("overload-collides", LintLevel.Ambiguous, "A method that is overloaded: wrapped calls name their types, all others are refused."),
        "only wrapped calls, which name their types, can say which");

    public string Protocol => protocol;

    public IReadOnlyList<LintRule> Rules { get; } = [overloads, NullMessage, UndeclaredException, .. ProtobufTypeJudge.Rules];

    public void Check(MethodShape method, LintScope scope, ICollection<LintFinding> findings)
    {
        var sameName = scope.Contract.Overloads(method.Name).Length;
        if (sameName > 1)
        {
            findings.Add(new LintFinding(overloads, string.Empty, $"there are {sameName} methods {method.Name}, and {why}", "give each a name of its own at the service"));
        }

        foreach (var (path, form) in new[] { (method.Parameters is [var only] ? only.Name : string.Empty, method.Proto.RequestForm), ("returns", method.Proto.ResponseForm) })
        {
            if (form == ProtoBody.Whole)
            {
                findings.Add(new LintFinding(NullMessage, path, "it is a message of its own, and null instead of it is refused", "answer an empty object, or throw"));
            }
        }

        CallRules.CheckExceptions(UndeclaredException, method, scope, "gRPC callers get its class in an ErrorInfo", findings);
        scope.CheckTypes(ProtobufTypeJudge.Instance, method, findings);
    }
}
