using System.Net;
using System.Net.Sockets;
using System.Text;
using BridgeMesh.Codecs.Web.Tls;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Web.Calling;

/// <summary>
/// The way to one instance over HTTP: connections of its own, no proxy, cookies, redirects or decompression, so that what the callee says is
/// what the caller gets. The instance's metadata may say <c>scheme</c> (http or https), <c>serverName</c> (what its certificate is for), and
/// where the protocol leaves it open <c>http</c> (1.1 or 2). Safe for any thread.
/// </summary>
public sealed class WebUpstream : IDisposable
{
    /// <summary>HttpClient counts response heads in KiB.</summary>
    private const int Kibi = 1_024;

    private static readonly string[] OfMetadata = ["scheme", "serverName", "http"];

    private static readonly Encoding HeaderEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    /// <param name="version">The only version of HTTP that the protocol goes with; null where the instance decides, or ALPN.</param>
    public WebUpstream(ServiceInstance instance, ChannelSettings settings, Version? version)
    {
        ArgumentNullException.ThrowIfNull(instance);
        ArgumentNullException.ThrowIfNull(settings);
        var isSecure = IsSecure(instance);
        var name = isSecure ? instance.Metadata.GetValueOrDefault("serverName") ?? settings.Tls.ServerName : null;
        Origin = OriginOf(name ?? instance.Host, instance.Port, isSecure);
        (Version, VersionPolicy) = version is not null ? (version, HttpVersionPolicy.RequestVersionExact) : VersionOf(instance, isSecure);
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
            EnableMultipleHttp2Connections = true,

            // A connection of HTTP/2 whose other end is gone without a word shows within half a minute, with streams open or not.
            KeepAlivePingDelay = TimeSpan.FromSeconds(20),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            MaxConnectionsPerServer = settings.Limits.MaxInFlight,
            RequestHeaderEncodingSelector = static (_, _) => HeaderEncoding,
            UseCookies = false,
            UseProxy = false,
        };
        if (isSecure)
        {
            handler.SslOptions = UpstreamHandshake.Of(settings.Tls);
        }

        if (name is not null)
        {
            // HttpClient takes the name to ask for, and to be shown, from the address; where the callee is, the registry has said.
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(instance.Host, instance.Port, cancellationToken);
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

    /// <summary>Everything wrong with the settings that all instances share.</summary>
    public static IReadOnlyList<SettingProblem> Check(ChannelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return UpstreamHandshake.Check(settings.Tls);
    }

    /// <summary>What of the instance's metadata is read here, for <see cref="IChannelFactory.VariantOf"/>.</summary>
    public static string VariantOf(ServiceInstance instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        var said = instance.Metadata.IsEmpty
            ? string.Empty
            : string.Join('\n', OfMetadata.Select(name => instance.Metadata.GetValueOrDefault(name, string.Empty))).Trim('\n');
        return instance.IsSecure ? $"secure\n{said}" : said;
    }

    private static bool IsSecure(ServiceInstance instance) => instance.IsSecure || instance.Metadata.GetValueOrDefault("scheme") == "https";

    /// <summary>
    /// Over TLS the two ends agree by ALPN; in clear text HTTP/2 needs to be known before (RFC 9113 section 3.3), as the instance may say.
    /// </summary>
    private static (Version Version, HttpVersionPolicy Policy) VersionOf(ServiceInstance instance, bool isSecure) =>
        instance.Metadata.GetValueOrDefault("http") switch
        {
            "2" or "2.0" => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact),
            null when isSecure => (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower),
            _ => (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact),
        };

    private static string OriginOf(string host, int port, bool isSecure)
    {
        var scheme = isSecure ? "https" : "http";
        var isBareIPv6 = host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[');
        return isBareIPv6 ? $"{scheme}://[{host}]:{port}" : $"{scheme}://{host}:{port}";
    }

    private static async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host.Trim('[', ']'), port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
