using BridgeMesh.Codecs.Grpc.Headers;

namespace BridgeMesh.Codecs.Grpc.Tests.Headers;

public sealed class MetadataRulesTests
{
    [Theory]
    [InlineData("x-tenant", "x-tenant")]
    [InlineData("X-Tenant", "x-tenant")]
    [InlineData("trace_id.v1", "trace_id.v1")]
    [InlineData("token-bin", "token-bin")]
    [InlineData("grpc-timeout", null)]
    [InlineData("grpc-anything", null)]
    [InlineData("Content-Type", null)]
    [InlineData("te", null)]
    [InlineData(":path", null)]
    [InlineData("", null)]
    [InlineData("naïve", null)]
    [InlineData("with space", null)]
    [InlineData("x-bridge-version", null)]
    public void WireName_EachName_IsLowerCaseOrNotSent(string name, string? expected) => Assert.Equal(expected, MetadataRules.WireName(name));

    [Theory]
    [InlineData("x-tenant", "acme corp", true)]
    [InlineData("x-tenant", "größe", false)]
    [InlineData("x-tenant", "a\r\nb", false)]
    [InlineData("token-bin", "AAEC", true)]
    [InlineData("token-bin", "AAE=", true)]
    [InlineData("token-bin", "AAE", true)]
    [InlineData("token-bin", "", true)]
    [InlineData("token-bin", "A", false)]
    [InlineData("token-bin", "AA===", false)]
    [InlineData("token-bin", "not base64", false)]
    public void MaySend_EachValue_IsOneHeader(string name, string value, bool may) => Assert.Equal(may, MetadataRules.MaySend(name, value));

    [Theory]
    [InlineData("X-Tenant", "acme", "x-tenant", "acme")]
    [InlineData("x-tenant", "größe", "x-tenant-bin", "Z3LDtsOfZQ")]
    [InlineData("x-tenant", "", "x-tenant", "")]
    [InlineData("x-tenant", "a\r\nb", null, null)]
    [InlineData("token-bin", "größe", null, null)]
    [InlineData("grpc-note", "größe", null, null)]
    public void OnWire_TextThatIsNotAscii_IsBinaryMetadata(string name, string value, string? sentName, string? sentValue)
    {
        var sent = MetadataRules.OnWire(name, value);
        Assert.Equal((sentName, sentValue), (sent?.Name, sent?.Value));
    }
}
