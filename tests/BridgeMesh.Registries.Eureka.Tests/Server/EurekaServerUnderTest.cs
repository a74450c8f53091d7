using System.Collections.Immutable;
using System.Net;
using System.Text;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Eureka.Client;
using BridgeMesh.Registries.Eureka.Server;
using BridgeMesh.Registries.Eureka.Services;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Tests.Server;

/// <summary>The embedded server on a free port, and HTTP to it.</summary>
internal sealed class EurekaServerUnderTest : IAsyncDisposable
{
    internal static readonly InstanceMapping Mapping = new(PreferIp: false, PreferSecure: true);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });

    private EurekaServerUnderTest(EurekaServerAdapter adapter, Task trouble)
    {
        Adapter = adapter;
        Trouble = trouble;
    }

    internal EurekaServerAdapter Adapter { get; }

    /// <summary>Ends when the operator was told of the first.</summary>
    internal Task Trouble { get; }

    internal int Port => Adapter.Host.Port;

    internal string Address => $"http://127.0.0.1:{Port}/eureka";

    internal InstanceTable Table => Adapter.Host.Table;

    internal static async Task<EurekaServerUnderTest> StartAsync(
        TimeProvider? time = null, string? credentials = null, EurekaServerFactory? factory = null, int port = 0, params string[] peers)
    {
        var trouble = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var settings = new RegistrySettings("eureka", ".", ImmutableDictionary<string, string>.Empty, time ?? TimeProvider.System)
        {
            Notice = notice => _ = notice.IsTrouble && trouble.TrySetResult(),
        };
        var adapter = (factory ?? new EurekaServerFactory()).Create(Options(port, credentials, peers), settings);
        await adapter.StartAsync(CancellationToken.None);
        return new EurekaServerUnderTest(adapter, trouble.Task);
    }

    internal static EurekaServerOptions Options(int port, string? credentials = null, params string[] peers) => new(
        new IPEndPoint(IPAddress.Loopback, port),
        [.. peers.Select(static p => EurekaServerAddress.Parse(p)!)], // as they stand in the test
        RenewalShare: null,
        TimeSpan.FromSeconds(1),
        MaxInstances: 100,
        credentials is null ? null : Encoding.UTF8.GetBytes(credentials),
        EurekaLease.Default,
        Mapping)
    {
        ReplicationPause = TimeSpan.FromMilliseconds(5),
        LongestReplicationPause = TimeSpan.FromMilliseconds(50),
    };

    /// <param name="path">Below the server's root.</param>
    /// <param name="headers">Each as name: value.</param>
    internal async Task<HttpResponseMessage> SendAsync(string method, string path, HttpContent? body = null, params string[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://127.0.0.1:{Port}{path}") { Content = body };
        foreach (var header in headers)
        {
            var colon = header.IndexOf(':', StringComparison.Ordinal);
            request.Headers.TryAddWithoutValidation(header[..colon], header[(colon + 1)..].Trim());
        }

        return await _http.SendAsync(request);
    }

    internal async Task<HttpStatusCode> StatusAsync(string method, string path, HttpContent? body = null, params string[] headers)
    {
        using var response = await SendAsync(method, path, body, headers);
        return response.StatusCode;
    }

    internal async Task<string> TextAsync(string path, params string[] headers)
    {
        using var response = await SendAsync("GET", path, null, headers);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    internal static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    internal static ByteArrayContent Body(EurekaInstance instance, bool isXml = false) => new(InstanceWriter.One(instance, isXml));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Adapter.DisposeAsync();
    }
}
