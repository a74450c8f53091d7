using System.Collections.Frozen;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <summary>
/// Names of Triple's own headers. Source: TripleHeaderEnum and TripleConstants of dubbo-rpc-triple; protocol-triple/headers of dubbo-js;
/// protocol_triple.go of dubbo-go.
/// </summary>
internal static class TripleHeaders
{
    internal const string Version = "tri-service-version";
    internal const string Group = "tri-service-group";

    /// <summary>Milliseconds, one to ten digits.</summary>
    internal const string Timeout = "tri-service-timeout";

    /// <summary>The same in Go.</summary>
    internal const string TimeoutOfGo = "triple-timeout-ms";

    internal const string GrpcTimeout = "grpc-timeout";

    /// <summary>1.0.0, the only one there is.</summary>
    internal const string ProtocolVersion = "tri-protocol-version";

    /// <summary>Name of the consumer's application; every Java consumer has one.</summary>
    internal const string ConsumerApplication = "tri-consumer-appname";

    /// <summary>Names of attachments that are not lower case: a JSON object from the lower case name to the own one,
    /// percent-encoded.</summary>
    internal const string Convert = "tri-header-convert";

    /// <summary>In the head of a reply whose message is a wrapped exception: the status that it stands for, 3 for the service's
    /// own.</summary>
    internal const string ExceptionCode = "tri-exception-code";

    /// <summary>In the head of a unary reply: what would be trailers.</summary>
    internal const string TrailerPrefix = "trailer-";

    /// <summary>What is no attachment of the call: Triple's own, Connect's, from which it comes, and keys that name the service in
    /// Dubbo.</summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        Version,
        Group,
        Timeout,
        TimeoutOfGo,
        ProtocolVersion,
        "triple-protocol-version",
        ConsumerApplication,
        Convert,
        ExceptionCode,
        "connect-protocol-version",
        "connect-timeout-ms",
        "connect-content-encoding",
        "connect-accept-encoding",
        "http-status",
        "rest-service-version",
        "rest-service-group",
        "rest-service-timeout",
        "serialization",
        "group",
        "interface",
        "path",
        "application",
        "remote.application");

    internal static bool IsReserved(string name) => Reserved.Contains(name);
}
