using BridgeMesh.Plugins;
using BridgeMesh.Registries.Eureka.Client;
using BridgeMesh.Registries.Eureka.Server;

namespace BridgeMesh.Registries.Eureka.Tests;

public class EurekaFactoryTests
{
    [Fact]
    public void Client_ServersOfTheOwnZone_ComeFirst()
    {
        var options = EurekaClientOptions.Read(
            Settings(("servers", "west=http://w:1/eureka,http://n:2/eureka/,east=https://u:p@e:3/x"), ("zone", "east")), out var reader);

        Assert.Empty(reader.Problems);
        Assert.Equal(["https://e:3/x/", "http://w:1/eureka/", "http://n:2/eureka/"], options.Servers.Select(static s => s.ToString()));
        Assert.NotNull(options.Servers[0].Authorization);
    }

    [Theory]
    [InlineData("servers", "")]
    [InlineData("servers", "ftp://h/eureka")]
    [InlineData("servers", "http://h/eureka?x=1")]
    [InlineData("servers", "eureka-1:8761")]
    [InlineData("format", "yaml")]
    [InlineData("delta", "no")]
    [InlineData("timeoutMs", "99")]
    [InlineData("fetchIntervalMs", "1s")]
    [InlineData("leaseDurationS", "30")]
    [InlineData("preferIPAddress", "true")]
    public void Client_WrongSetting_IsToldByItsNameAndCreatesNothing(string name, string value)
    {
        var settings = Settings(("servers", "http://h:1/eureka"), (name, value));

        var problem = Assert.Single(new EurekaRegistryFactory().Check(settings));

        Assert.Equal(name, problem.Setting);
        Assert.NotEmpty(problem.Cure);
        Assert.Throws<FormatException>(() => new EurekaRegistryFactory().Create(settings));
    }

    [Fact]
    public void Client_WrongServerWithAPassword_IsNotRepeated() => Assert.DoesNotContain(
        "secret", Assert.Single(new EurekaRegistryFactory().Check(Settings(("servers", "ftp://u:secret@h/eureka")))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("address", "localhost:8761")]
    [InlineData("address", "127.0.0.1")]
    [InlineData("peers", "gateway-2:8761")]
    [InlineData("renewalPercent", "101")]
    [InlineData("maxInstances", "0")]
    [InlineData("selfPreservation", "maybe")]
    [InlineData("servers", "http://h:1/eureka")]
    public void Server_WrongSetting_IsToldByItsName(string name, string value) =>
        Assert.Equal(name, Assert.Single(new EurekaServerFactory().Check(Settings((name, value)))).Setting);

    [Fact]
    public void Server_UserWithoutPassword_IsTold() =>
        Assert.Equal("password", Assert.Single(new EurekaServerFactory().Check(Settings(("username", "u")))).Setting);

    [Fact]
    public void Server_NoSettings_StandsOnTheLoopbackAddress()
    {
        var options = EurekaServerOptions.Read(Settings(), out var reader);

        Assert.Empty(reader.Problems);
        Assert.Equal("127.0.0.1:8761", options.Address.ToString());
        Assert.Equal(0.85, options.RenewalShare);
        Assert.Null(options.Credentials);
    }

    private static RegistrySettings Settings(params (string Name, string Value)[] settings)
    {
        var map = new Dictionary<string, string>();
        foreach (var (name, value) in settings)
        {
            map[name] = value;
        }

        return new RegistrySettings("eureka", ".", map, TimeProvider.System);
    }
}
