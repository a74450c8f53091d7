using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace BridgeMesh.Gateway.Tests;

/// <summary>The program itself, as a process: its signals, its exit codes, its ports.</summary>
public sealed partial class ShippedBinaryTests : IDisposable
{
    private const string AnyPorts = """
        listeners:
          - { name: bolt, protocol: bolt, address: "127.0.0.1:0" }
          - { name: dubbo, protocol: dubbo, address: "127.0.0.1:0" }
          - { name: http, protocol: http, address: "127.0.0.1:0" }
        admin: { address: "127.0.0.1:0" }

        """;

    private readonly TempFolder _folder = new();
    private readonly List<Process> _processes = [];

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
        }

        _folder.Dispose();
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Run_Signal_DrainsAndEndsWith0(string signal)
    {
        _folder.Write("bridgemesh.yaml", AnyPorts);
        var (process, output) = Start();
        await output.UntilAsync("Started");

        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(limit.Token);

        Assert.Equal(ExitCodes.Ok, process.ExitCode);
        Assert.Contains("Stopping", output.Text, StringComparison.Ordinal);
        Assert.Contains("Stopped", output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_HangUp_ReadsItsConfigurationAgainAndGoesOn()
    {
        _folder.Write("bridgemesh.yaml", AnyPorts);
        var (process, output) = Start();
        await output.UntilAsync("Started");

        using var hangUp = Process.Start("kill", ["-HUP", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await output.UntilAsync("The changed configuration is in force");

        Assert.False(process.HasExited);
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    [InlineData("http")]
    public async Task Run_PortTakenByAnotherGateway_EndsWith1AndNamesIt(string listener)
    {
        _folder.Write("bridgemesh.yaml", AnyPorts);
        var (_, first) = Start();
        await first.UntilAsync("Started");
        var port = Regex.Match(first.Text, $"Listener {listener} takes {listener} on 127\\.0\\.0\\.1:([0-9]+)").Groups[1].Value;

        var (second, output) = Start($"listeners.{listener}.address=127.0.0.1:{port}");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await second.WaitForExitAsync(limit.Token);

        Assert.Equal(ExitCodes.Configuration, second.ExitCode);
        var told = Assert.Single(output.Text.Split('\n'), line => line.StartsWith("bridgemesh: cannot start:", StringComparison.Ordinal));
        Assert.Contains(port, told, StringComparison.Ordinal);
        Assert.Contains(listener, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RestartWithConnectionsInTimeWait_BindsAgain()
    {
        _folder.Write("bridgemesh.yaml", AnyPorts);
        var (first, output) = Start();
        await output.UntilAsync("Started");
        var port = int.Parse(PortLine().Match(output.Text).Groups[1].Value, CultureInfo.InvariantCulture);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);

        // The gateway closes first, so the connection's TIME_WAIT is on its side.
        using var kill = Process.Start("kill", ["-TERM", first.Id.ToString(CultureInfo.InvariantCulture)]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], limit.Token));
        client.Close();
        await first.WaitForExitAsync(limit.Token);
        var (_, second) = Start($"listeners.bolt.address=127.0.0.1:{port}");

        await second.UntilAsync("Started");
    }

    [Fact]
    public async Task Run_ListenersBound_AcceptConnections()
    {
        _folder.Write("bridgemesh.yaml", AnyPorts);
        var (_, output) = Start();
        await output.UntilAsync("Started");

        var ports = PortLine().Matches(output.Text).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ToArray();

        Assert.Equal(3, ports.Length);
        foreach (var port in ports)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
        }
    }

    [Fact]
    public async Task Validate_Problems_EndsWith1OnStandardError()
    {
        _folder.Write("bridgemesh.yaml", "drainMs: x\n");

        var (process, output) = Start("validate", []);
        await process.WaitForExitAsync();

        Assert.Equal(ExitCodes.Configuration, process.ExitCode);
        await output.UntilAsync("bridgemesh.yaml:1:10: 'drainMs' is 'x'; write a whole number from 0 to 600000");
    }

    private (Process Process, Recorded Output) Start(params string[] overrides) => Start("run", overrides);

    private (Process Process, Recorded Output) Start(string command, string[] overrides)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "bridgemesh.dll"));
        start.ArgumentList.Add(command);
        foreach (var one in overrides)
        {
            start.ArgumentList.Add("--set");
            start.ArgumentList.Add(one);
        }

        var output = new Recorded();
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, e) => output.Add(e.Data);
        process.ErrorDataReceived += (_, e) => output.Add(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
        return (process, output);
    }

    [GeneratedRegex(@"Listener \w+ takes \w+ on 127\.0\.0\.1:([0-9]+)")]
    private static partial Regex PortLine();

    private sealed class Recorded
    {
        private readonly StringBuilder _text = new();
        private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Text
        {
            get
            {
                lock (_text)
                {
                    return _text.ToString();
                }
            }
        }

        public void Add(string? line)
        {
            lock (_text)
            {
                _text.Append(line).Append('\n');
                var added = _added;
                _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
                added.TrySetResult();
            }
        }

        public async Task UntilAsync(string wanted)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (true)
            {
                Task added;
                lock (_text)
                {
                    if (_text.ToString().Contains(wanted, StringComparison.Ordinal))
                    {
                        return;
                    }

                    added = _added.Task;
                }

                try
                {
                    await added.WaitAsync(limit.Token);
                }
                catch (OperationCanceledException)
                {
                    Assert.Fail($"'{wanted}' did not come; what came:\n{Text}");
                }
            }
        }
    }
}
