namespace BridgeMesh.Registries.ZooKeeper;

public class ZooKeeperFactoryTests
{
    private static readonly ZooKeeperRegistryFactory Factory = new();

    [Theory]
    [InlineData("servers", "")]
    [InlineData("servers", "zk-1:99999")]
    [InlineData("servers", "zk-1:2181//x")]
    [InlineData("layout", "dubo")]
    [InlineData("root", "dubbo")]
    [InlineData("root", "/")]
    [InlineData("acl", "world")]
    [InlineData("acl", "creator")]
    [InlineData("username", "u")]
    [InlineData("password", "p")]
    [InlineData("sasl", "true")]
    [InlineData("sasl", "yes")]
    [InlineData("sessionTimeoutMs", "999")]
    [InlineData("timeoutMs", "1s")]
    [InlineData("server", "zk-1:2181")]
    public void WrongSetting_IsToldWithItsCureAndCreatesNothing(string name, string value)
    {
        var settings = OpenAdapter.Settings(("servers", "zk-1:2181"), (name, value));

        var problem = Assert.Single(Factory.Check(settings));

        Assert.NotEmpty(problem.Cure);
        Assert.Throws<FormatException>(() => Factory.Create(settings));
    }

    [Fact]
    public void Login_WithAColonInTheName_IsToldForDigestAlone()
    {
        Assert.Single(Factory.Check(OpenAdapter.Settings(("servers", "z"), ("username", "a:b"), ("password", "c"))));
        Assert.Empty(Factory.Check(OpenAdapter.Settings(("servers", "z"), ("username", "a:b"), ("password", "c"), ("sasl", "true"))));
    }

    [Fact]
    public void Dubbo_TakesFacadesOfDubboAlone() =>
        Assert.Equal(["dubbo"], Factory.PublishedProtocols(OpenAdapter.Settings(("servers", "zk-1:2181"))));

    [Fact]
    public void Settings_AllOfThem_AreRead()
    {
        var options = ZooKeeperOptions.Read(
            OpenAdapter.Settings(
                ("servers", "a:1,b:2/c"), ("root", "/legacy/"), ("username", "u"), ("password", "p"), ("acl", "creator"), ("application", "gw"),
                ("sessionTimeoutMs", "6000"), ("timeoutMs", "700")),
            out var reader);

        Assert.Empty(reader.Problems);
        Assert.Equal(("/c", "/legacy", "gw"), (options!.Client.Servers.Chroot, options.LayoutSettings.Root, options.LayoutSettings.Application));
        Assert.Equal((6_000, 700, "digest"), (options.Client.SessionTimeoutMs, options.Client.OperationTimeoutMs, options.Client.Auth[0].Scheme));
        Assert.Equal(Client.Acl.CreatorAll, options.NodeAcl);
    }
}
