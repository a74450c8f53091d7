using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using BridgeMesh.Codecs.Bolt;
using BridgeMesh.Codecs.Dubbo;
using BridgeMesh.Core.Model;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Core.Runtime;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.File;
using BridgeMesh.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Gateway.Tests.Hosting;

/// <summary>Not beside other tests: it reads the allocations of the whole process.</summary>
[CollectionDefinition(nameof(ForwardLaneTests), DisableParallelization = true)]
public sealed class AloneInTheProcess;

/// <summary>Recorded Java calls through the whole gateway, again and again, with both real codecs.</summary>
[Collection(nameof(ForwardLaneTests))]
public sealed class ForwardLaneTests
{
    private const int Warmup = 5_000;
    private const int Calls = 4_000;
    private const int Rounds = 6;

    [Theory]
    [InlineData("bolt", "bolt/sofarpc-java-calls.json", "future")]
    [InlineData("dubbo", "dubbo/3.2.16/calls-pojo.json", "getUser-null")]
    public async Task Call_SameProtocolOnBothSides_AllocatesNothing(string protocol, string file, string name)
    {
        var (request, reply) = Recorded(file, name);
        using var folder = new TempFolder();
        using var callee = new Socket(SocketType.Stream, ProtocolType.Tcp);
        callee.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        callee.Listen();
        var serving = new Thread(() => Serve(callee, protocol, request.Length, reply));
        serving.Start();
        await using var runtime = Runtime(folder, protocol, ((IPEndPoint)callee.LocalEndPoint!).Port);
        await runtime.StartAsync(CancellationToken.None);
        using var caller = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        // Connected synchronously: a socket that was once used asynchronously allocates in blocking calls too.
#pragma warning disable CA1849
        caller.Connect(IPAddress.Loopback, runtime.Ports[protocol]);
#pragma warning restore CA1849
        var answer = new byte[reply.Length];
        Exchange(caller, request, answer, Warmup);
        var allocated = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Exchange(caller, request, answer, Calls);
            allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // The smallest object has 24 bytes: one in every eighth call would show in each round. What the runner and timers allocate beside
        // does not come in every round.
        Assert.True(allocated < 24 * Calls / 8, $"{allocated} bytes in {Calls} calls");
        Assert.Equal(reply, answer);
        Assert.Equal(Warmup + (Rounds * Calls), runtime.Status().Calls.ByLane["Forward"]);
        caller.Dispose();
        await runtime.DisposeAsync();
        serving.Join();
    }

    private static GatewayRuntime Runtime(TempFolder folder, string protocol, int port)
    {
        folder.Write(
            "services.yaml",
            $"services:\n  - name: com.example.bridge.DemoService\n    instances: [{{ address: 127.0.0.1:{port}, protocol: {protocol} }}]\n");
        var plugins = new PluginCatalog();
        foreach (IBridgePlugin plugin in new IBridgePlugin[] { new BoltPlugin(), new DubboPlugin(), new FileRegistryPlugin() })
        {
            plugins.Add(plugin);
        }

        var none = ImmutableDictionary<string, string>.Empty;
        var model = new GatewayModel
        {
            Id = "test",
            Listeners = [new ListenerModel(protocol, protocol, "127.0.0.1", 0, FrameLimits.Default, none)],
            Registries = [new RegistryModel("local", "file", none.Add("path", "services.yaml"))],
            Routes = [new RouteModel { Name = "all", TimeoutMs = 20_000 }],
        };
        return new GatewayRuntime(plugins, model, folder.Path, TimeProvider.System, NullLoggerFactory.Instance);
    }

    private static (byte[] Request, byte[] Reply) Recorded(string file, string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "golden", file);
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var found = document.RootElement.GetProperty("cases").EnumerateArray().First(c => c.GetProperty("name").GetString() == name);
        return (Bytes(found, "requestHex"), Bytes(found, "responseHex"));
    }

    private static byte[] Bytes(JsonElement recorded, string member) => Convert.FromHexString(recorded.GetProperty(member).GetString() ?? string.Empty);

    private static void Exchange(Socket caller, byte[] request, byte[] answer, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            caller.Send(request);
            for (var got = 0; got < answer.Length;)
            {
                got += caller.Receive(answer, got, answer.Length - got, SocketFlags.None);
            }
        }
    }

    /// <summary>Answers each request with the recorded reply under the request's id.</summary>
    private static void Serve(Socket listener, string protocol, int requestLength, byte[] reply)
    {
        // Bolt: 4 bytes from the fifth (and sixth) on; Dubbo: 8 bytes from the fourth on.
        var (at, length) = protocol == "bolt" ? (5, 4) : (4, 8);
        var answer = reply.ToArray();
        try
        {
            using var socket = listener.Accept();
            socket.NoDelay = true;
            var buffer = new byte[requestLength];
            while (true)
            {
                for (var got = 0; got < requestLength;)
                {
                    var read = socket.Receive(buffer, got, requestLength - got, SocketFlags.None);
                    if (read == 0)
                    {
                        return;
                    }

                    got += read;
                }

                buffer.AsSpan(at, length).CopyTo(answer.AsSpan(at));
                socket.Send(answer);
            }
        }
        catch (SocketException)
        {
            // The test is over and the gateway has closed.
        }
    }
}
