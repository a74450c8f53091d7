using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Hosting;
using BridgeMesh.Testing.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Gateway.Tests.Commands;

public sealed class CallCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StopSignal _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Call_HttpAnswer_IsPrintedAlone()
    {
        await using var server = HttpServer("200 OK", """{"id":"A-1","total":"12.50"}""");

        Assert.Equal(ExitCodes.Ok, await Invoke("call", $"http://127.0.0.1:{server.Port}/com.acme.S/get", """["A-1"]"""));

        using var json = JsonDocument.Parse(_output.ToString());
        Assert.Equal("12.50", json.RootElement.GetProperty("total").GetString());
        Assert.Empty(_error.ToString());
    }

    [Theory]
    [InlineData("404 Not Found", ExitCodes.Refused)]
    [InlineData("400 Bad Request", ExitCodes.Refused)]
    [InlineData("503 Service Unavailable", ExitCodes.Unavailable)]
    [InlineData("504 Gateway Timeout", ExitCodes.TimedOut)]
    [InlineData("502 Bad Gateway", ExitCodes.BadAnswer)]
    public async Task Call_HttpFailure_EndsWithItsOwnCode(string status, int code)
    {
        await using var server = HttpServer(status, """{"message":"no"}""");

        Assert.Equal(code, await Invoke("call", $"http://127.0.0.1:{server.Port}/com.acme.S/get"));

        Assert.Empty(_output.ToString());
        Assert.NotEmpty(_error.ToString());
    }

    [Fact]
    public async Task Call_ExceptionWithCause_NamesTheCause()
    {
        const string Problem = """
            {"type":"com.acme.StockException","status":422,"detail":"out","cause":[{"type":"java.io.IOException","detail":"disk"}]}
            """;
        await using (var server = HttpServer("422 Unprocessable Entity", Problem))
        {
            Assert.Equal(ExitCodes.CalleeThrew, await Invoke("call", $"http://127.0.0.1:{server.Port}/com.acme.S/get"));
        }

        Assert.StartsWith(
            "business-exception com.acme.StockException: out\ncaused by java.io.IOException: disk\n",
            _error.ToString(),
            StringComparison.Ordinal);

        await using (var server = HttpServer("422 Unprocessable Entity", Problem))
        {
            Assert.Equal(ExitCodes.CalleeThrew, await Invoke("call", $"http://127.0.0.1:{server.Port}/com.acme.S/get", "--output", "json"));
        }

        using var json = JsonDocument.Parse(_output.ToString());
        Assert.Equal("java.io.IOException", json.RootElement.GetProperty("causes")[0].GetProperty("type").GetString());
        Assert.Equal("disk", json.RootElement.GetProperty("causes")[0].GetProperty("message").GetString());
    }

    /// <summary>Bolt needs types; what the codec says of a gateway's contracts is no help here.</summary>
    [Fact]
    public async Task Call_BoltWithoutTypes_SaysHowToNameThem()
    {
        await using var server = new ScriptedServer((_, stop) => Task.Delay(Timeout.Infinite, stop));

        Assert.Equal(ExitCodes.Refused, await Invoke("call", $"bolt://127.0.0.1:{server.Port}/S/m", "[1]"));
        Assert.EndsWith("the call names no types: --types or --contract does\n", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_DubboVerbose_ShowsBytesThatDecodeReads()
    {
        await using var server = DubboServer("92"); // A result that is null.
        Assert.Equal(ExitCodes.Ok, await Invoke(
            "call", $"dubbo://127.0.0.1:{server.Port}/com.acme.S/get", """["A-1"]""", "--types", "java.lang.String", "-o", "json", "--verbose"));

        using var json = JsonDocument.Parse(_output.ToString());
        Assert.True(json.RootElement.GetProperty("timings").GetProperty("connectMs").GetDouble() >= 0);
        Assert.StartsWith("dabb0214", json.RootElement.GetProperty("received").GetString(), StringComparison.Ordinal);
        var sent = json.RootElement.GetProperty("sent").GetString() ?? string.Empty;
        _output.GetStringBuilder().Clear();
        Assert.Equal(ExitCodes.Ok, await Invoke("decode", sent));
        Assert.Contains("argument 0 java.lang.String \"A-1\"", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_GrpcByReflection_TypesTheCallAndItsAnswer()
    {
        await using var gateway = await GatewayWithHealth();
        var address = $"grpc://127.0.0.1:{gateway.Ports["grpc"]}/grpc.health.v1.Health";
        Assert.Equal(ExitCodes.Ok, await Invoke("call", $"{address}/Check", """{"service": "com.acme.S"}""", "--reflection"));
        Assert.Equal("{\n  \"status\": \"SERVING\"\n}\n", _output.ToString());
        _output.GetStringBuilder().Clear();

        Assert.Equal(ExitCodes.Usage, await Invoke("call", $"{address}/Check", """{"servise": "com.acme.S"}""", "--reflection"));
        Assert.Contains("servise", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await Invoke("call", $"{address}x/Check", "{}", "--reflection"));
        Assert.Contains("gives no contract of grpc.health.v1.Healthx: the server does not describe", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task Call_GrpcStream_PrintsALineAMessageAndHowItEnded()
    {
        await using var gateway = await GatewayWithHealth();
        var address = $"grpc://127.0.0.1:{gateway.Ports["grpc"]}/grpc.health.v1.Health/Watch";
        Assert.Equal(ExitCodes.TimedOut, await Invoke("call", address, "{}", "--reflection", "--timeout", "1500"));
        Assert.Equal("{\"status\":\"SERVING\"}\n", _output.ToString());
        Assert.StartsWith("deadline-exceeded", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_GrpcStreamBothWays_SendsEachDocument()
    {
        await using var gateway = await GatewayWithHealth();
        var address = $"grpc://127.0.0.1:{gateway.Ports["grpc"]}/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
        const string Requests = """{"listServices": "*"} {"fileContainingSymbol": "x.Y"}""";
        Assert.Equal(ExitCodes.Ok, await Invoke("call", address, Requests, "--reflection"));
        var lines = _output.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Contains("{\"name\":\"com.acme.S\"}", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"errorCode\":5", lines[1], StringComparison.Ordinal);

        Assert.Equal(ExitCodes.Usage, await Invoke("call", address, """{"listServices": "*"} {"listServises": "*"}""", "--reflection"));
        Assert.Contains("listServises", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_NobodyThere_EndsWith5()
    {
        using var closed = new TcpListener(System.Net.IPAddress.Loopback, 0);
        closed.Start();
        var port = ((System.Net.IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();

        foreach (var protocol in (string[])["bolt", "dubbo", "http"])
        {
            Assert.Equal(ExitCodes.Unavailable, await Invoke("call", $"{protocol}://127.0.0.1:{port}/S/m", "--types", ""));
            Assert.Equal(ExitCodes.Unavailable, await Invoke("call", $"{protocol}://127.0.0.1:{port}/S/m", "--types", "", "--verbose"));
        }
    }

    [Fact]
    public async Task Call_SilentCallee_EndsWith6InTime()
    {
        await using var server = new ScriptedServer((_, stop) => Task.Delay(Timeout.Infinite, stop));

        Assert.Equal(ExitCodes.TimedOut, await Invoke("call", $"dubbo://127.0.0.1:{server.Port}/S/m", "--types", "", "--timeout", "50"));
        Assert.Contains("deadline-exceeded", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_BrokenAnswer_EndsWith7()
    {
        await using var server = new ScriptedServer(async (stream, stop) =>
        {
            await stream.ReadExactlyAsync(new byte[16], stop);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), stop);
            await Task.Delay(Timeout.Infinite, stop);
        });

        Assert.Equal(ExitCodes.BadAnswer, await Invoke("call", $"dubbo://127.0.0.1:{server.Port}/S/m", "--types", ""));
    }

    [Theory]
    [InlineData("unknown protocol 'blot'", "blot://h:1/S/m")]
    [InlineData("there is no file 'none.json'", "bolt://h:1/S/m", "@none.json")]
    [InlineData("there is no contract file 'none.yaml'", "bolt://h:1/S/m", "--contract", "none.yaml")]
    [InlineData("the arguments: ", "bolt://h:1/S/m", "[1,")]
    [InlineData("'a' is no name and value", "bolt://h:1/S/m", "-H", "a")]
    [InlineData("'0' is no time", "bolt://h:1/S/m", "--timeout", "0")]
    public async Task Call_WrongUsage_EndsWith2(string told, params string[] args)
    {
        Assert.Equal(ExitCodes.Usage, await Invoke(["call", .. args]));
        Assert.Contains(told, _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    private static ScriptedServer HttpServer(string status, string body) => new(async (stream, stop) =>
    {
        var request = new StringBuilder();
        var buffer = new byte[4_096];
        while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            request.Append(Encoding.ASCII.GetString(buffer.AsSpan(0, await stream.ReadAsync(buffer, stop))));
        }

        var answer = $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop);
    });

    private static ScriptedServer DubboServer(string bodyHex) => new(async (stream, stop) =>
    {
        var header = new byte[16];
        await stream.ReadExactlyAsync(header, stop);
        await stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(12))], stop);
        var body = Convert.FromHexString(bodyHex);
        header[2] = 2;
        header[3] = 20;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(12), body.Length);
        await stream.WriteAsync((byte[])[.. header, .. body], stop);
        await Task.Delay(Timeout.Infinite, stop);
    });

    private Task<int> Invoke(params string[] args) =>
        BridgeMeshCommand.InvokeAsync(args, new CommandSurroundings(_output, _error, _folder.Path), _stop);

    private async Task<GatewayHost> GatewayWithHealth()
    {
        _folder.Write("c.yaml", "services: { com.acme.S: { methods: { ping: {} } } }");
        _folder.Write("services.yaml", "services: [{ name: com.acme.S, instances: [{ address: '127.0.0.1:1', protocol: bolt }] }]\n");
        var config = _folder.Write("bridgemesh.yaml", """
            listeners: [{ name: grpc, protocol: grpc, address: "127.0.0.1:0" }]
            admin: { enabled: false }
            contracts: [c.yaml]
            drainMs: 0
            """);
        var outcome = ConfigLoader.Load(new ConfigSource(config, [], _folder.Path));
        Assert.Empty(outcome.Problems);
        var severity = new SeveritySwitch(LogSeverity.Error);
        var host = new GatewayHost(
            outcome.Reading!, outcome.Plugins!, outcome.Model!, severity, TimeProvider.System, NullLoggerFactory.Instance);
        await host.StartAsync(CancellationToken.None);
        return host;
    }
}
