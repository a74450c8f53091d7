using System.Globalization;
using BridgeMesh.Contracts.Java.ServiceDefinitions;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Contracts.Java.Tests.ServiceDefinitions;

public class MetadataCentreTests
{
    private readonly NodesInMemory _nodes = new();

    [Fact]
    public async Task Applications_ThatDescribeOneService_TheFirstThatCanBeReadCounts()
    {
        _nodes.Add("/dubbo/metadata/com.acme.A/provider/app1", "{ broken");
        _nodes.Add("/dubbo/metadata/com.acme.A/provider/app2", Definition("com.acme.A", "second"));
        _nodes.Add("/dubbo/metadata/com.acme.A/provider/app3", Definition("com.acme.A", "third"));
        _nodes.Add("/dubbo/metadata/com.acme.B/provider/app1", Definition("com.acme.B", "other"));
        var fetched = await FetchAsync();
        Assert.Null(fetched.Problem);
        Assert.Equal(["second", "other"], fetched.Contracts.Select(static c => Assert.Single(c.Methods).Name));
        Assert.Equal(
            [
                "/dubbo/metadata/com.acme.A/provider/app1 is no JSON, at line 1, byte 3 of it: it is left out",
                "/dubbo/metadata/com.acme.A/provider/app3 describes com.acme.A too; /dubbo/metadata/com.acme.A/provider/app2 counts",
            ],
            fetched.Notes.Take(2));
        Assert.True(_nodes.IsClosed);
    }

    [Fact]
    public async Task Paths_WithVersionAndGroup_AreTakenWhereTheDefinitionDoesNotSayThem()
    {
        _nodes.Add("/dubbo/metadata/com.acme.A/provider/app", Definition("com.acme.A", "m"));
        _nodes.Add("/dubbo/metadata/com.acme.A/1.0/provider/app", Definition("com.acme.A", "m"));
        _nodes.Add("/dubbo/metadata/com.acme.A/1.0/blue/provider/app", Definition("com.acme.A", "m"));
        _nodes.Add("/dubbo/metadata/com.acme.A/2.0/provider/app", Definition("com.acme.A", "m", """, "parameters": { "group": "green" }"""));
        _nodes.Add("/dubbo/metadata/com.acme.A/1.0/blue/consumer/app", "application=nobody");
        _nodes.Add("/dubbo/metadata/app/com.acme.A", "no definition, but the revision of an application");
        var fetched = await FetchAsync();
        Assert.Equal(
            [new("com.acme.A"), new("com.acme.A", "1.0"), new("com.acme.A", "1.0", "blue"), new ServiceKey("com.acme.A", "2.0", "green")],
            fetched.Contracts.Select(static c => c.Service).OrderBy(static s => s.Version).ThenBy(static s => s.Group));
    }

    [Fact]
    public async Task Group_OfTheAddress_IsWhereTheCentreLies()
    {
        _nodes.Add("/dubbo/metadata/com.acme.A/provider/app", Definition("com.acme.A", "m"));
        _nodes.Add("/team/blue/metadata/com.acme.B/provider/app", Definition("com.acme.B", "m"));
        var fetched = await FetchAsync("memory://ada:secret@host/chroot?timeout=1&group=team%2Fblue");
        Assert.Equal("com.acme.B", Assert.Single(fetched.Contracts).Service.Interface);
        Assert.Equal("memory://ada:secret@host/chroot?timeout=1&group=team%2Fblue", _nodes.Opened);
        Assert.Equal("there is no /none/metadata", (await FetchAsync("memory://host?group=none")).Problem);
    }

    [Fact]
    public async Task Services_OfDubboItself_AreTakenOnlyWhereTheyAreNamed()
    {
        const string Own = "org.apache.dubbo.metadata.MetadataService";
        _nodes.Add($"/dubbo/metadata/{Own}/provider/app", Definition(Own, "m"));
        _nodes.Add("/dubbo/metadata/com.acme.A/provider/app", Definition("com.acme.A", "m"));
        Assert.Equal("com.acme.A", Assert.Single((await FetchAsync()).Contracts).Service.Interface);
        Assert.Equal(Own, Assert.Single((await FetchAsync(services: [Own])).Contracts).Service.Interface);
    }

