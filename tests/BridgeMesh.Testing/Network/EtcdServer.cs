using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace BridgeMesh.Testing.Network;

/// <summary>A key of etcd's with its value, as texts.</summary>
public sealed record EtcdKey(string Key, string Value, long Lease, long CreateRevision, long ModRevision);

/// <summary>
/// A real etcd server, Debian's, on 127.0.0.1 with a data directory of its own, and requests to it. It can be killed and started again over the
/// same data, or over none; disposing ends it, and so does the end of the test run.
/// </summary>
public sealed class EtcdServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/etcd";

    /// <summary>Longest time for a server to start, which takes a second on an idle machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("bridgemesh-etcd-").FullName;
    private readonly HttpClient _http;
    private readonly string[] _settings;
    private readonly int _peerPort = LoopbackPorts.Free();
    private readonly string _scheme;
    private Process? _shell;
    private int _pid;

    private EtcdServer(string? ca, string[] settings)
    {
        _settings = settings;
        _scheme = ca is null ? "http" : "https";
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (ca is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(ca);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        _http = new HttpClient(handler);
    }

    /// <summary>Whether there is one to start.</summary>
    public static bool IsThere { get; } = File.Exists(Program);

    public int Port { get; } = LoopbackPorts.Free();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"{_scheme}://127.0.0.1:{Port}");

    /// <summary>Its requests carry this as who they are of; null of nobody.</summary>
    public string? Token { get; set; }

    /// <param name="settings">Arguments beside the usual ones.</param>
    public static Task<EtcdServer> StartAsync(params string[] settings) => StartAsync(null, settings);

    /// <param name="ca">Authority of the certificate that the settings name; https then.</param>
    public static async Task<EtcdServer> StartAsync(string? ca, string[] settings)
    {
        var server = new EtcdServer(ca, settings);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it anew over the data that it had.</summary>
    public async Task StartAsync()
    {
        var peer = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_peerPort}");
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _folder,
            ArgumentList =
            {
                "-c",

                // The shell ends the server when its input does, which is also what the end of this process looks like.
                "exec 3<&0; \"$@\" < /dev/null > server.log 2>&1 & echo $!; read x <&3; kill -9 $! 2> /dev/null; wait",
                "etcd",
                Program,
                "--data-dir=data",
                $"--listen-client-urls={Address}",
                $"--advertise-client-urls={Address}",
                $"--listen-peer-urls={peer}",
                $"--initial-advertise-peer-urls={peer}",
                $"--initial-cluster=default={peer}",

                // Leases last 1.5 elections at least.
                "--heartbeat-interval=50",
                "--election-timeout=500",
            },
        };
        foreach (var setting in _settings)
        {
            start.ArgumentList.Add(setting);
        }

        _shell = Process.Start(start) ?? throw new InvalidOperationException("no shell");
        _pid = int.Parse(await _shell.StandardOutput.ReadLineAsync() ?? "0", CultureInfo.InvariantCulture);
        using var patience = new CancellationTokenSource(Patience);
        while (!await IsServingAsync(patience.Token))
        {
            // A server that is starting says so, or nothing; there is no other sign of it.
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Ends it as kill -9 does.</summary>
    public async Task KillAsync()
    {
        if (_shell is not { } shell)
        {
            return;
        }

        _shell = null;
        using var server = Process.GetProcessById(_pid);
        server.Kill();
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        shell.Dispose();
    }

    /// <summary>What it knew is lost: the next start is another cluster's.</summary>
    public void Forget() => Directory.Delete(Path.Combine(_folder, "data"), recursive: true);

    public async Task<JsonElement> SendAsync(string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Address}/v3/{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (Token is { } token)
        {
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(token);
        }

        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path} {body}: {text}");
        return JsonElement.Parse(text);
    }

    /// <summary>The revision that it made.</summary>
    public async Task<long> PutAsync(string key, string value, long lease = 0) => Int64(
        (await SendAsync("kv/put", $$"""{"key":"{{Base64(key)}}","value":"{{Base64(value)}}","lease":"{{lease.ToString(CultureInfo.InvariantCulture)}}"}""")).GetProperty("header"),
        "revision");

    public Task<JsonElement> DeleteAsync(string key) => SendAsync("kv/deleterange", $$"""{"key":"{{Base64(key)}}"}""");

    /// <summary>Takes away all states before this one.</summary>
    public Task<JsonElement> CompactAsync(long revision) =>
        SendAsync("kv/compaction", $$"""{"revision":"{{revision.ToString(CultureInfo.InvariantCulture)}}","physical":true}""");

    /// <param name="prefix">Ends in a slash.</param>
    public async Task<EtcdKey[]> KeysAsync(string prefix)
    {
        var answer = await SendAsync("kv/range", $$"""{"key":"{{Base64(prefix)}}","range_end":"{{Base64(prefix[..^1] + "0")}}"}""");
        return answer.TryGetProperty("kvs", out var keys)
            ? [.. keys.EnumerateArray().Select(static k => new EtcdKey(Text(k, "key"), Text(k, "value"), Int64(k, "lease"), Int64(k, "create_revision"), Int64(k, "mod_revision")))]
            : [];
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var field) ? Encoding.UTF8.GetString(field.GetBytesFromBase64()) : string.Empty;

    private static long Int64(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var field) ? long.Parse(field.GetString() ?? "0", CultureInfo.InvariantCulture) : 0;

    private async Task<bool> IsServingAsync(CancellationToken cancellationToken)
    {
        if (_shell is { HasExited: true })
        {
            throw new InvalidOperationException(await File.ReadAllTextAsync(Path.Combine(_folder, "server.log"), cancellationToken));
        }

        try
        {
            return (await _http.GetStringAsync($"{Address}/health", cancellationToken)).Contains("true", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
