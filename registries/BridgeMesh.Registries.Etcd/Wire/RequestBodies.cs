using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace BridgeMesh.Registries.Etcd.Wire;

/// <summary>
/// Bodies of the requests that are sent. Source: https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/ and etcdserver/etcdserverpb/rpc.proto.
/// </summary>
internal static class RequestBodies
{
    internal static byte[] Authenticate(string name, string password) => Write(json =>
    {
        json.WriteString("name", name);
        json.WriteString("password", password);
    });

    /// <param name="revision">State that is read; 0 is the newest.</param>
    internal static byte[] Range(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> end, int limit, long revision) => Write(json =>
    {
        json.WriteBase64String("key", from.Span);
        json.WriteBase64String("range_end", end.Span);
        Int64(json, "limit", limit);
        Int64(json, "revision", revision);
    });

    /// <summary>The key that was put last, and how many there are.</summary>
    internal static byte[] Newest(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> end) => Write(json =>
    {
        json.WriteBase64String("key", from.Span);
        json.WriteBase64String("range_end", end.Span);
        json.WriteString("limit", "1");
        json.WriteString("sort_order", "DESCEND");
        json.WriteString("sort_target", "MOD");
        json.WriteBoolean("keys_only", true);
    });

    internal static byte[] Watch(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> end, long startRevision) => Write(json =>
    {
        json.WriteStartObject("create_request");
        json.WriteBase64String("key", from.Span);
        json.WriteBase64String("range_end", end.Span);
        Int64(json, "start_revision", startRevision);
        json.WriteBoolean("progress_notify", true);
        json.WriteEndObject();
    });

    internal static byte[] GrantLease(long seconds) => Write(json => Int64(json, "TTL", seconds));

    internal static byte[] OfLease(long lease) => Write(json => Int64(json, "ID", lease));

    internal static byte[] KeysOfLease(long lease) => Write(json =>
    {
        Int64(json, "ID", lease);
        json.WriteBoolean("keys", true);
    });

    internal static byte[] Put(string key, byte[] value, long lease) => Write(json => Put(json, key, value, lease));

    /// <summary>Puts it where there is none: what somebody else has put there since is theirs.</summary>
    internal static byte[] PutIfAbsent(string key, byte[] value, long lease) => Write(json =>
    {
        Compare(json, key, "CREATE", "create_revision", 0);
        json.WriteStartArray("success");
        json.WriteStartObject();
        json.WriteStartObject("request_put");
        Put(json, key, value, lease);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    });

    /// <summary>Deletes it where it is of this lease: a successor at the same address has put it under its own.</summary>
    internal static byte[] DeleteOfLease(string key, long lease) => Write(json =>
    {
        Compare(json, key, "LEASE", "lease", lease);
        json.WriteStartArray("success");
        json.WriteStartObject();
        json.WriteStartObject("request_delete_range");
        json.WriteBase64String("key", Encoding.UTF8.GetBytes(key));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    });

    internal static byte[] Delete(string key) => Write(json => json.WriteBase64String("key", Encoding.UTF8.GetBytes(key)));

    private static void Put(Utf8JsonWriter json, string key, byte[] value, long lease)
    {
        json.WriteBase64String("key", Encoding.UTF8.GetBytes(key));
        json.WriteBase64String("value", value);
        Int64(json, "lease", lease);
    }

    private static void Compare(Utf8JsonWriter json, string key, string target, string field, long value)
    {
        json.WriteStartArray("compare");
        json.WriteStartObject();
        json.WriteBase64String("key", Encoding.UTF8.GetBytes(key));
        json.WriteString("target", target);
        json.WriteString("result", "EQUAL");
        Int64(json, field, value);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void Int64(Utf8JsonWriter json, string name, long value) => json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));

    private static byte[] Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
