using BridgeMesh.Core.Registries;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Core.Tests.Registries;

public sealed class RegistryWatcherTests
{
    [Fact]
    public async Task Ready_EverythingSeen_ComesAfterItWasReported()
    {
        for (var round = 0; round < 200; round++)
        {
            var registry = new FixedRegistry([TestGateway.Instance("a", 1), TestGateway.Instance("b", 2)]);
            RegistryWatcher? watcher = null;
            var reported = 0;

            // Two services may report at once: as in the runtime, the lock keeps an older view from replacing a newer one.
            var gate = new Lock();
            void Report()
            {
                lock (gate)
                {
                    Volatile.Write(ref reported, Seen(watcher));
                }
            }

            watcher = new RegistryWatcher("r", registry, Report, Report, TimeProvider.System, NullLogger.Instance);
            watcher.Start();
            await watcher.Ready.WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(2, Volatile.Read(ref reported));
            await watcher.DisposeAsync();
        }
    }

    // Slow on purpose: what is reported must be in use before anybody is told that the registry is ready.
    private static int Seen(RegistryWatcher? watcher)
    {
        var seen = watcher?.Snapshots().Length ?? 0;
        Thread.SpinWait(20_000);
        return seen;
    }
}
