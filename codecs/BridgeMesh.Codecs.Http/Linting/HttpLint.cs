using BridgeMesh.Codecs.Json.Linting;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Linting;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Http.Linting;

/// <summary>What HTTP with JSON carries of a contract.</summary>
internal sealed class HttpLint : IMethodLint
{
    private static readonly LintRule StreamNotCarried = new(
        "stream-not-carried", LintLevel.Unsupported, "A method that takes a stream of requests: HTTP's body is one request. Streams of replies cross.");

    private static readonly LintRule OverloadCollides = new(
        "overload-collides",
        LintLevel.Ambiguous,
        "Overloads without paths of their own whose parameters have the same names and the same kinds of JSON values: a call must name its Java types.");

    private static readonly LintRule UndeclaredException = new(
        "undeclared-exception", LintLevel.Fine, "Unchecked exceptions of the contract that the method does not declare: status 500, unless they have an `httpStatus`.");

    private static readonly LintRule Unanswered = new(
        "oneway", LintLevel.Fine, "A one-way method: callers get 202 before it has run, and are not told how it ends.");

    public string Protocol => HttpPlugin.ProtocolName;

    public IReadOnlyList<LintRule> Rules { get; } =
        [StreamNotCarried, OverloadCollides, UndeclaredException, Unanswered, .. JsonTypeJudge.Rules];

    public string? FormOf(TypeShape type, TypePlace place, ValuePolicy policy) => JsonTypeJudge.FormOf(type, place, policy);

    public void Check(MethodShape method, LintScope scope, ICollection<LintFinding> findings)
    {
        CallRules.CheckStreams(StreamNotCarried, method, Protocol, StreamSupport.Server, findings);
        if (method.Http is null && scope.Contract.Overloads(method.Name).FirstOrDefault(o => o != method && Collide(method, o)) is { } other)
        {
            findings.Add(new LintFinding(
                OverloadCollides,
                string.Empty,
                $"a body for {method} may as well be one for {other}",
                "name the Java types in x-bridge-types, or give each a path of its own by http:"));
        }

        CallRules.CheckExceptions(UndeclaredException, method, scope, "HTTP callers get its class with status 500", findings);
        if (method.OneWay)
        {
            findings.Add(new LintFinding(Unanswered, string.Empty, "callers get 202 before the method has run", "drop oneway: where callers must know"));
        }

        scope.CheckTypes(JsonTypeJudge.Instance, method, findings);
    }

    // As JsonOverloads tells them apart: by the members' names, then by the kinds of their values.
    private static bool Collide(MethodShape left, MethodShape right)
    {
        if (left.Parameters.Length != right.Parameters.Length)
        {
            return false;
        }

        foreach (var parameter in left.Parameters)
        {
            var other = right.Parameters.FirstOrDefault(p => p.Name == parameter.Name);
            if (other is null || (SortOf(parameter.Type) != SortOf(other.Type) && parameter.Type.Kind != ShapeKind.Any && other.Type.Kind != ShapeKind.Any))
            {
                return false;
            }
        }

        return true;
    }

    private static Sort SortOf(TypeShape type) => type.Kind switch
    {
        ShapeKind.Bool => Sort.Bool,
        (>= ShapeKind.Int8 and <= ShapeKind.Float64) or ShapeKind.UInt32 or ShapeKind.UInt64 or ShapeKind.Decimal or ShapeKind.BigInteger => Sort.Number,
        ShapeKind.List or ShapeKind.Set or ShapeKind.Array => Sort.Array,
        ShapeKind.Map or ShapeKind.Struct => Sort.Object,
        _ => Sort.Text,
    };

    private enum Sort : byte
    {
        Bool,
        Number,
        Text,
        Array,
        Object,
    }
}
