using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Plugins;
using BridgeMesh.Testing.Network;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BridgeMesh.Codecs.Web.Tests.Listening;

/// <summary>A server whose answer to everything is the protocol that the request came in, and clients of each kind.</summary>
internal sealed class ServerUnderTest : IHttpApplication<HttpContext>, IAsyncDisposable
{
    private readonly WebServer _server;

    private ServerUnderTest(ListenerSettings settings, HttpProtocols protocols, TimeProvider time)
    {
        var reader = new SettingReader(settings);
        var options = WebListenerOptions.Read(reader, protocols);
        reader.ThrowIfAny();
        _server = new WebServer(settings, options, time);
    }

    internal int Port => _server.Port;

    internal List<ListenerNotice> Notices { get; } = [];

    /// <summary>What a request waits for before it is answered.</summary>
    internal Func<HttpContext, Task> Before { get; set; } = static _ => Task.CompletedTask;

    internal static Task<ServerUnderTest> StartAsync(HttpProtocols protocols, params (string Name, string Value)[] settings) =>
        StartAsync(protocols, TimeProvider.System, settings);

    internal static async Task<ServerUnderTest> StartAsync(HttpProtocols protocols, TimeProvider time, params (string Name, string Value)[] settings)
    {
        ServerUnderTest? self = null;
        self = new ServerUnderTest(
            new ListenerSettings("test", "127.0.0.1", LoopbackPorts.Free(), FrameLimits.Default, settings.ToDictionary(s => s.Name, s => s.Value))
            {
                Notice = notice => self!.Notices.Add(notice),
            },
            protocols,
            time);
        await self._server.StartAsync(self, CancellationToken.None);
        return self;
    }

    internal Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    /// <summary>The protocol that the server saw.</summary>
    internal async Task<string> GetAsync(HttpMessageInvoker client, Version version, string scheme = "http", HttpVersionPolicy policy = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{scheme}://127.0.0.1:{Port}/") { Version = version, VersionPolicy = policy };
        using var response = await client.SendAsync(request, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    /// <param name="ca">PEM file with the only authority that counts.</param>
    /// <param name="seen">Told of each server certificate.</param>
    internal static HttpMessageInvoker Client(
        string? ca = null, X509Certificate2? own = null, Action<X509Certificate2>? seen = null, SslProtocols versions = default)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (ca is not null)
        {
            var authority = X509CertificateLoader.LoadCertificateFromFile(ca);
            handler.SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = versions,
                ClientCertificates = own is null ? null : [own],
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
                RemoteCertificateValidationCallback = (_, shown, _, errors) =>
                {
                    seen?.Invoke(X509CertificateLoader.LoadCertificate(shown!.Export(X509ContentType.Cert)));
                    return errors == SslPolicyErrors.None;
                },
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(authority);
        }

        return new HttpMessageInvoker(handler);
    }

    internal async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        await Before(context);
        await context.Response.WriteAsync(context.Request.Protocol);
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _server.StopAsync(grace.Token);
        await _server.DisposeAsync();
    }
}
