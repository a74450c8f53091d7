using System.Collections.Immutable;
using System.Net.Sockets;
using System.Text;
using BridgeMesh.Codecs.Http.Calling;
using BridgeMesh.Codecs.Http.Tests.Crossing;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Testing.Network;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Tests.Calling;

/// <summary>A channel to a server that a test scripts in bytes.</summary>
internal sealed class ChannelUnderTest : IAttemptSink, IAsyncDisposable
{
    internal static readonly FrameLimits SmallLimits = new(MaxFrameBytes: 1_000, MaxMetadataBytes: 2_048, MaxInFlight: 4);

    private readonly ScriptedServer? _server;
    private readonly TaskCompletionSource<Exchange> _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChannelUnderTest(ScriptedServer? server, HttpChannel channel)
    {
        _server = server;
        Channel = channel;
    }

    internal HttpChannel Channel { get; }

    internal int Completions { get; private set; }

    /// <summary>The last request as it was on the wire.</summary>
    internal string Received { get; private set; } = string.Empty;

    internal int Connections => _server!.Connections;

    /// <summary>A server that answers every request with these bytes.</summary>
    internal static ChannelUnderTest Answering(
        string reply, FrameLimits? limits = null, TimeProvider? time = null, params (string Name, string Value)[] metadata) =>
        Scripted((_, stream, stop) => stream.WriteAsync(Encoding.UTF8.GetBytes(reply), stop).AsTask(), limits, time, metadata);

    /// <param name="script">Runs once a request; then the connection takes another one.</param>
    internal static ChannelUnderTest Scripted(
        Func<string, NetworkStream, CancellationToken, Task> script,
        FrameLimits? limits = null,
        TimeProvider? time = null,
        params (string Name, string Value)[] metadata)
    {
        ChannelUnderTest? self = null;
        var server = new ScriptedServer(async (stream, stop) =>
        {
            while (stream.CanRead && await HttpMessages.ReadRequestAsync(stream, stop) is { Length: > 0 } request)
            {
                self!.Received = request;
                await script(request, stream, stop);
            }
        });
        return self = new ChannelUnderTest(server, To(server.Port, limits, time, metadata));
    }

    /// <summary>A channel to a port on which nothing listens.</summary>
    internal static ChannelUnderTest ToNothing() => new(null, To(LoopbackPorts.Free(), null, null, []));

    /// <summary>An exchange on the translate lane for a method of the contract, or of none.</summary>
    internal static Exchange NewExchange(string method, Action<ValueTape> arguments, bool hasContract = true)
    {
        var exchange = new Exchange
        {
            Service = OrderContract.Service.Service,
            CalleeService = OrderContract.Service.Service,
            Method = method,
            Lane = Lane.Translate,
            RemainingMs = 10_000,
        };
        if (hasContract)
        {
            exchange.Contract = OrderContract.Service;
            exchange.Shape = OrderContract.Shape(method);
            exchange.Signature = exchange.Shape.Signature;
        }

        arguments(exchange.Request);
        return exchange;
    }

    internal Task<Exchange> CallAsync(string method, Action<ValueTape> arguments, bool hasContract = true) =>
        CallAsync(NewExchange(method, arguments, hasContract));

    internal Task<Exchange> CallAsync(Exchange exchange)
    {
        Channel.Send(exchange, this);
        return _completed.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public void OnAttemptCompleted(Exchange exchange)
    {
        Completions++;
        _completed.TrySetResult(exchange);
    }

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_completed.Task.IsCompleted)
        {
            Assert.Equal((1, 0), (Completions, Channel.InFlight));
        }
    }

    private static HttpChannel To(int port, FrameLimits? limits, TimeProvider? time, (string Name, string Value)[] metadata) => new(
        new ServiceInstance
        {
            Service = OrderContract.Service.Service,
            Protocol = "http",
            Host = "127.0.0.1",
            Port = port,
            Metadata = metadata.ToImmutableDictionary(m => m.Name, m => m.Value),
        },
        new ChannelSettings(limits ?? FrameLimits.Default, ConnectTimeoutMs: 5_000, time ?? TimeProvider.System));
}
