using System.Net;
using System.Net.Sockets;

namespace BridgeMesh.Core.Tests.Pipeline;

/// <summary>Not beside other tests: it reads the allocations of the whole process.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AlonePlease;

[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Warmup = 5_000;
    private const int Calls = 4_000;
    private const int Rounds = 6;

    [Theory]
    [InlineData("text", "Forward")]
    [InlineData("text2", "Translate")]
    public async Task Call_SteadyState_PipelineAllocatesNothing(string calleeProtocol, string lane)
    {
        using var callee = new Socket(SocketType.Stream, ProtocolType.Tcp);
        callee.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        callee.Listen();
        var serving = new Thread(() => Serve(callee));
        serving.Start();
        await using var gateway = await TestGateway.StartAsync(
            [TestGateway.Instance("orders", ((IPEndPoint)callee.LocalEndPoint!).Port, calleeProtocol)]);
        using var caller = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        // Connected synchronously: a socket that was once used asynchronously allocates in blocking calls too.
#pragma warning disable CA1849
        caller.Connect(IPAddress.Loopback, gateway.Port);
#pragma warning restore CA1849
        var request = TextCodec.Frame('q', 42, "orders", new string('x', 100), timeoutMs: 20_000);
        var reply = new byte[4_096];
        Exchange(caller, request, reply, Warmup);
        var allocated = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Exchange(caller, request, reply, Calls);
            allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // The text codec itself copies texts to arrays when it translates: that is the test's, and known to the byte below.
        var codecsOwn = lane == "Translate" ? 1_000L * Calls : 0;
        // The smallest object has 24 bytes: one in every eighth call would show in each round. What the runner and timers allocate
        // beside does not come in every round.
        Assert.True(allocated <= codecsOwn + (24 * Calls / 8), $"{allocated} bytes in {Calls} calls");
        Assert.True(gateway.Runtime.Status().Calls.ByLane[lane] >= Calls);
        caller.Dispose();
        await gateway.DisposeAsync();
        serving.Join();
    }

    private static void Exchange(Socket caller, byte[] request, byte[] reply, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            caller.Send(request);
            var got = 0;
            while (got < request.Length - "orders".Length)
            {
                got += caller.Receive(reply, got, reply.Length - got, SocketFlags.None);
            }
        }
    }

    /// <summary>Answers each request by its own text without allocating.</summary>
    private static void Serve(Socket listener)
    {
        try
        {
            ServeOne(listener);
        }
        catch (SocketException)
        {
            // The test is over and the gateway has closed.
        }
    }

    private static void ServeOne(Socket listener)
    {
        using var socket = listener.Accept();
        socket.NoDelay = true;
        var buffer = new byte[4_096];
        const int nameBytes = 6;
        while (true)
        {
            var got = 0;
            var length = 126;
            while (got < length)
            {
                var read = socket.Receive(buffer, got, buffer.Length - got, SocketFlags.None);
                if (read == 0)
                {
                    return;
                }

                got += read;
            }

            buffer[1] = (byte)'r';
            buffer[5] = (byte)(length - nameBytes);
            buffer[19] = 0;
            socket.Send(buffer, 0, length - nameBytes, SocketFlags.None);
        }
    }
}
