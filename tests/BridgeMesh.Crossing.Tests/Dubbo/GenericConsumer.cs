using System.Net;
using System.Net.Sockets;
using BridgeMesh.Codecs.Dubbo;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Crossing.Dubbo;

/// <summary>A Dubbo consumer that calls through <c>$invoke</c>, and says in its attachments what a test wants.</summary>
internal static class GenericConsumer
{
    private const string Descriptor = "Ljava/lang/String;[Ljava/lang/String;[Ljava/lang/Object;";

    private static readonly IFrameCodec Codec = Load();

    /// <returns>The answer's status byte, and what it says.</returns>
    internal static async Task<(int Status, Exchange Answer)> InvokeAsync(
        GatewayUnderTest gateway,
        string callee,
        string method,
        string[] types,
        Action<ValueTape> arguments,
        params (string Key, string Value)[] attachments)
    {
        using var tape = new ValueTape();
        tape.BeginArray(TypeName.Of("[object"));
        arguments(tape);
        tape.End();
        using var output = new FrameWriter();
        Write(output, GatewayUnderTest.ServiceOf(callee).Interface, method, types, tape, attachments);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.PortOf(GatewayUnderTest.Dubbo), patience.Token);
        await client.GetStream().WriteAsync(output.WrittenMemory, patience.Token);
        var (header, frame) = await FrameStream.ReadAsync(Codec, client.GetStream(), patience.Token)
            ?? throw new InvalidOperationException("the gateway closed the connection");
        var exchange = new Exchange { Signature = JavaSignature.None, ReplyHeader = header, ReplyFrame = new(frame) };
        var status = Codec.ReadReply(exchange);
        Assert.True(status.IsOk, status.ToString());
        return (header.Status, exchange);
    }

    private static void Write(
        FrameWriter output, string service, string method, string[] types, ValueTape arguments, (string Key, string Value)[] attachments)
    {
        const int HeaderBytes = 16;
        output.Write([0xDA, 0xBB, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
        var state = HessianWriteState.Rent();
        var writer = new HessianWriter(output, HessianDialect.Final, state);
        foreach (var text in new[] { "2.0.2", service, "0.0.0", "$invoke", Descriptor, method })
        {
            writer.WriteString(text);
        }

        var needsMark = writer.BeginTypedList("[string", types.Length);
        foreach (var type in types)
        {
            writer.WriteString(type);
        }

        writer.EndList(needsMark);
        Assert.True(writer.WriteValue(arguments, 0).IsOk);
        writer.BeginMap();
        foreach (var (key, value) in attachments)
        {
            writer.WriteString(key);
            writer.WriteString(value);
        }

        writer.EndMap();
        state.Return();
        output.PatchInt32(HeaderBytes - sizeof(int), output.Length - HeaderBytes);
    }

    private static IFrameCodec Load()
    {
        var plugins = new PluginCatalog();
        plugins.Add(new DubboPlugin());
        return plugins.FrameCodecs[GatewayUnderTest.Dubbo];
    }
}
