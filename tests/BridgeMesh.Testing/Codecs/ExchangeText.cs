using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Tapes;

namespace BridgeMesh.Testing.Codecs;

/// <summary>What an exchange holds, as text.</summary>
public static class ExchangeText
{
    public static string Of(Exchange exchange) => $"""
        {exchange.Service} {exchange.Method}({exchange.Signature?.Descriptor}) oneWay={exchange.OneWay} timeout={exchange.CallerTimeoutMs}
        request {Of(exchange.RequestMetadata)} {TapeText.Of(exchange.Request)}
        {exchange.Status} {exchange.ExceptionType} {exchange.Message} mayHaveExecuted={exchange.MayHaveExecuted}
        reply {Of(exchange.ReplyMetadata)} {TapeText.Of(exchange.Reply)}
        """;

    private static string Of(Metadata metadata) => string.Join(", ", metadata.Entries.ToArray().Select(e => $"{e.Key}={e.Value}"));
}
