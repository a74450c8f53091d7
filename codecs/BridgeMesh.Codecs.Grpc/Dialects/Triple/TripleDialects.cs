using System.Collections.Immutable;
using BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Registries;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <summary>Dubbo 3's Triple in all its forms: which a request is, and which a callee wants.</summary>
internal static class TripleDialects
{
    internal const string Proto = "application/proto";
    internal const string Json = "application/json";

    internal static readonly MessageFraming UnaryFraming = new("content-encoding", "accept-encoding") { IsPrefixed = false };

    internal static readonly MessageFraming StreamFraming =
        new("connect-content-encoding", "connect-accept-encoding") { EndFlag = TripleEnd.Flag };

    internal static readonly ImmutableArray<CallerDialect> Callers =
    [
        new TripleGrpcCaller(isConsumer: true),
        new TripleGrpcCaller(isConsumer: false),
        new TripleUnaryCaller(Proto, WrappableForm.Instance),
        new TripleUnaryCaller(Json, TripleJsonForm.Instance),
        new TripleStreamCaller("application/connect+proto", WrappableForm.Instance),
        new TripleStreamCaller("application/connect+json", TripleJsonForm.Instance),
    ];

    private static readonly TripleCallee Own = new(isWrapped: false);
    private static readonly TripleCallee OwnWrapped = new(isWrapped: true);
    private static readonly TripleGrpcCallee GrpcByContract = new(WrapMode.ByContract);
    private static readonly TripleGrpcCallee GrpcWrapped = new(WrapMode.Always);
    private static readonly TripleGrpcCallee GrpcPlain = new(WrapMode.Never);

    /// <summary>
    /// The dialect of an instance. Its metadata <c>form</c> is triple or grpc, and <c>wrapped</c> true or false. Without the first, a
    /// provider that a Java or Go registration tells of by its <c>release</c> is called as grpc, which all of those take, and any other as
    /// triple.
    /// </summary>
    internal static CalleeDialect CalleeOf(ServiceInstance instance)
    {
        var wrapped = instance.Metadata.GetValueOrDefault("wrapped");
        var form = instance.Metadata.GetValueOrDefault("form") ?? (IsOfJavaOrGo(instance) ? "grpc" : "triple");
        return (form, wrapped) switch
        {
            ("grpc", "true") => GrpcWrapped,
            ("grpc", "false") => GrpcPlain,
            ("grpc", _) => GrpcByContract,
            (_, "true") => OwnWrapped,
            _ => Own,
        };
    }

    internal static bool IsType(HttpRequest request, string contentType) =>
        request.ContentType is { } type
        && type.StartsWith(contentType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == contentType.Length || type[contentType.Length] is ';' or ' ');

    // Java's releases are numbers, Go's begin with its name. Source: the URL parameter release of a provider's registration.
    private static bool IsOfJavaOrGo(ServiceInstance instance) =>
        instance.Metadata.GetValueOrDefault("release") is { Length: > 0 } release
        && (char.IsAsciiDigit(release[0]) || release.StartsWith("dubbo-golang", StringComparison.Ordinal));
}
