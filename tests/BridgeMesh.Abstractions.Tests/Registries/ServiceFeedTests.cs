using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Abstractions.Tests.Registries;

public sealed class ServiceFeedTests
{
    private static readonly ServiceKey A = new("a");
    private static readonly ServiceKey B = new("b");

    [Fact]
    public async Task Watch_OtherServiceChanges_IsNotWokenAndStillSeesItsOwn()
    {
        var feed = new ServiceFeed();
        var services = ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>>.Empty.Add(A, [Instance(A, 1)]).Add(B, [Instance(B, 1)]);
        feed.Publish(services, isStale: false);
        await using var watch = feed.WatchAsync(A, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());

        var next = watch.MoveNextAsync().AsTask();
        for (var i = 2; i < 100; i++)
        {
            services = services.SetItem(B, [Instance(B, i)]);
            feed.Publish(services, isStale: false);
        }

        Assert.False(next.IsCompleted);
        feed.Publish(services.SetItem(A, [Instance(A, 7)]), isStale: false);
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(7, Assert.Single(watch.Current.Instances).Port);
    }

    [Fact]
    public async Task Watch_ServiceGoesAndTurnsStale_IsTold()
    {
        var feed = new ServiceFeed();
        var services = ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>>.Empty.Add(A, [Instance(A, 1)]);
        feed.Publish(services, isStale: false);
        await using var watch = feed.WatchAsync(A, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());

        var stale = watch.MoveNextAsync().AsTask();
        feed.MarkStale();
        Assert.True(await stale.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.True(watch.Current.Stale);

        var gone = watch.MoveNextAsync().AsTask();
        feed.Publish(services.Remove(A), isStale: false);
        Assert.True(await gone.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Empty(watch.Current.Instances);

        var ended = watch.MoveNextAsync().AsTask();
        feed.End();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ended.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private static ServiceInstance Instance(ServiceKey service, int port) => new() { Service = service, Protocol = "dubbo", Host = "h", Port = port };
}
