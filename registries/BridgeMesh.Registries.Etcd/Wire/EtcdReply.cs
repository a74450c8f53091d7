using System.Text.Json;

namespace BridgeMesh.Registries.Etcd.Wire;

/// <summary>What became of a request.</summary>
/// <param name="Body">The answer; an object where <see cref="IsOk"/>.</param>
/// <param name="Refusal">etcd's own words where it answered that it will not; empty otherwise.</param>
/// <param name="Problem">Why no server answered; empty where one did. One line for people.</param>
internal readonly record struct EtcdReply(JsonElement Body, string Refusal, string Problem)
{
    /// <summary>Words that etcd uses of a lease that has ended, or never was (rpctypes.ErrLeaseNotFound).</summary>
    private const string NoLease = "requested lease not found";

    /// <summary>Of a state that is no longer kept (rpctypes.ErrCompacted).</summary>
    private const string Compacted = "required revision has been compacted";

    internal bool IsOk => Refusal.Length == 0 && Problem.Length == 0;

    /// <summary>For people: why it is not the answer that was hoped for.</summary>
    internal string Why => Problem.Length > 0 ? Problem : $"etcd answers: {Refusal}";

    /// <summary>The answer has more bytes than one may have: ask for less.</summary>
    internal bool IsTooLarge { get; init; }

    internal bool HasNoLease => Refusal.Contains(NoLease, StringComparison.Ordinal);

    internal bool IsCompacted => Refusal.Contains(Compacted, StringComparison.Ordinal);

    internal static EtcdReply Answered(JsonElement body) => new(body, string.Empty, string.Empty);

    internal static EtcdReply Refused(string words) => new(default, words, string.Empty);

    internal static EtcdReply Failed(string problem) => new(default, string.Empty, problem);
}
