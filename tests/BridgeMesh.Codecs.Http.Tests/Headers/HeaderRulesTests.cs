using BridgeMesh.Codecs.Http.Headers;

namespace BridgeMesh.Codecs.Http.Tests.Headers;

public sealed class HeaderRulesTests
{
    [Theory]
    [InlineData("x-tenant", "blue-42", true)]
    [InlineData("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true)]
    [InlineData("sofa_head.target", "中文 🌍", true)]
    [InlineData("tab", "a\tb", true)]
    [InlineData("empty", "", true)]
    [InlineData("crlf", "a\r\nx-evil: 1", false)]
    [InlineData("lf", "a\nb", false)]
    [InlineData("nul", "a\0b", false)]
    [InlineData("del", "a\u007Fb", false)]
    [InlineData("", "v", false)]
    [InlineData("na me", "v", false)]
    [InlineData("name\r\n", "v", false)]
    [InlineData("名", "v", false)]
    [InlineData(":path", "v", false)]
    [InlineData("a:b", "v", false)]
    public void MaySend_Pair_OnlyWhatIsOneHeaderLine(string name, string value, bool expected) =>
        Assert.Equal(expected, HeaderRules.MaySend(name, value));

    [Fact]
    public void IsValidValue_LoneSurrogate_IsNone()
    {
        // Attributes cannot hold lone surrogates: they are UTF-8 in the assembly.
        Assert.False(HeaderRules.IsValidValue("a\uD800"));
        Assert.False(HeaderRules.IsValidValue("\uDC00a"));
        Assert.False(HeaderRules.IsValidValue("\uDC00\uD800"));
    }

    [Theory]
    [InlineData("Connection")]
    [InlineData("keep-alive")]
    [InlineData("Transfer-Encoding")]
    [InlineData("TE")]
    [InlineData("Upgrade")]
    [InlineData("Host")]
    [InlineData("Content-Length")]
    [InlineData("content-type")]
    [InlineData("Accept")]
    [InlineData("accept-encoding")]
    [InlineData("Date")]
    [InlineData("Server")]
    [InlineData("User-Agent")]
    [InlineData("Sec-Fetch-Mode")]
    [InlineData("Access-Control-Allow-Origin")]
    [InlineData("Cache-Control")]
    [InlineData("X-Bridge-Timeout-Ms")]
    [InlineData("x-bridge-types")]
    public void IsReserved_HopBodyAndOwnHeaders_True(string name) => Assert.True(HeaderRules.IsReserved(name));

    [Theory]
    [InlineData("close, X-Hop", "x-hop", true)]
    [InlineData("close", "x-hop", false)]
    [InlineData(null, "x-hop", false)]
    public void IsNamedIn_Connection_MakesHopByHop(string? connection, string name, bool expected) =>
        Assert.Equal(expected, HeaderRules.IsNamedIn(connection, name));
}
