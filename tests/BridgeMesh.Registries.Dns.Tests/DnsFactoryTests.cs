using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Registries.Dns;

public class DnsFactoryTests
{
    [Fact]
    public void Settings_AsWritten_AreRead()
    {
        var options = DnsOptions.Read(
            Settings(
                ("services.com.acme.Orders?version=1.0.0&group=g", "dubbo://a.example:20880, dubbo://b.example:20880"),
                ("services.stock", "https://_https._tcp.stock.example."),
                ("servers", "10.0.0.53, 10.0.0.54:5353, [fd00::1]:54"),
                ("prefer", "ipv6")),
            out var reader);

        Assert.Empty(reader.Problems);
        Assert.Equal("10.0.0.53:53, 10.0.0.54:5353, [fd00::1]:54", string.Join(", ", options.Servers));
        Assert.Equal(2, options.Services[new ServiceKey("com.acme.Orders", "1.0.0", "g")].Length);
        var stock = Assert.Single(options.Services[new ServiceKey("stock")]);
        Assert.Equal(("http", "_https._tcp.stock.example", true, true), (stock.Protocol, stock.Name.ToString(), stock.IsService, stock.IsSecure));
        Assert.True(options.PrefersIpv6);
        Assert.Empty(new DnsRegistryFactory().PublishedProtocols(Settings(("services.a", "http://a:1")))!); // it cannot be written
    }

    [Theory]
    [InlineData("services.orders", "orders.example:80")]
    [InlineData("services.orders", "http://orders.example:0")]
    [InlineData("services.orders", "http://orders.example:http")]
    [InlineData("services.orders", "http://:80")]
    [InlineData("services.orders", "http://a..b:80")]
    [InlineData("services.orders", "")]
    [InlineData("services.orders?vers=1", "http://a.example:80")]
    [InlineData("services.?version=1", "http://a.example:80")]
    [InlineData("servers", "ns.example")]
    [InlineData("servers", "10.0.0.53:0")]
    [InlineData("leastTtlS", "61")]
    [InlineData("prefer", "ipv5")]
    [InlineData("nameserver", "10.0.0.53")]
    public void Settings_WithAMistake_AreToldByTheSettingsNameAndCreateNothing(string name, string value)
    {
        var settings = Settings(("services.stock", "http://stock.example:1"), (name, value));

        var problem = Assert.Single(new DnsRegistryFactory().Check(settings));

        Assert.Equal(name, problem.Setting);
        Assert.NotEmpty(problem.Cure);
        Assert.Throws<FormatException>(() => new DnsRegistryFactory().Create(settings));
    }

    [Fact]
    public void Settings_WithoutAService_AreTold() => Assert.Equal("services", Assert.Single(new DnsRegistryFactory().Check(Settings())).Setting);

    [Theory]
    [InlineData("nameserver 10.0.0.1\n# nameserver 10.0.0.9\nsearch a.example\n  nameserver\tfd00::1 \nnameserver no\nnameserver 10.0.0.3\nnameserver 10.0.0.4\n", "10.0.0.1:53 [fd00::1]:53 10.0.0.3:53")]
    [InlineData("", "127.0.0.1:53")]
    public void ResolverFile_OfTheMachine_GivesItsNameservers(string text, string servers)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, text);
            Assert.Equal(servers, string.Join(' ', ResolverFile.Nameservers(path, 53)));
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Equal("127.0.0.1:53", string.Join(' ', ResolverFile.Nameservers(path, 53)));
    }

    private static RegistrySettings Settings(params (string Name, string Value)[] settings) =>
        new("dns", Path.GetTempPath(), settings.ToDictionary(static s => s.Name, static s => s.Value), TimeProvider.System);
}
