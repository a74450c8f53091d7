using System.Collections.Immutable;
using System.Net;
using BridgeMesh.Core.Facades;
using BridgeMesh.Registries;

namespace BridgeMesh.Core.Tests.Facades;

public sealed class OwnAddressesTests
{
    private static readonly MachineAddresses Machine = new([IPAddress.Loopback, IPAddress.Parse("10.0.0.7"), IPAddress.Parse("fd00::7")], "host7");

    [Theory]
    [InlineData("10.0.0.7", 20880, true)]
    [InlineData("127.0.0.1", 20880, true)]
    [InlineData("HOST7", 20880, true)]
    [InlineData("fd00:0:0::7", 20880, true)]
    [InlineData("::ffff:10.0.0.7", 20880, true)]
    [InlineData("gateway.mesh", 20880, true)]
    [InlineData("Gateway.Mesh", 12200, true)]
    [InlineData("127.0.0.2", 12200, true)]
    [InlineData("10.0.0.7", 12200, false)] // Another program's: that listener is bound elsewhere.
    [InlineData("10.0.0.7", 8080, false)]
    [InlineData("10.0.0.8", 20880, false)]
    public void Contains_Instance_ByWhereListenersAreBoundAndReached(string host, int port, bool isOwn)
    {
        var own = new OwnAddresses();
        own.Use("gw", [("0.0.0.0", 20880), ("127.0.0.2", 12200)], ["gateway.mesh"], Machine);

        Assert.Equal(isOwn, own.Contains(FacadeGateway.Callee(port: port, host: host)));
    }

    [Fact]
    public void Contains_OwnMarkElsewhere_IsOwnToo()
    {
        var own = new OwnAddresses();
        own.Use("gw", [], [], Machine);
        var instance = FacadeGateway.Callee();

        Assert.True(own.Contains(instance with { Metadata = ImmutableDictionary<string, string>.Empty.Add(InstanceMarks.Gateway, "gw") }));
        Assert.False(own.Contains(instance with { Metadata = ImmutableDictionary<string, string>.Empty.Add(InstanceMarks.Gateway, "gw-2") }));
    }

    [Fact]
    public void HostOf_ListenerOfEveryInterface_IsTheMachinesFirstIPv4()
    {
        Assert.Equal("10.0.0.7", Machine.HostOf("0.0.0.0"));
        Assert.Equal("10.0.0.7", Machine.HostOf("::"));
        Assert.Equal("127.0.0.1", (Machine with { Addresses = [IPAddress.Loopback] }).HostOf("0.0.0.0"));
        Assert.Equal("127.0.0.2", Machine.HostOf("127.0.0.2"));
    }
}
