using System.Net;
using System.Text;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Web.Calling;

/// <summary>
/// The way to one instance over HTTP: connections of its own, no proxy, cookies, redirects or decompression, so that what the callee says is
/// what the caller gets. The instance's metadata may say <c>scheme</c> (http or https). Safe for any thread.
/// </summary>
public sealed class WebUpstream : IDisposable
{
    /// <summary>HttpClient counts response heads in KiB.</summary>
    private const int Kibi = 1_024;

    private static readonly Encoding HeaderEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    /// <param name="version">Of HTTP, as exactly this one is asked for.</param>
    public WebUpstream(ServiceInstance instance, ChannelSettings settings, Version version)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(version);
        Version = version;
        VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        Origin = OriginOf(instance);
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromMilliseconds(settings.ConnectTimeoutMs),
            MaxResponseHeadersLength = Math.Max(1, settings.Limits.MaxMetadataBytes / Kibi),
            PlaintextStreamFilter = settings.Watch is { } watch ? (context, _) => ValueTask.FromResult(watch(context.PlaintextStream)) : null,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            ResponseHeaderEncodingSelector = static (_, _) => HeaderEncoding,
            UseCookies = false,
            UseProxy = false,
        };
        if (version.Major >= 2)
        {
            handler.EnableMultipleHttp2Connections = true;

            // A connection whose other end is gone without a word shows within half a minute, with streams open or not.
            handler.KeepAlivePingDelay = TimeSpan.FromSeconds(20);
            handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
            handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
        }
        else
        {
            handler.MaxConnectionsPerServer = settings.Limits.MaxInFlight;
            handler.RequestHeaderEncodingSelector = static (_, _) => HeaderEncoding;
        }

        Invoker = new HttpMessageInvoker(handler, disposeHandler: true);
    }

    /// <summary>Scheme and authority, without a slash at the end.</summary>
    public string Origin { get; }

    public HttpMessageInvoker Invoker { get; }

    /// <summary>What a request to this instance says.</summary>
    public Version Version { get; }

    public HttpVersionPolicy VersionPolicy { get; }

    public void Dispose() => Invoker.Dispose();

    private static string OriginOf(ServiceInstance instance)
    {
        var scheme = instance.Metadata.GetValueOrDefault("scheme") == "https" ? "https" : "http";
        var isBareIPv6 = instance.Host.Contains(':', StringComparison.Ordinal) && !instance.Host.StartsWith('[');
        var host = isBareIPv6 ? $"[{instance.Host}]" : instance.Host;
        return $"{scheme}://{host}:{instance.Port}";
    }
}
