using BridgeMesh.Codecs.Http.Bindings;

namespace BridgeMesh.Codecs.Http.Tests.Bindings;

public sealed class HttpBindingTableTests
{
    private readonly HttpBindingTable _table = new([OrderContract.Service]);
    private readonly PathCaptures _captures = new();

    [Theory]
    [InlineData("GET", "/shop/orders/7", "get", "7")]
    [InlineData("PUT", "/shop/orders/7", "update", "7")]
    [InlineData("GET", "/shop/orders/latest", "latest", "")]
    [InlineData("PUT", "/shop/orders/latest", "update", "latest")]
    [InlineData("POST", "/shop/orders", "place", "")]
    [InlineData("GET", "/shop/orders/a%2Fb", "get", "a%2Fb")]
    [InlineData("GET", "/shop/%6Frders/7", "get", "7")]
    [InlineData("GET", "/shop/sums/1/2", "add", "1|2")]
    [InlineData("GET", "/shop/files/a/b/c.txt", "file", "a/b/c.txt")]
    [InlineData("GET", "/shop/files/", "file", "")]
    [InlineData("HEAD", "/shop/orders/7", "get", "7")]
    public void Find_Path_SelectsMethodAndCaptures(string verb, string path, string method, string captured)
    {
        var route = _table.Find(verb, path, _captures);

        Assert.Equal(method, route?.Shape.Name);
        Assert.Equal(captured, string.Join('|', Enumerable.Range(0, _captures.Count).Select(i => _captures.Of(path, i).ToString())));
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/shop")]
    [InlineData("GET", "/shop/orders/")]
    [InlineData("GET", "/shop/orders//touch")]
    [InlineData("GET", "/shop/files")]
    [InlineData("GET", "/shop/sums/1/2/3")]
    [InlineData("DELETE", "/shop/orders/7")]
    [InlineData("GET", "/SHOP/orders/7")]
    public void Find_OtherPathOrVerb_FindsNothing(string verb, string path) => Assert.Null(_table.Find(verb, path, _captures));

    [Theory]
    [InlineData("/shop/orders/7", "GET, PUT")]
    [InlineData("/shop/orders/latest", "GET, PUT")]
    [InlineData("/shop/files/x/y", "GET")]
    [InlineData("/shop/nothing", "")]
    public void VerbsOf_Path_ListsThemSorted(string path, string verbs) => Assert.Equal(verbs, string.Join(", ", _table.VerbsOf(path)));

    [Fact]
    public void Find_SecondContractWithTheSamePath_LeavesItToTheFirst()
    {
        var other = new Contracts.ServiceContract(new("com.acme.Other"), [OrderContract.Shape("get")]);
        var table = new HttpBindingTable([OrderContract.Service, other]);

        Assert.Same(OrderContract.Service, table.Find("GET", "/shop/orders/7", _captures)?.Contract);
    }
}
