using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Registries.File.Tests;

public sealed class FileRegistryAdapterTests : IAsyncLifetime, IDisposable
{
    private static readonly ServiceKey Orders = new("orders", "1.0");
    private static readonly ServiceKey Stock = new("stock");

    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<RegistryNotice> _notices = new();
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(30));
    private readonly List<IAsyncDisposable> _open = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            await _open[i].DisposeAsync();
        }
    }

    public void Dispose()
    {
        _limit.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Watch_KnownService_GivesItsInstances()
    {
        _folder.Write("services.yaml", Services("1"));

        var first = await NextAsync(Watch(Create(), Orders));

        Assert.Equal(Orders, first.Service);
        Assert.False(first.Stale);
        Assert.Equal("1", Ports(first));
    }

    [Fact]
    public async Task Watch_UnknownService_GivesAnEmptySnapshot()
    {
        _folder.Write("services.yaml", Services("1"));

        var first = await NextAsync(Watch(Create(), new ServiceKey("nobody")));

        Assert.Empty(first.Instances);
        Assert.False(first.Stale);
    }

    [Fact]
    public async Task Watch_FileRewritten_GivesTheNewInstancesWithAHigherRevision()
    {
        _folder.Write("services.yaml", Services("1"));
        var orders = Watch(Create(), Orders);
        var first = await NextAsync(orders);

        _folder.Write("services.yaml", Services("1, 2"));
        var second = await NextAsync(orders);

        Assert.Equal("1, 2", Ports(second));
        Assert.True(second.Revision > first.Revision);
        Assert.Empty(_notices);
    }

    [Fact]
    public async Task Watch_FileReplacedByRename_GivesTheNewInstances()
    {
        _folder.Write("services.yaml", Services("1"));
        var orders = Watch(Create(), Orders);
        await NextAsync(orders);

        System.IO.File.Move(_folder.Write("services.yaml.new", Services("7")), _folder.File("services.yaml"), overwrite: true);

        Assert.Equal("7", Ports(await NextAsync(orders)));
    }

    [Fact]
    public async Task Watch_LinkTargetSwapped_GivesTheNewInstances()
    {
        // What Kubernetes does with a mounted configuration map.
        Directory.CreateDirectory(_folder.File("v1"));
        Directory.CreateDirectory(_folder.File("v2"));
        _folder.Write("v1/services.yaml", Services("1"));
        _folder.Write("v2/services.yaml", Services("1, 2, 3"));
        System.IO.File.CreateSymbolicLink(_folder.File("data"), _folder.File("v1"));
        System.IO.File.CreateSymbolicLink(_folder.File("services.yaml"), "data/services.yaml");
        var orders = Watch(Create(), Orders);
        await NextAsync(orders);

        System.IO.File.CreateSymbolicLink(_folder.File("data.new"), _folder.File("v2"));
        using var rename = Process.Start("mv", ["-T", _folder.File("data.new"), _folder.File("data")]);
        await rename.WaitForExitAsync(_limit.Token);

        Assert.Equal("1, 2, 3", Ports(await NextAsync(orders)));
    }

    [Fact]
    public async Task Watch_ServiceRemoved_GivesAnEmptySnapshot()
    {
        _folder.Write("services.yaml", Services("1"));
        var orders = Watch(Create(), Orders);
        await NextAsync(orders);

        _folder.Write("services.yaml", "services: []");
        var second = await NextAsync(orders);

        Assert.Empty(second.Instances);
        Assert.False(second.Stale);
    }

    [Fact]
    public async Task Watch_OtherServiceChanged_GivesNothing()
    {
        _folder.Write("services.yaml", Services("1") + Service("stock", "5"));
        var adapter = Create();
        var orders = Watch(adapter, Orders);
        var stock = Watch(adapter, Stock);
        await NextAsync(orders);
        await NextAsync(stock);

        _folder.Write("services.yaml", Services("1") + Service("stock", "6"));
        Assert.Equal("6", Ports(await NextAsync(stock)));
        _folder.Write("services.yaml", Services("2") + Service("stock", "6"));

        // The very next snapshot of orders is that of its own change.
        Assert.Equal("2", Ports(await NextAsync(orders)));
    }

    [Fact]
    public async Task Watch_OnlyMetadataChanged_GivesASnapshot()
    {
        _folder.Write("services.yaml", "services: [{name: stock, instances: [{address: 'h:1', protocol: bolt, metadata: {zone: a}}]}]");
        var stock = Watch(Create(), Stock);
        await NextAsync(stock);

        _folder.Write("services.yaml", "services: [{name: stock, instances: [{address: 'h:1', protocol: bolt, metadata: {zone: b}}]}]");

        Assert.Equal("b", (await NextAsync(stock)).Instances[0].Metadata["zone"]);
    }

    [Fact]
    public async Task Watch_FileBroken_KeepsTheLastGoodAndTellsOnce()
    {
        _folder.Write("services.yaml", Services("1"));
        var orders = Watch(Create(), Orders);
        await NextAsync(orders);

        _folder.Write("services.yaml", "services:\n  - nam: orders\n");
        var stale = await NextAsync(orders);
        Assert.Equal("1", Ports(stale));
        Assert.True(stale.Stale);

        _folder.Write("services.yaml", Services("3"));
        var good = await NextAsync(orders);
        Assert.Equal("3", Ports(good));
        Assert.False(good.Stale);
        Assert.True(good.Revision > stale.Revision);

        var notices = _notices.ToArray();
        const string Slip = "services.yaml:2:5: unknown key 'nam'; did you mean 'name'?";
        Assert.Contains(notices, n => n.IsTrouble && n.Text.EndsWith(Slip, StringComparison.Ordinal));
        Assert.Contains(notices, n => n.IsTrouble && n.Text.EndsWith("its last good version stays in force", StringComparison.Ordinal));
        Assert.Single(notices, n => !n.IsTrouble);
    }

    [Fact]
    public async Task Watch_FileGoes_KeepsTheLastKnownAsStale()
    {
        _folder.Write("services.yaml", Services("1"));
        var orders = Watch(Create(), Orders);
        await NextAsync(orders);

        System.IO.File.Delete(_folder.File("services.yaml"));
        var stale = await NextAsync(orders);

        Assert.Equal("1", Ports(stale));
        Assert.True(stale.Stale);
        Assert.Contains(_notices, n => n.Text.Contains("does not exist", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Watch_FileComesLater_GivesItsInstances()
    {
        var orders = Watch(Create(), Orders);
        Assert.Empty((await NextAsync(orders)).Instances);
        Assert.Contains(_notices, n => n.IsTrouble);

        _folder.Write("services.yaml", Services("4"));

        Assert.Equal("4", Ports(await NextAsync(orders)));
        Assert.Contains(_notices, n => !n.IsTrouble);
    }

    [Fact]
    public async Task Watch_FileTruncatedThenWritten_NeverGivesNothing()
    {
        _folder.Write("services.yaml", Services("1"));
        var orders = Watch(Create(), Orders);
        await NextAsync(orders);

        using (var writer = new StreamWriter(_folder.File("services.yaml"), append: false))
        {
            writer.Write("services:\n");
            writer.Flush();
            writer.Write(Services("1, 9")["services:\n".Length..]);
        }

        ServiceSnapshot next;
        do
        {
            next = await NextAsync(orders);
            Assert.NotEmpty(next.Instances);
        }
        while (next.Stale);
        Assert.Equal("1, 9", Ports(next));
    }

    [Fact]
    public async Task WatchCatalog_ServicesComeAndGo_GivesAllKeys()
    {
        _folder.Write("services.yaml", Services("1"));
        var catalog = Create().WatchCatalogAsync(_limit.Token).GetAsyncEnumerator();
        _open.Add(catalog);
        Assert.Equal("orders:1.0", string.Join(", ", await NextAsync(catalog)));

        _folder.Write("services.yaml", Services("1") + Service("stock", "5"));
        Assert.Equal("orders:1.0, stock", string.Join(", ", await NextAsync(catalog)));

        _folder.Write("services.yaml", "services: []");
        Assert.Empty(await NextAsync(catalog));
    }

    [Fact]
    public async Task Watch_Cancelled_Ends()
    {
        _folder.Write("services.yaml", Services("1"));
        using var cancel = new CancellationTokenSource();
        var orders = Create().WatchAsync(Orders, cancel.Token).GetAsyncEnumerator(cancel.Token);
        _open.Add(orders);
        await NextAsync(orders);

        var next = orders.MoveNextAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact]
    public async Task Publish_Always_IsNotSupported()
    {
        var facade = new ServiceInstance { Service = Orders, Protocol = "bolt", Host = "h", Port = 1 };

        await Assert.ThrowsAsync<NotSupportedException>(async () => await Create().PublishAsync(facade, CancellationToken.None));
    }

    private IRegistryAdapter Create()
    {
        var settings = new RegistrySettings("services", _folder.Path, ImmutableDictionary<string, string>.Empty, TimeProvider.System)
        {
            Notice = _notices.Enqueue,
        };
        var adapter = new FileRegistryFactory().Create(settings);
        _open.Add(adapter);
        return adapter;
    }

    private IAsyncEnumerator<ServiceSnapshot> Watch(IRegistryAdapter adapter, ServiceKey service)
    {
        var watch = adapter.WatchAsync(service, _limit.Token).GetAsyncEnumerator(_limit.Token);
        _open.Add(watch);
        return watch;
    }

    private static async Task<T> NextAsync<T>(IAsyncEnumerator<T> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        return watch.Current;
    }

    private static string Ports(ServiceSnapshot snapshot) => string.Join(", ", snapshot.Instances.Select(i => i.Port));

    private static string Services(string ports) => "services:\n" + Service("orders", ports, "version: '1.0', ");

    private static string Service(string name, string ports, string keys = "")
    {
        var instances = ports.Split(", ").Select(p => $"{{address: '127.0.0.1:{p}', protocol: bolt}}");
        return $"  - {{name: {name}, {keys}instances: [{string.Join(", ", instances)}]}}\n";
    }
}
