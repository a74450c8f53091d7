using System.Text;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Http.Calling;

/// <summary>
/// Calls one instance of an HTTP service over a pool of connections of its own: no proxy, cookies, redirects or decompression, so that
/// what the callee says is what the caller gets. The instance's metadata may say <c>path</c> (a prefix for every path) and <c>scheme</c>
/// (http or https).
/// </summary>
internal sealed class HttpChannel : IUpstreamChannel
{
    /// <summary>HttpClient counts response heads in KiB.</summary>
    private const int Kibi = 1_024;

    private static readonly Encoding HeaderEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private int _inFlight;

    internal HttpChannel(ServiceInstance instance, ChannelSettings settings)
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
                MaxConnectionsPerServer = settings.Limits.MaxInFlight,
                MaxResponseHeadersLength = Math.Max(1, settings.Limits.MaxMetadataBytes / Kibi),
                PlaintextStreamFilter = settings.Watch is { } watch ? (context, _) => ValueTask.FromResult(watch(context.PlaintextStream)) : null,
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
                RequestHeaderEncodingSelector = static (_, _) => HeaderEncoding,
                ResponseHeaderEncodingSelector = static (_, _) => HeaderEncoding,
                UseCookies = false,
                UseProxy = false,
            },
            disposeHandler: true);
    }

    public string Protocol => HttpPlugin.ProtocolName;

    public int InFlight => Volatile.Read(ref _inFlight);

    internal ChannelSettings Settings { get; }

    /// <summary>Scheme, authority and path prefix without a slash at its end.</summary>
    internal string BaseUrl { get; }

    internal HttpMessageInvoker Invoker { get; }

    /// <summary>A request that came by the service's native path is one that the service itself understands.</summary>
    public bool CanForward(Exchange exchange) => exchange.CallerItem is HttpCall { Route: not null };

    public void Send(Exchange exchange, IAttemptSink sink)
    {
        var attempt = new HttpAttempt(this, exchange, sink);
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
            // A reactor's thread has connections to serve; JSON and HttpClient may run elsewhere.
            ThreadPool.UnsafeQueueUserWorkItem(attempt, preferLocal: false);
        }
    }

    public void Cancel(Exchange exchange) => (exchange.CalleeItem as HttpAttempt)?.GiveUp();

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
        var prefix = instance.Metadata.GetValueOrDefault("path", string.Empty).Trim('/');
        return prefix.Length == 0 ? $"{scheme}://{host}:{instance.Port}" : $"{scheme}://{host}:{instance.Port}/{prefix}";
    }
}
