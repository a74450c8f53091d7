using System.Collections.Immutable;
using System.Text.Json;

namespace BridgeMesh.Registries.Etcd.Wire;

/// <summary>One message of a watch.</summary>
/// <param name="Problem">What ends the stream: etcd's words, or why there are none; empty for a message.</param>
/// <param name="Revision">Of the store when it was written; 0 where it does not say.</param>
/// <param name="ClusterId">Of the cluster that the member belongs to; a text, as it has 64 bits without a sign.</param>
internal sealed record WatchMessage(string Problem, long Revision, string ClusterId)
{
    internal bool IsCreated { get; init; }

    internal bool IsCanceled { get; init; }

    /// <summary>Least revision that is still kept, in a cancellation because the watch began before it; 0 otherwise.</summary>
    internal long CompactRevision { get; init; }

    /// <summary>In the order in which they happened; those of one revision are never in two messages.</summary>
    internal ImmutableArray<KeyEvent> Events { get; init; } = [];

    /// <summary>The watch is up to date with <see cref="Revision"/>, which etcd says of a quiet one now and then (progress_notify).</summary>
    internal bool IsProgress => Problem.Length == 0 && Events.IsEmpty && !IsCreated && !IsCanceled;

    internal static WatchMessage Broken(string problem) => new(problem, 0, string.Empty);

    internal static WatchMessage Read(Uri server, ReadOnlySpan<byte> line)
    {
        if (JsonFields.Parse(line) is not { } message)
        {
            return Broken($"{server} sends what is no JSON object");
        }

        var result = JsonFields.Field(message, "result");
        if (result.ValueKind != JsonValueKind.Object)
        {
            return Broken(EtcdRequests.WordsOf(message, out _) is { Length: > 0 } words ? $"{server} ends the watch: {words}" : $"{server} sends no message of a watch");
        }

        var header = JsonFields.Field(result, "header");
        if (!JsonFields.TryInt64(header, "revision", out var revision) || !JsonFields.TryInt64(result, "compact_revision", out var compacted))
        {
            return Broken($"{server} sends a revision that is no number");
        }

        var isCanceled = JsonFields.IsTrue(result, "canceled");
        var reason = JsonFields.Text(result, "cancel_reason");
        return TryEvents(JsonFields.Field(result, "events"), out var events)
            ? new WatchMessage(isCanceled && compacted == 0 ? $"{server} ends the watch: {(reason.Length > 0 ? reason : "it gives no reason")}" : string.Empty, revision, JsonFields.Text(header, "cluster_id"))
            {
                IsCreated = JsonFields.IsTrue(result, "created"),
                IsCanceled = isCanceled,
                CompactRevision = compacted,
                Events = events,
            }
            : Broken($"{server} sends events that cannot be read");
    }

    private static bool TryEvents(JsonElement list, out ImmutableArray<KeyEvent> events)
    {
        events = [];
        if (list.ValueKind == JsonValueKind.Undefined)
        {
            return true;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        var read = ImmutableArray.CreateBuilder<KeyEvent>(list.GetArrayLength());
        foreach (var item in list.EnumerateArray())
        {
            var type = JsonFields.Text(item, "type");
            if (item.ValueKind != JsonValueKind.Object || type is not ("" or "PUT" or "DELETE") || !JsonFields.TryKeyValue(JsonFields.Field(item, "kv"), out var change))
            {
                return false;
            }

            read.Add(new KeyEvent(type == "DELETE", change));
        }

        events = read.DrainToImmutable();
        return true;
    }
}
