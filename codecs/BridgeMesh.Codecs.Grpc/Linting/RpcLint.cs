using BridgeMesh.Codecs.Protobuf.Linting;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;

namespace BridgeMesh.Codecs.Grpc.Linting;

/// <summary>What gRPC's family carries of a contract as protobuf messages.</summary>
internal sealed class RpcLint(string protocol) : IMethodLint
{
    private static readonly LintRule NullMessage = new(
        "null-message", LintLevel.Fine, "A result, or an only parameter, that is a class: null instead of it is refused, as a message is always there.");

    private static readonly LintRule UndeclaredException = new(
        "undeclared-exception", LintLevel.Fine, "Unchecked exceptions of the contract that the method does not declare: callers get their class in an ErrorInfo.");

    private static readonly LintRule Overloads = new(
        "overload-collides", LintLevel.Fine, "A method that is overloaded: protobuf has one method a name, so that callers use another name for it.");

    public static RpcLint Grpc { get; } = new("grpc");

    public static RpcLint Triple { get; } = new("triple");

    public string Protocol => protocol;

    public IReadOnlyList<LintRule> Rules { get; } = [Overloads, NullMessage, UndeclaredException, .. ProtobufTypeJudge.Rules];

    public string? FormOf(TypeShape type, TypePlace place, ValuePolicy policy) => ProtobufTypeJudge.FormOf(type, place);

    public void Check(MethodShape method, LintScope scope, ICollection<LintFinding> findings)
    {
        if (method.ProtoName is { } name)
        {
            findings.Add(new LintFinding(
                Overloads, string.Empty, $"it is called {name}, as protobuf has no overloads", "keep the name by contract import, or write proto:"));
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
