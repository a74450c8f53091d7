using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Core.Tests;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Benchmarks;

/// <summary>A whole gateway that follows a large registry, in this process, while calls pass it: with nothing changing, and with churn.</summary>
internal static class RegistryChurn
{
    private const int Services = 10_000;
    private const int Each = 20;
    private const int ChangesPerSecond = Services * Each / 100;
    private const int TicksPerSecond = 100;
    private const int NameBytes = 6;

    internal static async Task WriteAsync(TextWriter to, int seconds)
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        listener.Listen();
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port; // Bound above.
        new Thread(() => Accept(listener)) { IsBackground = true }.Start();

        var registry = new ScriptedRegistry(port);
        var plugins = new PluginCatalog();
        plugins.Add(registry);
        var model = new GatewayModel
        {
            Id = "bench",
            Listeners = [new ListenerModel("text", "text", "127.0.0.1", 0, FrameLimits.Default, ImmutableDictionary<string, string>.Empty)],
            Registries = [new RegistryModel("scripted", "scripted", ImmutableDictionary<string, string>.Empty) { Guard = new GuardModel() }],
            Routes = [new RouteModel { Name = "all" }],
        };
        var from = Stopwatch.GetTimestamp();
        var runtime = new GatewayRuntime(plugins, model, ".", TimeProvider.System, NullLoggerFactory.Instance);
        await using (runtime)
        {
            await runtime.StartAsync(CancellationToken.None);
            var start = Stopwatch.GetElapsedTime(from);
            if (!runtime.IsReady)
            {
                throw new InvalidOperationException("the registry has not been read in time");
            }

            await CallAsync(runtime.Ports["text"], 3); // Compiled and connected.
            var quiet = await MeasureAsync(runtime, null, seconds);
            var churn = await MeasureAsync(runtime, registry, seconds);
            await to.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"""
                {Services:N0} services with {Each} instances each; from the start to all of them in use: {start.TotalSeconds:F1} s.
                {seconds} s each, 1,000 calls a second beside, over all services in turn:

                | | changes/s | CPU, of one processor | allocated MB/s | RSS MiB | call p50 µs | call p99 µs | calls failed |
                |---|---|---|---|---|---|---|---|
                | nothing changes | {quiet} |
                | 1 % churn a second | {churn} |
                """));
        }
    }

    private static async Task<Figures> MeasureAsync(GatewayRuntime runtime, ScriptedRegistry? churn, int seconds)
    {
        using var stop = new CancellationTokenSource();
        var changing = churn?.ChurnAsync(stop.Token) ?? Task.CompletedTask;
        using var self = Process.GetCurrentProcess();
        var allocated = GC.GetTotalAllocatedBytes();
        var cpu = self.TotalProcessorTime;
        var from = Stopwatch.GetTimestamp();
        var (times, failed) = await CallAsync(runtime.Ports["text"], seconds);
        var took = Stopwatch.GetElapsedTime(from);
        self.Refresh();
        cpu = self.TotalProcessorTime - cpu;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        await stop.CancelAsync();
        await changing;
        times.Sort();
        return new Figures(
            (churn?.Changes ?? 0) / took.TotalSeconds,
            cpu / took,
            allocated / 1e6 / took.TotalSeconds,
            self.WorkingSet64 / 1048576.0,
            times[times.Count / 2],
            times[times.Count * 99 / 100],
            failed);
    }

    private static async Task<(List<double> Micros, int Failed)> CallAsync(int port, int seconds)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var times = new List<double>();
        var failed = 0;
        var reply = new byte[4_096];
        var until = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
        for (var i = 0; Stopwatch.GetTimestamp() < until; i++)
        {
            await pace.WaitForNextTickAsync();
            var request = TextCodec.Frame('q', 42, NameOf(i * 7 % Services), new string('x', 100), timeoutMs: 20_000);
            var from = Stopwatch.GetTimestamp();
            await socket.SendAsync(request);
            var got = 0;
            var length = TextCodec.HeadBytes;
            while (got < length)
            {
                got += await socket.ReceiveAsync(reply.AsMemory(got));
                length = got > 5 ? TextCodec.HeadBytes + Math.Max(0, (reply[4] << 8) + reply[5] - TextCodec.HeadBytes) : length;
            }

            times.Add(Stopwatch.GetElapsedTime(from).TotalMicroseconds);
            failed += got == request.Length - NameBytes ? 0 : 1;
        }

        return (times, failed);
    }

    private static string NameOf(int service) => string.Create(CultureInfo.InvariantCulture, $"s{service:D5}");

    private static void Accept(Socket listener)
    {
        while (true)
        {
            var socket = listener.Accept();
            socket.NoDelay = true;
            new Thread(() => Answer(socket)) { IsBackground = true }.Start();
        }
    }

    /// <summary>Answers each request by its own text.</summary>
    private static void Answer(Socket socket)
    {
        var buffer = new byte[4_096];
        var got = 0;
        while (true)
        {
            var read = socket.Receive(buffer, got, buffer.Length - got, SocketFlags.None);
            if (read == 0)
            {
                return;
            }

            got += read;
            if (got < 126)
            {
                continue;
            }

            buffer[1] = (byte)'r';
            buffer[5] = 126 - NameBytes;
            buffer[19] = 0;
            socket.Send(buffer, 0, 126 - NameBytes, SocketFlags.None);
            got = 0;
        }
    }

    private sealed record Figures(double Changes, double Cpu, double AllocatedMb, double RssMiB, double P50, double P99, int Failed)
    {
        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Changes:N0} | {Cpu:P0} | {AllocatedMb:F1} | {RssMiB:F0} | {P50:F0} | {P99:F0} | {Failed}");
    }

    /// <summary>A registry that says what it is told to, through the feed that adapters share.</summary>
    private sealed class ScriptedRegistry : IBridgePlugin, IRegistryFactory, IRegistryAdapter
    {
        private readonly ServiceFeed _feed = new();
        private ImmutableDictionary<ServiceKey, ImmutableArray<ServiceInstance>> _services;

        internal ScriptedRegistry(int port)
        {
            _services = Enumerable.Range(0, Services).Select(static s => new ServiceKey(NameOf(s))).ToImmutableDictionary(
                static k => k,
                k => Enumerable.Range(1, Each)
                    .Select(i => new ServiceInstance { Service = k, Protocol = "text", Host = $"127.0.0.{i}", Port = port }).ToImmutableArray());
            _feed.Publish(_services, isStale: false);
        }

        public int ContractVersion => PluginContract.Version;

        public string Kind => "scripted";

        public void Configure(IPluginBuilder builder) => builder.AddFrameCodec(new TextCodec()).AddRegistry(this);

        public IRegistryAdapter Create(RegistrySettings settings) => this;

        public IAsyncEnumerable<ServiceSnapshot> WatchAsync(ServiceKey service, CancellationToken cancellationToken) =>
            _feed.WatchAsync(service, cancellationToken);

        public IAsyncEnumerable<ImmutableArray<ServiceKey>> WatchCatalogAsync(CancellationToken cancellationToken) =>
            _feed.WatchCatalogAsync(cancellationToken);

        public ValueTask<IAsyncDisposable> PublishAsync(ServiceInstance facade, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync()
        {
            _feed.End();
            return ValueTask.CompletedTask;
        }

        /// <summary>Instances that have come or gone so far. To be read once nothing changes any longer.</summary>
        internal long Changes { get; private set; }

        /// <summary>The last instance of one service after the other leaves, or comes back.</summary>
        internal async Task ChurnAsync(CancellationToken stopping)
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(1_000 / TicksPerSecond));
            var gone = new Dictionary<ServiceKey, ServiceInstance>();
            var next = 0;
            try
            {
                while (await pace.WaitForNextTickAsync(stopping))
                {
                    var services = _services.ToBuilder();
                    for (var i = 0; i < ChangesPerSecond / TicksPerSecond; i++, next = (next + 1) % Services)
                    {
                        var key = new ServiceKey(NameOf(next));
                        if (gone.Remove(key, out var back))
                        {
                            services[key] = services[key].Add(back);
                        }
                        else
                        {
                            gone[key] = services[key][^1];
                            services[key] = services[key].RemoveAt(services[key].Length - 1);
                        }
                    }

                    _services = services.ToImmutable();
                    _feed.Publish(_services, isStale: false);
                    Changes += ChangesPerSecond / TicksPerSecond;
                }
            }
            catch (OperationCanceledException)
            {
                // Measured.
            }
        }
    }
}
