using System.Buffers;
using System.Globalization;
using System.Text.Json;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Server;

/// <summary>What servers tell each other. Source: com.netflix.eureka.registry.PeerAwareInstanceRegistryImpl.Action.</summary>
internal enum ReplicationAction
{
    Heartbeat,
    Register,
    Cancel,
    StatusUpdate,
    DeleteStatusOverride,
}

/// <summary>One of them about one instance.</summary>
/// <param name="Instance">For a registration; null else.</param>
internal sealed record ReplicationTask(
    ReplicationAction Action, InstanceName Name, long? DirtyTimestamp, EurekaStatus Status, EurekaStatus Overridden, EurekaInstance? Instance);

/// <summary>
/// Lists of them as documents, which are JSON between Netflix's servers too. Source: com.netflix.eureka.cluster.protocol.ReplicationInstance
/// and ReplicationInstanceResponse.
/// </summary>
internal static class Replication
{
    /// <summary>In one request; Netflix sends up to 250.</summary>
    internal const int MaxTasks = 250;

    /// <summary>Of one list that somebody else sends.</summary>
    private const int MaxRead = 10_000;

    internal static byte[] Write(IReadOnlyList<ReplicationTask> tasks) => Json("replicationList", tasks, static (json, task) =>
    {
        json.WriteString("appName", task.Name.App);
        json.WriteString("id", task.Name.Id);
        if (task.DirtyTimestamp is { } dirty)
        {
            json.WriteNumber("lastDirtyTimestamp", dirty);
        }

        if (task.Overridden != EurekaStatus.Unknown)
        {
            json.WriteString("overriddenStatus", EurekaWords.Of(task.Overridden));
        }

        json.WriteString("status", EurekaWords.Of(task.Status));
        WriteInstance(json, "instanceInfo", task.Instance);
        json.WriteString("action", task.Action.ToString());
    });

    /// <summary>Null, and why, for what is no list of them.</summary>
    internal static List<ReplicationTask>? Read(ReadOnlyMemory<byte> body, out string problem)
    {
        var parts = new DocumentParts("replicationList", MaxRead);
        problem = parts.Read(body);
        var tasks = new List<ReplicationTask>(parts.Found.Count);
        foreach (var node in parts.Found)
        {
            var instance = node.Find("instanceInfo") is { Children.Count: > 0 } info ? InstanceReader.Read(info, out _) : null;
            if (node.TextOf("appName") is not { } app || node.TextOf("id") is not { } id
                || !Enum.TryParse(node.TextOf("action"), out ReplicationAction action) || !Enum.IsDefined(action))
            {
                problem = "a task lacks its application, id or action";
                break;
            }

            EurekaWords.TryStatus(node.TextOf("status"), out var status);
            EurekaWords.TryStatus(node.TextOf("overriddenStatus"), out var overridden);
            var dirty = node.TextOf("lastDirtyTimestamp") is { } text ? InstanceReader.Time(text) : (long?)null;
            tasks.Add(new ReplicationTask(action, new InstanceName(app.ToUpperInvariant(), id), dirty, status, overridden, instance));
        }

        return problem.Length == 0 ? tasks : null;
    }

    internal static byte[] WriteAnswers(IReadOnlyList<(int Status, EurekaInstance? Newer)> answers) => Json("responseList", answers, static (json, answer) =>
    {
        json.WriteNumber("statusCode", answer.Status);
        WriteInstance(json, "responseEntity", answer.Newer);
    });

    /// <summary>Null for what is no list of answers.</summary>
    internal static List<(int Status, EurekaInstance? Newer)>? ReadAnswers(ReadOnlyMemory<byte> body)
    {
        var parts = new DocumentParts("responseList", MaxRead);
        if (parts.Read(body).Length > 0)
        {
            return null;
        }

        return [.. parts.Found.Select(static node => (
            int.TryParse(node.TextOf("statusCode"), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 0,
            node.Find("responseEntity") is { Children.Count: > 0 } entity ? InstanceReader.Read(entity, out _) : null))];
    }

    private static void WriteInstance(Utf8JsonWriter json, string name, EurekaInstance? instance)
    {
        if (instance is not null)
        {
            json.WriteStartObject(name);
            InstanceWriter.Instance(new JsonDocumentWriter(json), instance);
            json.WriteEndObject();
        }
    }

    private static byte[] Json<T>(string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray(name);
            foreach (var item in items)
            {
                json.WriteStartObject();
                write(json, item);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
