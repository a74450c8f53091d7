namespace BridgeMesh.Codecs.Http.Headers;

/// <summary>Headers of BridgeMesh's own. They are read or written where they mean something and never pass as metadata.</summary>
internal static class BridgeHeaders
{
    /// <summary>Request, both sides: milliseconds that the sender still waits, 1 or more.</summary>
    internal const string TimeoutMs = "x-bridge-timeout-ms";

    /// <summary>Request on a canonical path, both sides: version of the service.</summary>
    internal const string Version = "x-bridge-version";

    /// <summary>Request on a canonical path, both sides: Dubbo group of the service.</summary>
    internal const string Group = "x-bridge-group";

    /// <summary>Request on a canonical path, both sides: SOFARPC uniqueId of the service.</summary>
    internal const string UniqueId = "x-bridge-unique-id";

    /// <summary>Request on a canonical path, both sides: Java parameter types with commas, as <c>java.lang.String,int</c>.</summary>
    internal const string Types = "x-bridge-types";

    /// <summary>Reply, caller's side: forward, splice or translate.</summary>
    internal const string Lane = "x-bridge-lane";
}
