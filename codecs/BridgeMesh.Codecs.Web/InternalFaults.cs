using System.Diagnostics.Metrics;

namespace BridgeMesh.Codecs.Web;

/// <summary>Counts what can only be a bug of the gateway's: plugins have no log, and a swallowed exception must show somewhere.</summary>
public static class InternalFaults
{
    private static readonly Meter Meter = new("BridgeMesh.Codecs.Web");
    private static readonly Counter<long> Faults = Meter.CreateCounter<long>(
        "bridgemesh.web.internal_faults", description: "Unexpected exceptions on either side of a protocol over HTTP, by exception type.");

    /// <param name="protocol">Name of the protocol in whose codec it showed.</param>
    public static void Count(string protocol, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Faults.Add(
            1, new KeyValuePair<string, object?>("protocol", protocol), new KeyValuePair<string, object?>("exception", exception.GetType().Name));
    }
}
