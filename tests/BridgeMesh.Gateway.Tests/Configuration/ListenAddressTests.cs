using BridgeMesh.Gateway.Configuration;

namespace BridgeMesh.Gateway.Tests.Configuration;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:12200", "127.0.0.1", 12200)]
    [InlineData("0.0.0.0:0", "0.0.0.0", 0)]
    [InlineData("[::1]:65535", "::1", 65535)]
    public void TryParse_AddressAndPort_GivesBoth(string text, string address, int port)
    {
        Assert.True(ListenAddress.TryParse(text, out var parsed, out _));
        Assert.Equal(address, parsed.Address.ToString());
        Assert.Equal(port, parsed.Port);
    }

    [Theory]
    [InlineData("localhost:80", "write 127.0.0.1:80")]
    [InlineData(":80", "write 0.0.0.0:80 for all interfaces or 127.0.0.1:80 for this machine alone")]
    [InlineData("*:80", "write 0.0.0.0:80 for all interfaces or 127.0.0.1:80 for this machine alone")]
    [InlineData("gateway.local:80", "write one of this machine's IP addresses, or 0.0.0.0:80 for all of them")]
    [InlineData("127.0.0.1", "write 127.0.0.1:12200, or [::1]:12200 for IPv6")]
    [InlineData("::1:80", "write 127.0.0.1:12200, or [::1]:12200 for IPv6")]
    [InlineData("[::1", "write 127.0.0.1:12200, or [::1]:12200 for IPv6")]
    [InlineData("", "write 127.0.0.1:12200, or [::1]:12200 for IPv6")]
    [InlineData("127.0.0.1:65536", "write a number from 0 to 65535")]
    [InlineData("127.0.0.1:-1", "write a number from 0 to 65535")]
    [InlineData("127.0.0.1:http", "write a number from 0 to 65535")]
    public void TryParse_AnythingElse_GivesTheCure(string text, string cure)
    {
        Assert.False(ListenAddress.TryParse(text, out _, out var problem));
        Assert.Equal(cure, problem.Cure);
    }

    [Theory]
    [InlineData("127.0.0.1:80", "127.0.0.1:80", true)]
    [InlineData("127.0.0.1:80", "0.0.0.0:80", true)]
    [InlineData("[::]:80", "127.0.0.1:80", true)]
    [InlineData("127.0.0.1:80", "127.0.0.2:80", false)]
    [InlineData("127.0.0.1:80", "127.0.0.1:81", false)]
    [InlineData("127.0.0.1:0", "127.0.0.1:0", false)]
    public void Collides_TwoAddresses_SaysWhetherBothCannotBeBound(string a, string b, bool collide)
    {
        Assert.True(ListenAddress.TryParse(a, out var first, out _));
        Assert.True(ListenAddress.TryParse(b, out var second, out _));

        Assert.Equal(collide, first.Collides(second));
        Assert.Equal(collide, second.Collides(first));
    }
}
