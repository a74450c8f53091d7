using System.ComponentModel.DataAnnotations;
using BridgeMesh.Gateway.Configuration.Binding;

namespace BridgeMesh.Gateway.Configuration;

/// <summary>Where contracts come from: files, as a plain text says them, or a running server.</summary>
public sealed record ContractConfig
{
    /// <summary>
    /// Files, YAML, OpenAPI, Dubbo's service definitions, descriptor sets, .proto files or Java jars: a path or a pattern with <c>*</c>
    /// and <c>**</c>, relative to the configuration file; or a directory of Java classes or of .proto files. A path without a pattern
    /// must exist; a pattern may match nothing.
    /// </summary>
    [PlainText]
    public string? Path { get; init; }

    /// <summary>
    /// A gRPC server whose reflection is asked, as host:port or as an http or https URL. A server that is away stops nothing: what it said last counts.
    /// </summary>
    public string? Reflection { get; init; }

    /// <summary>
    /// Dubbo's metadata centre, as zookeeper://host:2181,host:2181, with user:password@ before and /chroot behind where there are such; another
    /// group than dubbo behind ?group=. One that is away stops nothing: what it said last counts.
    /// </summary>
    public string? DubboMetadata { get; init; }

    /// <summary>
    /// Jars and directories with the Java classes that the path's need, paths or patterns as above. Jars of all entries see each other's
    /// classes.
    /// </summary>
    public IReadOnlyList<string> ClassPath { get; init; } = [];

    /// <summary>
    /// Directories that imports of the path's .proto files are looked for in, beside the path itself; of a pattern, the part before the first
    /// wildcard.
    /// </summary>
    public IReadOnlyList<string> Includes { get; init; } = [];

    /// <summary>Path of the protoc that compiles the path's .proto files; the one that comes with the gateway when left out.</summary>
    public string? Protoc { get; init; }

    /// <summary>
    /// Full names of the services that are wanted, of files with <c>*</c> for any text; all that a server lists, a file declares, or that look
    /// like services in a jar, when left out. A name that no service of the entry's files has is a problem.
    /// </summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Time for the server to answer, in ms, 100 to 60,000.</summary>
    [Range(100, 60_000)]
    public int TimeoutMs { get; init; } = 5_000;

    /// <summary>Time until the server is asked again, in ms, 1,000 to 86,400,000; a reload asks at once.</summary>
    [Range(1_000, 86_400_000)]
    public int RefreshMs { get; init; } = 60_000;
}
