namespace BridgeMesh.Codecs.Grpc.Faults;

/// <summary>Codes of the trailer <c>grpc-status</c>. Source: gRPC "Status codes and their use".</summary>
internal static class GrpcStatus
{
    internal const int Ok = 0;
    internal const int Cancelled = 1;
    internal const int Unknown = 2;
    internal const int InvalidArgument = 3;
    internal const int DeadlineExceeded = 4;
    internal const int NotFound = 5;
    internal const int AlreadyExists = 6;
    internal const int PermissionDenied = 7;
    internal const int ResourceExhausted = 8;
    internal const int FailedPrecondition = 9;
    internal const int Aborted = 10;
    internal const int OutOfRange = 11;
    internal const int Unimplemented = 12;
    internal const int Internal = 13;
    internal const int Unavailable = 14;
    internal const int DataLoss = 15;
    internal const int Unauthenticated = 16;
}
