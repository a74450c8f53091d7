using System.Text.Json;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Gateway.Decoding;

/// <summary>Neutral statuses as people and scripts read them: ok, business-exception, deadline-exceeded.</summary>
internal static class ExchangeWords
{
    public static string Of(ExchangeStatus status) => JsonNamingPolicy.KebabCaseLower.ConvertName(status.ToString());
}
