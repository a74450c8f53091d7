using System.Collections.Immutable;
using BridgeMesh.Contracts.Java.Signatures;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>
/// A method of Triple that streams: <c>void watch(Id id, StreamObserver&lt;Order&gt; replies)</c>, or <c>StreamObserver&lt;Id&gt;
/// all(StreamObserver&lt;Order&gt; replies)</c>, in which either side sends any number. Source: Dubbo's documentation, "Streaming".
/// </summary>
internal sealed class StreamedMethod
{
    private static readonly string[] Observers = ["org.apache.dubbo.common.stream.StreamObserver", "io.grpc.stub.StreamObserver"];

    private readonly JavaType _reply;
    private readonly JavaType? _request;

    private StreamedMethod(JavaType reply, JavaType? request) => (_reply, _request) = (reply, request);

    /// <summary>Null for a method that does not stream.</summary>
    public static StreamedMethod? Of(MethodView method)
    {
        var signature = method.Method.Signature;
        return signature.Parameters is [.., ClassType last] && Observers.Contains(last.Name)
            ? new StreamedMethod(
                Observed(method, last),
                signature.Returns is ClassType taken && Observers.Contains(taken.Name) ? Observed(method, taken) : null)
            : null;
    }

    public MethodDeclaration Declare(MethodView method, ValueMapper values, MapScope scope, ImmutableArray<TypeExpression> throws)
    {
        var names = method.ParameterNames;
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Length || !names.All(JavaNames.IsIdentifier))
        {
            names = [.. names.Select(static (_, i) => $"arg{i}")];
        }

        var parameters = _request is { } request
            ? [values.Value("request", request, TypeSubstitution.Erased(request), scope, null)]
            : method.Method.Signature.Parameters[..^1].Select((p, i) =>
                values.Parameter(
                    names[i],
                    method.Substituted(p),
                    method.Method.Erased.Parameters[i],
                    scope,
                    ValidationText.Of(method.OfParameter(i)))).ToList();
        return new MethodDeclaration(new Named(method.Name, new(scope.Place, 0, 0)))
        {
            Parameters = parameters,
            Returns = values.Value("returns", _reply, TypeSubstitution.Erased(_reply), scope, null),
            Throws = throws,
            Streams = _request is null ? StreamSupport.Server : StreamSupport.All,
        };
    }

    private static JavaType Observed(MethodView method, ClassType observer) =>
        method.Substituted(observer.Arguments is [var only] ? TypeSubstitution.ValueOf(only, null) : ClassType.Object);
}