    [Fact]
    public async Task Services_ThatNobodyHasDescribed_TakeNoOtherWithThem()
    {
        _nodes.Add("/dubbo/metadata/com.acme.A/provider/app", Definition("com.acme.A", "m"));
        var fetched = await FetchAsync(services: ["com.acme.A", "com.acme.Later"]);
        Assert.Equal("com.acme.A", Assert.Single(fetched.Contracts).Service.Interface);
        Assert.Equal("no provider has described com.acme.Later", fetched.Notes[0]);
        Assert.Equal("no provider has described com.acme.Later", (await FetchAsync(services: ["com.acme.Later"])).Problem);
    }

    [Fact]
    public async Task Revision_Changes_WhenADefinitionDoes()
    {
        _nodes.Add("/dubbo/metadata/com.acme.A/provider/app", Definition("com.acme.A", "m"));
        var first = (await FetchAsync()).Revision;
        Assert.Equal(first, (await FetchAsync()).Revision);
        _nodes.Add("/dubbo/metadata/com.acme.A/provider/app", Definition("com.acme.A", "n"));
        Assert.NotEqual(first, (await FetchAsync()).Revision);
    }

    [Fact]
    public async Task Definitions_NoneOfWhichCanBeRead_AreAProblem()
    {
        _nodes.Add("/dubbo/metadata/com.acme.A/provider/app", "[]");
        Assert.StartsWith("/dubbo/metadata/com.acme.A/provider/app has no canonicalName", (await FetchAsync()).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dubbo/metadata")]
    [InlineData("/dubbo/metadata/com.acme.A/1.0")]
    [InlineData("/dubbo/metadata/com.acme.A/1.0/provider/app")]
    public async Task Store_ThatRefusesANode_GivesNothingAndWhy(string path)
    {
        _nodes.Add("/dubbo/metadata/com.acme.A/1.0/provider/app", Definition("com.acme.A", "m"));
        _nodes.Add("/dubbo/metadata/com.acme.B/provider/app", Definition("com.acme.B", "m"));
        _nodes.Refused[path] = "the session is over";
        var fetched = await FetchAsync();
        Assert.Equal("the session is over", fetched.Problem);
        Assert.Empty(fetched.Contracts);
        Assert.True(_nodes.IsClosed);
    }

    [Fact]
    public async Task Store_ThatNeverAnswers_IsLeftAfterTheTime()
    {
        _nodes.IsSilent = true;
        Assert.Equal("no whole answer came within 1 ms", (await FetchAsync(timeoutMs: 1)).Problem);
        Assert.True(_nodes.IsClosed);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync(end: gone.Token));
    }

    [Fact]
    public async Task Nodes_MoreThanTheBound_EndTheFetch()
    {
        for (var i = 0; i <= 100_000; i++)
        {
            _nodes.Add(string.Create(CultureInfo.InvariantCulture, $"/dubbo/metadata/com.acme.S{i}"), string.Empty);
        }

        var fetched = await FetchAsync();
        Assert.Equal("there are more than 100000 nodes: name the services that are wanted", fetched.Problem);
        Assert.InRange(_nodes.Reads, 100_000, 100_002);
        Assert.Equal("no provider has described com.acme.S7", (await FetchAsync(services: ["com.acme.S7"])).Problem);
    }

    [Fact]
    public async Task Definitions_OfMoreBytesThanTheBound_EndTheFetch()
    {
        var large = new byte[16 << 20];
        for (var i = 0; i < 5; i++)
        {
            _nodes.Add(string.Create(CultureInfo.InvariantCulture, $"/dubbo/metadata/com.acme.S{i}/provider/app"), large);
        }

        Assert.Equal($"the definitions have more than {64 << 20} bytes: name the services that are wanted", (await FetchAsync()).Problem);
    }

    [Theory]
    [InlineData("redis://host", "begins with none of memory://")]
    [InlineData("host:2181", "begins with none of memory://")]
    public async Task Addresses_OfNoStore_AreToldWithoutAConnection(string address, string problem)
    {
        Assert.Equal($"the address {problem}", (await FetchAsync(address)).Problem);
        Assert.Null(_nodes.Opened);
    }

    private Task<ContractFetch> FetchAsync(
        string address = "memory://host", string[]? services = null, int timeoutMs = 60_000, CancellationToken end = default)
    {
        var centre = new MetadataCentre(new Dictionary<string, INodeStoreFactory> { [_nodes.Scheme] = _nodes });
        return centre.FetchAsync(new ContractSourceSettings(address, services ?? [], timeoutMs, TimeProvider.System), end);
    }

    private static string Definition(string service, string method, string rest = "") =>
        $$"""{ "canonicalName": "{{service}}", "methods": [{ "name": "{{method}}", "parameterTypes": ["int"], "returnType": "int" }], "types": []{{rest}} }""";
}
