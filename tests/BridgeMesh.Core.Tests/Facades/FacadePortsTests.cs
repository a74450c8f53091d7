using BridgeMesh.Core.Facades;
using BridgeMesh.Core.Model;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Tests.Facades;

public sealed class FacadePortsTests
{
    private static readonly PortRange Range = new(18100, 18102);
    private readonly FacadePorts _ports = new();

    [Fact]
    public void Give_Services_HaveAPortEachAndKeepIt()
    {
        Assert.Equal([18100, 18101, 18102, null], "abcd".Select(Give));
        Assert.Equal([18100, 18101, 18102], "abc".Select(Give));
        Assert.Equal(18101, _ports.Find("r", Key('b')));
        Assert.Null(_ports.Find("other", Key('b')));
    }

    [Fact]
    public void Give_RangeIsFull_TakesThePortOfAServiceThatNobodyWantsAndThatStandsNoLonger()
    {
        Assert.All("abc", c => Give(c));
        _ports.Hold([18100]);

        Assert.Equal(18102, _ports.Give("r", Range, Key('d'), new HashSet<ServiceKey> { Key('b'), Key('d') }));
        Assert.Null(_ports.Give("r", Range, Key('e'), new HashSet<ServiceKey> { Key('b'), Key('d'), Key('e') }));
    }

    [Fact]
    public void Give_PortThatAnotherProgramHas_IsPassedOverUntilTheNextConfiguration()
    {
        Give('a');
        _ports.Refuse(18100);

        Assert.Equal([18101, 18102, null], "abc".Select(Give));
        _ports.Use(new GatewayModel { Id = "g", Facades = [FacadeGateway.Rule("r", "mesh", "legacy") with { Ports = Range }] });
        Assert.Equal(18100, Give('c'));
    }

    [Fact]
    public void Restore_OfAnEarlierLife_IsKeptWhereTheRangeStillHasIt()
    {
        _ports.Restore([new PortGrant("r", Key('z'), 18101), new PortGrant("r", Key('y'), 9), new PortGrant("gone", Key('x'), 18100), new PortGrant("r", Key('w'), 18101)]);
        _ports.Use(new GatewayModel { Id = "g", Facades = [FacadeGateway.Rule("r", "mesh", "legacy") with { Ports = Range }] });

        Assert.Equal([new PortGrant("r", Key('z'), 18101)], _ports.Grants);
        Assert.Equal([18100, 18102, 18101], "abz".Select(Give));
    }

    private int? Give(char service) => _ports.Give("r", Range, Key(service), "abcdz".Select(Key).ToHashSet());

    private static ServiceKey Key(char name) => new(name.ToString());
}
