using System.Globalization;
using BridgeMesh.Codecs.Grpc.Dialects.Grpc;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <summary>How long a Triple caller waits: in milliseconds, or as gRPC puts it. Where it says so twice, the shorter counts.</summary>
internal static class TripleTimeout
{
    /// <summary>Source: parse-timeout of dubbo-js, SetTimeout of dubbo-go.</summary>
    private const int MaxDigits = 10;

    /// <summary>Fills in <see cref="Exchange.CallerTimeoutMs"/>; false after a fault.</summary>
    internal static bool TryRead(IHeaderDictionary headers, Exchange exchange)
    {
        var shortest = 0;
        foreach (var name in (ReadOnlySpan<string>)[TripleHeaders.Timeout, TripleHeaders.TimeoutOfGo, TripleHeaders.GrpcTimeout])
        {
            if (!headers.TryGetValue(name, out var values))
            {
                continue;
            }

            var timeoutMs = 0;
            if (name == TripleHeaders.GrpcTimeout ? !GrpcTimeout.TryParse(values[0], out timeoutMs) : !TryParse(values[0], out timeoutMs))
            {
                var form = name == TripleHeaders.GrpcTimeout ? "one to eight digits and one of H M S m u n" : "one to ten digits, in ms";
                exchange.SetFault(ExchangeStatus.InvalidArgument, $"{name} is not {form}");
                return false;
            }

            shortest = shortest == 0 ? timeoutMs : Math.Min(shortest, timeoutMs);
        }

        exchange.CallerTimeoutMs = shortest;
        return true;
    }

    /// <summary>A time of 0 ms has run out when it arrives; it is read as 1, as 0 means that there is no limit.</summary>
    internal static bool TryParse(string? text, out int timeoutMs)
    {
        timeoutMs = 0;
        if (text is not { Length: > 0 and <= MaxDigits }
            || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        timeoutMs = (int)Math.Clamp(value, 1, int.MaxValue);
        return true;
    }
}
