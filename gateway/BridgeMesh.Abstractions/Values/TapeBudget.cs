namespace BridgeMesh.Values;

/// <summary>What one payload may cost. A reader that would pass a bound stops with <see cref="CodecError.OverBudget"/>.</summary>
/// <param name="MaxDepth">Nested containers, 1 to 1,000.</param>
/// <param name="MaxTokens">Values in one payload; a token takes 32 bytes.</param>
/// <param name="MaxTextBytes">Bytes of text and binary in one payload.</param>
/// <param name="MaxExpandedTokens">Values written when references are copied out for a format without identity.</param>
public sealed record TapeBudget(int MaxDepth, int MaxTokens, int MaxTextBytes, int MaxExpandedTokens)
{
    public static readonly TapeBudget Default = new(MaxDepth: 128, MaxTokens: 2_000_000, MaxTextBytes: 64 << 20, MaxExpandedTokens: 2_000_000);
}
