using System.Collections.Immutable;
using BridgeMesh.Registries;

namespace BridgeMesh.Plugins;

/// <summary>One call that a registry's adapter wants made, because what it looks for is known to an instance alone.</summary>
/// <param name="Callee">Whom to ask: protocol, address, and the service under its whole name.</param>
/// <param name="ArgumentsJson">The arguments, as a JSON array in UTF-8.</param>
/// <param name="TimeoutMs">Time for all of it, the connection included, in ms, 1 or more.</param>
public sealed record InstanceQuestion(ServiceInstance Callee, string Method, ReadOnlyMemory<byte> ArgumentsJson, int TimeoutMs)
{
    /// <summary>Java types of the parameters by their full names, in order; as many as there are arguments.</summary>
    public ImmutableArray<string> ParameterTypes { get => field.IsDefault ? [] : field; init; } = [];
}

/// <summary>What came of a question.</summary>
/// <param name="Json">The result as JSON in UTF-8, without the names of Java classes; empty where there is none.</param>
/// <param name="Problem">Why there is no result, in one line for people; null when there is one.</param>
public sealed record InstanceAnswer(ReadOnlyMemory<byte> Json, string? Problem)
{
    public static InstanceAnswer Failed(string problem) => new(default, problem);
}

/// <summary>
/// Makes single calls over whatever protocols the gateway speaks, past routes and balancing, for adapters that must not know a protocol
/// themselves. Bounded in time, size and number at a time. Safe for any thread.
/// </summary>
public interface IInstanceCalls
{
    /// <summary>Throws <see cref="OperationCanceledException"/> alone, and only when the token says so.</summary>
    Task<InstanceAnswer> AskAsync(InstanceQuestion question, CancellationToken cancellationToken);
}
