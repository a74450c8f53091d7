namespace BridgeMesh.Codecs.Grpc.Headers;

/// <summary>Request headers of BridgeMesh's own, for what a gRPC path cannot say. Never passed on as metadata.</summary>
internal static class BridgeHeaders
{
    /// <summary>Version of the service.</summary>
    internal const string Version = "x-bridge-version";

    /// <summary>Dubbo group of the service.</summary>
    internal const string Group = "x-bridge-group";

    /// <summary>SOFARPC uniqueId of the service.</summary>
    internal const string UniqueId = "x-bridge-unique-id";
}
