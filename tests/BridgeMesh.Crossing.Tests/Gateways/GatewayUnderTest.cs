using System.Collections.Immutable;
using System.Net.Sockets;
using BridgeMesh.Codecs.Bolt;
using BridgeMesh.Codecs.Dubbo;
using BridgeMesh.Codecs.Grpc;
using BridgeMesh.Codecs.Http;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Testing.Network;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Crossing.Gateways;

/// <summary>A gateway with all five protocols on both sides, and one callee of each. Services are named for the protocol of their
/// callee.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    internal const string Id = "crossing";

    /// <summary>The gateway's that has another one behind it.</summary>
    internal const string FrontId = "front";

    internal const string Bolt = "bolt";
    internal const string Dubbo = "dubbo";
    internal const string Http = "http";
    internal const string Grpc = "grpc";
    internal const string Triple = "triple";

    /// <summary>gRPC's wire under another name, for callers only: what it carries to a gRPC callee is opened and written anew.</summary>
    internal const string Opened = "opened";

    /// <summary>A gRPC listener for pages from https://shop.example.</summary>
    internal const string Pages = "pages";

    /// <summary>A gRPC listener that compresses replies.</summary>
    internal const string Packing = "packing";

    /// <summary>A Triple listener that does.</summary>
    internal const string PackingTriple = "packing-triple";

    private readonly PluginCatalog _plugins;
    private readonly GatewayRuntime _runtime;
    private readonly List<IAsyncDisposable> _callees;

    private GatewayUnderTest(PluginCatalog plugins, GatewayRuntime runtime, List<IAsyncDisposable> callees, ImmutableArray<ServiceContract> contracts)
    {
        _plugins = plugins;
        _runtime = runtime;
        _callees = callees;
        Contracts = contracts;
    }

    internal ImmutableArray<ServiceContract> Contracts { get; }

    /// <summary>What tells the gateway of its callees.</summary>
    internal required PushedRegistry Registry { get; init; }

    /// <summary>The service whose callee speaks the protocol.</summary>
    internal static ServiceKey ServiceOf(string protocol) => new($"com.acme.{char.ToUpperInvariant(protocol[0])}{protocol[1..]}Service");

    /// <param name="contract">YAML; null for no contract.</param>
    /// <param name="framed">How the Bolt and the Dubbo callee answer: fills the reply of an exchange that has been read.</param>
    /// <param name="http">How the HTTP callee answers a body.</param>
    /// <param name="grpc">How the gRPC callee serves a stream; null for no such callee.</param>
    /// <param name="triple">How the Triple callee serves a request, and what it is registered with; null for no such callee.</param>
    /// <param name="rawGrpc">What the gRPC callee does with each connection, byte by byte, instead of <paramref name="grpc"/>.</param>
    /// <param name="tls">Has the HTTP and gRPC listeners and the gRPC callee speak TLS; null for clear text.</param>
    /// <param name="further">Instances of other services, on 127.0.0.1.</param>
    /// <param name="behind">Another gateway, which stands for all callees, and the protocol by which it is called; null for callees of
    /// this one's own.</param>
    /// <param name="bolt">What the Bolt callee is registered with beside its address.</param>
    internal static async Task<GatewayUnderTest> StartAsync(
        string? contract,
        Action<Exchange>? framed = null,
        Func<string, HttpAnswer>? http = null,
        RequestDelegate? grpc = null,
        TripleCallee? triple = null,
        Func<NetworkStream, CancellationToken, Task>? rawGrpc = null,
        TestCertificates? tls = null,
        IReadOnlyList<(string Service, string Protocol, int Port)>? further = null,
        (GatewayUnderTest Gateway, string Protocol, ImmutableDictionary<string, string> Metadata)? behind = null,
        params (string Key, string Value)[] bolt)
    {
        var also = further ?? [];
        var contracts = ImmutableArray<ServiceContract>.Empty;
        if (contract is not null)
        {
            var loaded = ContractLoader.LoadTexts(("contract.yaml", contract));
            Assert.Empty(loaded.Problems);
            contracts = loaded.Contracts;
        }

        var plugins = new PluginCatalog();
        plugins.Add(new BoltPlugin());
        plugins.Add(new DubboPlugin());
        plugins.Add(new HttpPlugin());
        plugins.Add(new GrpcPlugin());
        plugins.Add(new OpenedPlugin());
        var callees = new List<IAsyncDisposable>();
        var instances = new List<ServiceInstance>();
        foreach (var protocol in new[] { Bolt, Dubbo })
        {
            var callee = new FramedCallee(plugins.FrameCodecs[protocol], framed ?? (static _ => { }), contracts);
            callees.Add(callee);
            var metadata = protocol == Bolt ? bolt : [];
            instances.Add(Instance(protocol, callee.Port) with { Metadata = metadata.ToImmutableDictionary(p => p.Key, p => p.Value) });
        }

        var httpCallee = new HttpCallee(http ?? (static _ => new HttpAnswer(204, string.Empty)));
        callees.Add(httpCallee);
        instances.Add(Instance(Http, httpCallee.Port));
        if (grpc is not null)
        {
            var grpcCallee = await GrpcCallee.StartAsync(grpc, tls?.Write("callee"));
            callees.Add(grpcCallee);
            var scheme = tls is null ? "http" : "https";
            instances.Add(Instance(Grpc, grpcCallee.Port) with { Metadata = ImmutableDictionary<string, string>.Empty.Add("scheme", scheme) });
        }

        if (triple is not null)
        {
            var tripleCallee = await GrpcCallee.StartAsync(triple.Serve);
            callees.Add(tripleCallee);
            instances.Add(Instance(Triple, tripleCallee.Port) with { Metadata = triple.Metadata });
        }

        if (rawGrpc is not null)
        {
            var rawCallee = new ScriptedServer(rawGrpc);
            callees.Add(rawCallee);
            instances.Add(Instance(Grpc, rawCallee.Port));
        }

        instances.AddRange(also.Select(static i => Instance(i.Protocol, i.Port) with { Service = new ServiceKey(i.Service) }));
        if (behind is var (next, by, registered))
        {
            instances = [.. new[] { Bolt, Dubbo, Http, Grpc, Triple }.Select(
                p => Instance(p, next.PortOf(by)) with { Protocol = by, Metadata = registered.Add("bridgemesh.gateway", Id) })];
        }

        var registry = new PushedRegistry([.. instances]);
        plugins.Add(registry);
        var none = ImmutableDictionary<string, string>.Empty;
        var secure = none;
        if (tls is not null)
        {
            var (certificate, key) = tls.Write("gateway");
            secure = none.Add("tls.certificate", certificate).Add("tls.key", key);
        }

        var model = new GatewayModel
        {
            Id = behind is null ? Id : FrontId,
            Listeners =
            [
                .. new[] { Bolt, Dubbo, Http, Grpc, Triple, Opened }
                    .Select(p => new ListenerModel(p, p, "127.0.0.1", 0, FrameLimits.Default, p is Http or Grpc ? secure : none)),
                new ListenerModel(Packing, Grpc, "127.0.0.1", 0, FrameLimits.Default, none.Add("compression", "gzip")),
                new ListenerModel(PackingTriple, Triple, "127.0.0.1", 0, FrameLimits.Default, none.Add("compression", "gzip")),
                new ListenerModel(Pages, Grpc, "127.0.0.1", 0, FrameLimits.Default, none.Add("corsOrigins", "https://shop.example")),
            ],
            Registries = [new RegistryModel(PushedRegistry.Name, PushedRegistry.Name, none)],
            Routes = [new RouteModel { Name = "all", TimeoutMs = 20_000 }],
            Contracts = contracts,
            Upstream = new UpstreamModel { Tls = new UpstreamTls { Ca = tls?.Ca } },
        };
        var runtime = new GatewayRuntime(plugins, model, ".", TimeProvider.System, NullLoggerFactory.Instance);
        await runtime.StartAsync(CancellationToken.None);
        return new GatewayUnderTest(plugins, runtime, callees, contracts) { Registry = registry };
    }

    /// <summary>Calls in flight; 0 once nothing is left of those that ended.</summary>
    internal long InFlight => _runtime.Status().Calls.InFlight;

    /// <summary>Where the gateway listens for callers of the protocol.</summary>
    internal int PortOf(string protocol) => _runtime.Ports[protocol];

    /// <summary>Calls the callee of one protocol from a client of another that is framed; the client has no contract.</summary>
    internal Task<Exchange> CallAsync(string from, string to, string method, string types = "", Action<Exchange>? arguments = null) =>
        FramedClient.CallAsync(_plugins.FrameCodecs[from], _runtime.Ports[from], exchange =>
        {
            exchange.Service = ServiceOf(to);
            exchange.CalleeService = exchange.Service;
            exchange.Method = method;
            exchange.Signature = JavaSignature.OfTypeNames(types.Split(',', StringSplitOptions.RemoveEmptyEntries));
            arguments?.Invoke(exchange);
        });

    /// <summary>As above by a client that closes its connection at the given moment.</summary>
    internal Task LeaveAsync(string from, string to, string method, string types, Action<Exchange> arguments, Task moment) =>
        FramedClient.LeaveAsync(
            _plugins.FrameCodecs[from],
            _runtime.Ports[from],
            exchange =>
            {
                exchange.Service = ServiceOf(to);
                exchange.CalleeService = exchange.Service;
                exchange.Method = method;
                exchange.Signature = JavaSignature.OfTypeNames(types.Split(',', StringSplitOptions.RemoveEmptyEntries));
                arguments(exchange);
            },
            moment);

    /// <summary>As above where nobody waits: returns once the gateway has answered a heartbeat that was sent behind the call.</summary>
    internal Task NotifyAsync(string from, ServiceKey service, string method, string types = "", Action<Exchange>? arguments = null) =>
        FramedClient.NotifyAsync(_plugins.FrameCodecs[from], _runtime.Ports[from], exchange =>
        {
            exchange.OneWay = true;
            exchange.Service = service;
            exchange.CalleeService = service;
            exchange.Method = method;
            exchange.Signature = JavaSignature.OfTypeNames(types.Split(',', StringSplitOptions.RemoveEmptyEntries));
            arguments?.Invoke(exchange);
        });

    /// <summary>Waits for the first call that ends so.</summary>
    internal async Task CountedAsync(ExchangeStatus status)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (_runtime.Status().Calls.ByStatus[status.ToString()] == 0)
        {
            await Task.Yield();
            Assert.False(patience.IsCancellationRequested, $"{string.Join(", ", _runtime.Status().Calls.ByStatus.Where(c => c.Value > 0))}");
        }
    }

    /// <summary>Waits until no call is in flight any more: the pipeline balances.</summary>
    internal async Task SettledAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (_runtime.Status().Calls.InFlight > 0)
        {
            await Task.Yield();
            Assert.False(
                patience.IsCancellationRequested,
                $"{_runtime.Status().Calls.InFlight} calls are still in flight, those to callees: {string.Join(", ", _runtime.Status().Channels)}");
        }
    }

    /// <summary>Calls the callee of a protocol from an HTTP client, in the canonical form.</summary>
    internal Task<HttpAnswer> PostAsync(string to, string method, string body, string? types = null) =>
        HttpCaller.PostAsync(_runtime.Ports[Http], $"/{ServiceOf(to).Interface}/{method}", body, types);

    /// <summary>As above by a caller that waits so long.</summary>
    internal Task<HttpAnswer> PostWithTimeoutAsync(string to, string method, string body, int timeoutMs) =>
        HttpCaller.PostAsync(_runtime.Ports[Http], $"/{ServiceOf(to).Interface}/{method}", body, null, ("x-bridge-timeout-ms", $"{timeoutMs}"));

    /// <summary>Calls the callee of a protocol from a gRPC client with one message.</summary>
    internal async Task<GrpcAnswer> UnaryAsync(string to, string method, byte[] message, params (string Name, string Value)[] headers)
    {
        using var client = new GrpcCaller(_runtime.Ports[Grpc]);
        return await client.UnaryAsync(ServiceOf(to).Interface, method, message, headers);
    }

    /// <summary>Contracts as another gateway takes them from this one by reflection.</summary>
    internal Task<ContractFetch> ReflectedAsync(params string[] services) => _plugins.ContractSources["reflection"].FetchAsync(
        new ContractSourceSettings($"127.0.0.1:{_runtime.Ports[Grpc]}", services, 20_000, TimeProvider.System), CancellationToken.None);

    /// <summary>Drains until every call has ended.</summary>
    internal Task StopAsync() => _runtime.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _runtime.DisposeAsync();
        foreach (var callee in _callees)
        {
            await callee.DisposeAsync();
        }
    }

    private static ServiceInstance Instance(string protocol, int port) => new()
    {
        Service = ServiceOf(protocol),
        Protocol = protocol,
        Host = "127.0.0.1",
        Port = port,
    };
}
