using System.Globalization;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects.Connect;

/// <summary>The head of a Connect request: gRPC's path, a version and a time-out of its own.</summary>
internal static class ConnectHead
{
    private const string VersionName = "connect-protocol-version";
    private const string TimeoutName = "connect-timeout-ms";
    private const int MaxTimeoutDigits = 10;

    /// <summary>False after a fault. A caller that names no version is taken, as curl is one.</summary>
    internal static bool TryRead(HttpRequest request, Exchange exchange)
    {
        if (!CallTarget.TryRead(request, exchange))
        {
            return false;
        }

        if (request.Headers.TryGetValue(VersionName, out var version) && version.ToString() != "1")
        {
            exchange.SetFault(ExchangeStatus.InvalidArgument, $"{VersionName} must be 1");
            return false;
        }

        if (!request.Headers.TryGetValue(TimeoutName, out var timeout))
        {
            return true;
        }

        if (timeout[0] is not { Length: > 0 and <= MaxTimeoutDigits } text
            || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms))
        {
            exchange.SetFault(ExchangeStatus.InvalidArgument, $"{TimeoutName} is not one to ten digits");
            return false;
        }

        exchange.CallerTimeoutMs = (int)Math.Clamp(ms, 1, int.MaxValue);
        return true;
    }
}
