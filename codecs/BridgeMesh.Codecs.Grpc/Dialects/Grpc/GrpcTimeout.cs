using System.Globalization;
using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects.Grpc;

/// <summary>
/// The header <c>grpc-timeout</c>: one to eight digits and a unit, <c>H M S m u n</c> for hours down to nanoseconds. Source: gRPC over HTTP2,
/// "Timeout".
/// </summary>
internal static class GrpcTimeout
{
    internal const string Name = "grpc-timeout";

    private const int MaxDigits = 8;

    /// <summary>Largest number that eight digits hold.</summary>
    private const int MaxNumber = 99_999_999;

    /// <summary>Takes the header where there is one; false after a fault.</summary>
    internal static bool TryRead(IHeaderDictionary headers, Exchange exchange)
    {
        if (!headers.TryGetValue(Name, out var values))
        {
            return true;
        }

        if (!TryParse(values[0], out var timeoutMs))
        {
            exchange.SetFault(ExchangeStatus.InvalidArgument, "grpc-timeout is not one to eight digits and one of H M S m u n");
            return false;
        }

        exchange.CallerTimeoutMs = timeoutMs;
        return true;
    }

    /// <summary>Reads a timeout as whole milliseconds, rounded up and 1 or more; a longer one than int holds is int's largest.</summary>
    internal static bool TryParse(ReadOnlySpan<char> text, out int timeoutMs)
    {
        timeoutMs = 0;
        if (text.Length is < 2 or > MaxDigits + 1
            || !long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        // In microseconds, which eight digits of hours fit into as well.
        long microseconds;
        switch (text[^1])
        {
            case 'H':
                microseconds = number * 3_600_000_000;
                break;
            case 'M':
                microseconds = number * 60_000_000;
                break;
            case 'S':
                microseconds = number * 1_000_000;
                break;
            case 'm':
                microseconds = number * 1_000;
                break;
            case 'u':
                microseconds = number;
                break;
            case 'n':
                microseconds = (number + 999) / 1_000;
                break;
            default:
                return false;
        }

        timeoutMs = (int)Math.Clamp((microseconds + 999) / 1_000, 1, int.MaxValue);
        return true;
    }

    /// <summary>Writes milliseconds, exactly up to 99,999,999 (27 hours), else in whole seconds rounded up.</summary>
    /// <param name="timeoutMs">1 or more.</param>
    internal static string Format(int timeoutMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeoutMs, 1);
        return timeoutMs <= MaxNumber
            ? string.Create(CultureInfo.InvariantCulture, $"{timeoutMs}m")
            : string.Create(CultureInfo.InvariantCulture, $"{(timeoutMs + 999L) / 1_000}S");
    }
}
