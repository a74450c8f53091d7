using System.Diagnostics.Metrics;

namespace BridgeMesh.Codecs.Grpc.Faults;

/// <summary>Counts what can only be a bug of the gateway's: plugins have no log, and a swallowed exception must show somewhere.</summary>
internal static class InternalFaults
{
    private static readonly Meter Meter = new("BridgeMesh.Codecs.Grpc");
    private static readonly Counter<long> Faults = Meter.CreateCounter<long>(
        "bridgemesh.grpc.internal_faults", description: "Unexpected exceptions on either gRPC side, by exception type.");

    internal static void Count(Exception exception) =>
        Faults.Add(1, new KeyValuePair<string, object?>("exception", exception.GetType().Name));
}
