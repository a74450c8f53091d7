namespace BridgeMesh.Gateway.Configuration;

/// <summary>What a file holds whose name ends in <c>.json</c>, by its outermost keys.</summary>
internal enum JsonContent : byte
{
    /// <summary>Has another ending, or cannot be read: whoever reads it as YAML says why.</summary>
    None,

    /// <summary>A contract that is written in JSON, or an OpenAPI document: their own readers tell what is wrong with them.</summary>
    Contract,

    /// <summary>Dubbo's description of a service.</summary>
    ServiceDefinition,

    /// <summary>None of these.</summary>
    Unknown,
}
