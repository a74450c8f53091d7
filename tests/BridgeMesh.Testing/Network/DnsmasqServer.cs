using System.Diagnostics;
using System.Globalization;

namespace BridgeMesh.Testing.Network;

/// <summary>
/// A real nameserver, Debian's dnsmasq, on 127.0.0.1, which knows what its arguments say and asks nobody else. It can be killed and started
/// with other arguments; disposing ends it, and so does the end of the test run.
/// </summary>
public sealed class DnsmasqServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/dnsmasq";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private Process? _shell;
    private int _pid;

    private DnsmasqServer()
    {
    }

    /// <summary>Whether there is one to start.</summary>
    public static bool IsThere { get; } = File.Exists(Program);

    public int Port { get; } = LoopbackPorts.Free();

    /// <param name="records">Arguments such as <c>--host-record=a.example,10.0.0.1,30</c>.</param>
    public static async Task<DnsmasqServer> StartAsync(params string[] records)
    {
        var server = new DnsmasqServer();
        await server.StartAgainAsync(records);
        return server;
    }

    public async Task StartAgainAsync(params string[] records)
    {
        await KillAsync();
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "-c",

                // The shell ends the server when its input does, which is also what the end of this process looks like.
                "exec 3<&0; \"$@\" < /dev/null > /dev/null 2>&1 & echo $!; read x <&3; kill -9 $! 2> /dev/null; wait",
                "dnsmasq",
                Program,
                "--no-daemon",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--local=/example/",
                "--listen-address=127.0.0.1",
                "--bind-interfaces",
                "--pid-file=",
                "--user=root",
                string.Create(CultureInfo.InvariantCulture, $"--port={Port}"),
            },
        };
        foreach (var record in records)
        {
            start.ArgumentList.Add(record);
        }

        _shell = Process.Start(start) ?? throw new InvalidOperationException("no shell");
        _pid = int.Parse(await _shell.StandardOutput.ReadLineAsync() ?? "0", CultureInfo.InvariantCulture);
        using var patience = new CancellationTokenSource(Patience);
        await LoopbackPorts.UntilOpenAsync(Port, patience.Token);
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

    public async ValueTask DisposeAsync() => await KillAsync();
}
