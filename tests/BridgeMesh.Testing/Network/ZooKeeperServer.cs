using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace BridgeMesh.Testing.Network;

/// <summary>
/// A real ZooKeeper server, Debian's, on 127.0.0.1 with a data directory of its own. It can be killed and started again over the same data;
/// disposing ends it, and so does the end of the test run.
/// </summary>
public sealed class ZooKeeperServer : IAsyncDisposable
{
    private const string Jars = "/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-nop.jar";

    /// <summary>Longest time for a server to start, which takes a second or two on an idle machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("bridgemesh-zookeeper-").FullName;
    private Process? _shell;
    private int _pid;

    private ZooKeeperServer()
    {
    }

    /// <summary>Whether there is one to start.</summary>
    public static bool IsThere { get; } =
        File.Exists("/usr/share/java/zookeeper.jar") && File.Exists("/usr/share/java/slf4j-nop.jar") && File.Exists("/usr/bin/java");

    public int Port { get; } = LoopbackPorts.Free();

    public string ConnectString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <param name="settings">Lines for its configuration beside the usual ones.</param>
    public static async Task<ZooKeeperServer> StartAsync(params string[] settings)
    {
        var server = new ZooKeeperServer();
        await File.WriteAllLinesAsync(
            Path.Combine(server._folder, "zoo.cfg"),
            [
                "tickTime=200",
                $"dataDir={server._folder}/data",
                string.Create(CultureInfo.InvariantCulture, $"clientPort={server.Port}"),
                "clientPortAddress=127.0.0.1",
                "maxClientCnxns=0",
                "minSessionTimeout=400",
                "maxSessionTimeout=120000",
                "admin.enableServer=false",
                "4lw.commands.whitelist=*",
                .. settings,
            ]);
        await File.WriteAllTextAsync(
            Path.Combine(server._folder, "jaas.conf"),
            "Server { org.apache.zookeeper.server.auth.DigestLoginModule required user_bridge=\"secret\" user_m\u00fcller=\"gr\u00fcn\"; };\n");
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it anew over the data that it had.</summary>
    public async Task StartAsync()
    {
        // The shell ends the server when its input does, which is also what the end of this process looks like.
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _folder,
            ArgumentList =
            {
                "-c",
                "exec 3<&0; \"$@\" < /dev/null > server.log 2>&1 & echo $!; read x <&3; kill -9 $! 2> /dev/null; wait",
                "zookeeper",
                "/usr/bin/java",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dzookeeper.extendedTypesEnabled=true",
                "-Dzookeeper.forceSync=no",
                "-Dfile.encoding=UTF-8",
                "-Djava.security.auth.login.config=jaas.conf",
                "-Dzookeeper.authProvider.1=org.apache.zookeeper.server.auth.SASLAuthenticationProvider",
                "-cp",
                Jars,
                "org.apache.zookeeper.server.ZooKeeperServerMain",
                "zoo.cfg",
            },
        };
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

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> IsServingAsync(CancellationToken cancellationToken)
    {
        if (_shell is { HasExited: true })
        {
            throw new InvalidOperationException(await File.ReadAllTextAsync(Path.Combine(_folder, "server.log"), cancellationToken));
        }

        // A server that is asked while it starts may take the question and never answer it: one asks again.
        using var answer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        answer.CancelAfter(AnswerTime);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port, answer.Token);
            var stream = client.GetStream();
            await stream.WriteAsync("srvr"u8.ToArray(), answer.Token);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            return (await reader.ReadToEndAsync(answer.Token)).Contains("Zxid", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is SocketException or IOException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
