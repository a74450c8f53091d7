using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Exchanges;
using BridgeMesh.Gateway.Calling;
using BridgeMesh.Gateway.Plugins;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Gateway.Tests.Calling;

/// <summary>The question that a Dubbo registry asks: what an instance's services are.</summary>
public sealed class InstanceCallsTests : IDisposable
{
    private readonly InstanceCalls _calls = Calls();

    public void Dispose() => _calls.Dispose();

    private const string MetadataService = "org.apache.dubbo.metadata.MetadataService";

    [Fact]
    public async Task Ask_AnObject_ComesAsJsonWithoutClasses()
    {
        var asked = new TaskCompletionSource<byte[]>();
        await using var provider = Provider(Answer(), asked);

        var answer = await _calls.AskAsync(Question(provider.Port), CancellationToken.None);

        Assert.Null(answer.Problem);
        using var json = JsonDocument.Parse(answer.Json);
        Assert.Equal(["app", "services"], json.RootElement.EnumerateObject().Select(static p => p.Name).Order());
        var service = json.RootElement.GetProperty("services").GetProperty("g1/com.acme.Orders:1.0.0:dubbo");
        Assert.Equal("com.acme.Orders", service.GetProperty("name").GetString());
        Assert.Equal(20_880, service.GetProperty("port").GetInt32());
        Assert.Equal("hessian2", service.GetProperty("params").GetProperty("prefer.serialization").GetString());

        // Dubbo finds the service by the group among the attachments and the version in the body.
        var request = Encoding.Latin1.GetString(await asked.Task);
        Assert.All(
            (string[])[MetadataService, "1.0.0", "getMetadataInfo", "Ljava/lang/String;", "d624dc85", "group", "the-application"],
            text => Assert.Contains(text, request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ask_NothingThere_HasNoResultAndNoProblem()
    {
        await using var provider = Provider([0x92]);
        var answer = await _calls.AskAsync(Question(provider.Port), CancellationToken.None);
        Assert.Null(answer.Problem);
        Assert.True(answer.Json.IsEmpty || answer.Json.Span.SequenceEqual("null"u8));
    }

    [Theory]
    [InlineData(new byte[] { 0x91 })]
    [InlineData(new byte[] { 0x91, 0x43, 0xff })]
    public async Task Ask_AnAnswerThatCannotBeRead_IsAProblem(byte[] body)
    {
        await using var provider = Provider(body);
        Assert.NotNull((await _calls.AskAsync(Question(provider.Port), CancellationToken.None)).Problem);
    }

    [Fact]
    public async Task Ask_WhereNobodyListensOrAnswers_IsAProblem()
    {
        Assert.NotNull((await _calls.AskAsync(Question(LoopbackPorts.Free()), CancellationToken.None)).Problem);
        await using var silent = new ScriptedServer(static (_, stop) => Task.Delay(Timeout.Infinite, stop));
        Assert.Contains(
            nameof(ExchangeStatus.DeadlineExceeded),
            (await _calls.AskAsync(Question(silent.Port, timeoutMs: 100), CancellationToken.None)).Problem,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_WhoWaitsNoLonger_IsLetGo()
    {
        var connected = new TaskCompletionSource();
        await using var silent = new ScriptedServer((_, stop) =>
        {
            connected.TrySetResult();
            return Task.Delay(Timeout.Infinite, stop);
        });
        using var enough = new CancellationTokenSource();
        var asking = _calls.AskAsync(Question(silent.Port, timeoutMs: 60_000), enough.Token);
        await connected.Task;
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    private static InstanceCalls Calls()
    {
        var catalog = new PluginCatalog();
        BuiltInPlugins.Register(catalog);
        return new InstanceCalls(catalog, TimeProvider.System);
    }

    private static InstanceQuestion Question(int port, int timeoutMs = 30_000) => new(
        new ServiceInstance
        {
            Service = new ServiceKey(MetadataService, "1.0.0", "the-application"),
            Protocol = "dubbo",
            Host = "127.0.0.1",
            Port = port,
        },
        "getMetadataInfo",
        "[\"d624dc85\"]"u8.ToArray(),
        timeoutMs)
    {
        ParameterTypes = ["java.lang.String"],
    };

    /// <summary>Hessian 2 of a MetadataInfo with one ServiceInfo, as a provider of 3.2 writes it but for its further fields.</summary>
    private static byte[] Answer()
    {
        var body = new List<byte> { 0x91 };
        Class("org.apache.dubbo.metadata.MetadataInfo", "app", "services");
        body.Add(0x60);
        Text("the-application");
        body.Add((byte)'H');
        Text("g1/com.acme.Orders:1.0.0:dubbo");
        Class("org.apache.dubbo.metadata.MetadataInfo$ServiceInfo", "name", "port", "params");
        body.Add(0x61);
        Text("com.acme.Orders");
        body.AddRange([(byte)'I', 0, 0, 0x51, 0x90]);
        body.Add((byte)'H');
        Text("prefer.serialization");
        Text("hessian2");
        body.AddRange("ZZ"u8);
        return [.. body];

        void Text(string text)
        {
            body.AddRange(text.Length < 32 ? [(byte)text.Length] : (ReadOnlySpan<byte>)[(byte)(0x30 | (text.Length >> 8)), (byte)text.Length]);
            body.AddRange(Encoding.ASCII.GetBytes(text));
        }

        void Class(string name, params string[] fields)
        {
            body.Add((byte)'C');
            Text(name);
            body.Add((byte)(0x90 + fields.Length));
            Array.ForEach(fields, Text);
        }
    }

    private static ScriptedServer Provider(byte[] body, TaskCompletionSource<byte[]>? asked = null) => new(async (stream, stop) =>
    {
        var header = new byte[16];
        await stream.ReadExactlyAsync(header, stop);
        var request = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(12))];
        await stream.ReadExactlyAsync(request, stop);
        asked?.TrySetResult(request);
        header[2] = 2;
        header[3] = 20;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(12), body.Length);
        await stream.WriteAsync((byte[])[.. header, .. body], stop);
        await Task.Delay(Timeout.Infinite, stop);
    });
}
