using System.Collections.Immutable;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>Instances as the gateway would publish them.</summary>
internal static class Facades
{
    /// <summary>Of metadata that some URLs cannot carry.</summary>
    public const string OddName = "odd & = % name";

    public static ServiceInstance Of(string service, string protocol, int port) => new()
    {
        Service = new ServiceKey(service),
        Protocol = protocol,
        Host = "10.1.0.5",
        Port = port,
        Metadata = ImmutableDictionary.CreateRange(StringComparer.Ordinal,
        [
            new KeyValuePair<string, string>(InstanceMarks.Gateway, "gw-1"),
            new KeyValuePair<string, string>(InstanceMarks.Origin, "mesh"),
        ]),
    };

    /// <summary>One that says something in every place that there is.</summary>
    public static ServiceInstance Whole(string service, string protocol, int port) => Of(service, protocol, port) with
    {
        Service = new ServiceKey(service, "1.0.0", "blue", "u1"),
        Application = "orders",
        Weight = 250,
        WarmUpMs = 60_000,
        StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_795_339_917_835),
        Zone = "east",
        Tags = ["canary", "grey"],
        Serializations = ["hessian2", "protobuf"],
        Methods = ["place", "take"],
        Metadata = Of(service, protocol, port).Metadata.Add("team", "7").Add(OddName, "a=b&c d%+ü#?"),
    };

    public static byte[] Bytes(this string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
