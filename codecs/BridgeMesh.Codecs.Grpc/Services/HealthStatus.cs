namespace BridgeMesh.Codecs.Grpc.Services;

/// <summary>HealthCheckResponse.ServingStatus, by its numbers. Source: grpc/health/v1/health.proto.</summary>
internal enum HealthStatus
{
    Unknown = 0,
    Serving = 1,
    NotServing = 2,

    /// <summary>Of Watch alone: Check answers with the code NOT_FOUND.</summary>
    ServiceUnknown = 3,
}
