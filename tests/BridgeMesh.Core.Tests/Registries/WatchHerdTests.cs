using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using BridgeMesh.Core.Registries;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Testing.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Core.Tests.Registries;

public sealed class WatchHerdTests
{
    private const int Services = 1_000;

    [Fact]
    public async Task Watches_ThousandBeginAndBeginAgain_FewAskAtATime()
    {
        var time = new ManualTime();
        var registry = new CountingRegistry();
        await using var watcher = new RegistryWatcher("r", registry, () => { }, () => { }, time, NullLogger.Instance);
        watcher.Start();
        await watcher.Ready.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(Services, registry.Answered);
        Assert.InRange(registry.MostAtOnce, 2, WatchLoop.MaxBeginning);

        registry.Fail();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (registry.Answered < 2 * Services)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
        }

        Assert.InRange(registry.MostAtOnce, 2, WatchLoop.MaxBeginning);
        Assert.Equal(Services, watcher.Snapshots().Length);
    }

    [Fact]
    public async Task Watches_SilentOnes_MakeRoomForTheOthers()
    {
        var time = new ManualTime();
        var registry = new CountingRegistry { Silent = 200 };
        await using var watcher = new RegistryWatcher("r", registry, () => { }, () => { }, time, NullLogger.Instance);
        watcher.Start();

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (registry.Answered < Services - 200)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
        }

        Assert.False(watcher.Ready.IsCompleted);
    }

    private sealed class CountingRegistry : IRegistryAdapter
    {
        private readonly ImmutableArray<ServiceKey> _services = [.. Enumerable.Range(0, Services).Select(static i => new ServiceKey($"s{i}"))];
        private TaskCompletionSource _away = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _atOnce;
        private int _mostAtOnce;
        private int _answered;

        internal int Silent { get; init; }

        internal int MostAtOnce => Volatile.Read(ref _mostAtOnce);

        internal int Answered => Volatile.Read(ref _answered);

        internal void Fail() => Interlocked.Exchange(ref _away, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetException(new IOException("away"));

        public async IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceKey service, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var away = Volatile.Read(ref _away).Task;
            if (_services.IndexOf(service) < Silent)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            var now = Interlocked.Increment(ref _atOnce);
            for (var most = MostAtOnce; now > most && Interlocked.CompareExchange(ref _mostAtOnce, now, most) != most; most = MostAtOnce)
            {
                // Another thread was faster.
            }

            await Task.Yield(); // As long as a question to a registry is under way.
            await Task.Yield();
            Interlocked.Decrement(ref _atOnce);
            Interlocked.Increment(ref _answered);
            yield return new ServiceSnapshot(service, 1, false, [TestGateway.Instance(service.Interface, 1)]);
            await away.WaitAsync(cancellationToken);
        }

        public async IAsyncEnumerable<ImmutableArray<ServiceKey>> WatchCatalogAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return _services;
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public ValueTask<IAsyncDisposable> PublishAsync(ServiceInstance facade, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
