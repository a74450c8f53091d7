using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Web.Calling;

/// <summary>What HttpClient's exceptions say of a callee, in neutral terms.</summary>
public static class CalleeFaults
{
    /// <summary>RFC 9113 section 7.</summary>
    private const long RefusedStream = 0x7;

    private const long Cancel = 0x8;

    private const long EnhanceYourCalm = 0xb;

    /// <summary>No connection was there: nothing can have reached the callee.</summary>
    public static bool IsNotConnected(HttpRequestException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError
            or HttpRequestError.VersionNegotiationError
            or HttpRequestError.ProxyTunnelError;
    }

    internal static void Set(Exchange exchange, string protocol, Exception exception)
    {
        switch (exception)
        {
            case OperationCanceledException:
                // HttpClient's connect timeout, the only one that is not the attempt's own.
                SetNotConnected(exchange, "the connection could not be made in time");
                break;
            case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }:
                SetNotConnected(exchange, "no TLS connection could be agreed on");
                break;
            case HttpRequestException refused when IsNotConnected(refused):
                SetNotConnected(exchange, "the connection was refused");
                break;
            case HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }:
                exchange.SetFault(ExchangeStatus.ReplyTooLarge, "the head of the reply is too large", mayHaveExecuted: true);
                break;
            case HttpRequestException or IOException:
                SetBroken(exchange, exception);
                break;
            case ObjectDisposedException:
                exchange.SetFault(ExchangeStatus.Unavailable, "the instance is no longer used", mayHaveExecuted: true);
                break;
            default:
                InternalFaults.Count(protocol, exception);
                exchange.SetFault(ExchangeStatus.Internal, "the gateway failed while it called the callee", mayHaveExecuted: true);
                break;
        }
    }

    private static void SetNotConnected(Exchange exchange, string detail)
    {
        exchange.SetFault(ExchangeStatus.Unavailable, detail);
        exchange.Connection = ConnectionOutcome.NotMade;
    }

    /// <summary>The connection stood and then failed; over HTTP/2 the callee may say why.</summary>
    private static void SetBroken(Exchange exchange, Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException reset)
            {
                SetReset(exchange, reset.ErrorCode);
                return;
            }
        }

        var error = exception switch
        {
            HttpRequestException request => request.HttpRequestError,
            HttpIOException io => io.HttpRequestError,
            _ => HttpRequestError.Unknown,
        };
        var detail = error switch
        {
            HttpRequestError.ResponseEnded => "the callee closed the connection inside its reply",
            HttpRequestError.InvalidResponse => "the callee's reply is not HTTP",
            _ when exception is HttpIOException => "the callee's reply is not HTTP",
            _ => "the connection to the callee broke",
        };
        exchange.SetFault(ExchangeStatus.BadGateway, detail, mayHaveExecuted: true);
        if (error is HttpRequestError.ResponseEnded || (error is HttpRequestError.Unknown && exception is not HttpIOException))
        {
            exchange.Connection = ConnectionOutcome.Lost;
        }
    }

    private static void SetReset(Exchange exchange, long code)
    {
        switch (code)
        {
            case RefusedStream:
                // RFC 9113 section 8.7: nothing was done with it.
                exchange.SetFault(ExchangeStatus.Unavailable, "the callee refused the stream");
                break;
            case EnhanceYourCalm:
                exchange.SetFault(ExchangeStatus.Exhausted, "the callee wants fewer calls", mayHaveExecuted: true);
                break;
            case Cancel:
                exchange.SetFault(ExchangeStatus.BadGateway, "the callee cancelled the call", mayHaveExecuted: true);
                break;
            default:
                exchange.SetFault(ExchangeStatus.BadGateway, $"the callee ended the stream with HTTP/2 error {code}", mayHaveExecuted: true);
                break;
        }
    }
}
