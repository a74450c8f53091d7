using System.Text;
using BridgeMesh.Codecs.Grpc.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Grpc.Calling;

/// <summary>
/// Calls one instance of a gRPC service over HTTP/2 connections of its own; a second one is opened when the callee's limit of streams is
/// reached. The instance's metadata may say <c>scheme</c> (http or https).
/// </summary>
internal sealed class GrpcChannel : IUpstreamChannel
{
    /// <summary>HttpClient counts response heads in KiB.</summary>
    private const int Kibi = 1_024;

    private static readonly Encoding HeaderEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private int _inFlight;

    internal GrpcChannel(ServiceInstance instance, ChannelSettings settings)
    {
        Settings = settings;
        BaseUrl = BaseUrlOf(instance);
        Invoker = new HttpMessageInvoker(
            new SocketsHttpHandler
            {
                ActivityHeadersPropagator = null,
                AllowAutoRedirect = false,
                AutomaticDecompression = System.Net.DecompressionMethods.None,
                ConnectTimeout = TimeSpan.FromMilliseconds(settings.ConnectTimeoutMs),
                EnableMultipleHttp2Connections = true,

                // A connection whose other end is gone without a word shows within half a minute, with streams open or not.
                KeepAlivePingDelay = TimeSpan.FromSeconds(20),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
                KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
                MaxResponseHeadersLength = Math.Max(1, settings.Limits.MaxMetadataBytes / Kibi),
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
                ResponseHeaderEncodingSelector = static (_, _) => HeaderEncoding,
                UseCookies = false,
                UseProxy = false,
            },
            disposeHandler: true);
    }

    public string Protocol => GrpcPlugin.ProtocolName;

    public int InFlight => Volatile.Read(ref _inFlight);

    internal ChannelSettings Settings { get; }

    /// <summary>Scheme and authority.</summary>
    internal string BaseUrl { get; }

    internal HttpMessageInvoker Invoker { get; }

    public bool CanForward(Exchange exchange) => exchange.CallerItem is GrpcCall;

    public void Send(Exchange exchange, IAttemptSink sink)
    {
        var attempt = new GrpcAttempt(this, exchange, sink);
        exchange.CalleeItem = attempt;
        if (Interlocked.Increment(ref _inFlight) > Settings.Limits.MaxInFlight)
        {
            exchange.SetFault(ExchangeStatus.Exhausted, "too many calls in flight to this instance");
            attempt.Complete();
            return;
        }

        if (Thread.CurrentThread.IsThreadPoolThread)
        {
            attempt.Execute();
        }
        else
        {
            // A reactor's thread has connections to serve; HttpClient may run elsewhere.
            ThreadPool.UnsafeQueueUserWorkItem(attempt, preferLocal: false);
        }
    }

    public void Cancel(Exchange exchange) => (exchange.CalleeItem as GrpcAttempt)?.GiveUp();

    public ValueTask DisposeAsync()
    {
        Invoker.Dispose();
        return ValueTask.CompletedTask;
    }

    internal void OnAttemptEnded() => Interlocked.Decrement(ref _inFlight);

    private static string BaseUrlOf(ServiceInstance instance)
    {
        var scheme = instance.Metadata.GetValueOrDefault("scheme") == "https" ? "https" : "http";
        var isBareIPv6 = instance.Host.Contains(':', StringComparison.Ordinal) && !instance.Host.StartsWith('[');
        var host = isBareIPv6 ? $"[{instance.Host}]" : instance.Host;
        return $"{scheme}://{host}:{instance.Port}";
    }
}
