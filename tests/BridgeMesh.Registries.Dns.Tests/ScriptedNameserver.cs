using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using BridgeMesh.Registries.Dns.Wire;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Registries.Dns;

/// <summary>
/// A nameserver on loopback over UDP and TCP, at one port, that knows the records that a test gives it, or answers by a script instead. What
/// it does not know is answered NXDOMAIN with a time of 0.
/// </summary>
internal sealed class ScriptedNameserver : IAsyncDisposable
{
    private readonly TcpListener _tcp;
    private readonly Socket _udp;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<string> _asked = Channel.CreateUnbounded<string>();
    private readonly Task _serving;

    internal ScriptedNameserver()
    {
        while (true)
        {
            _tcp = LoopbackPorts.Listen();
            _udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                _udp.Bind(_tcp.LocalEndpoint);
                break;
            }
            catch (SocketException)
            {
                _udp.Dispose();
                _tcp.Dispose();
            }
        }

        _serving = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    internal IPEndPoint Address => (IPEndPoint)_tcp.LocalEndpoint;

    /// <summary>Records by name and type, as <see cref="Packets"/> writes them.</summary>
    internal ConcurrentDictionary<(string Name, RecordType Type), byte[][]> Records { get; } = new();

    /// <summary>Packets that are sent instead of what the records say, by question and whether it came by TCP; null for those.</summary>
    internal Func<byte[], bool, byte[][]?>? Script { get; set; }

    /// <summary>The next question, such as <c>A orders.example</c>, with <c>tcp</c> after it where it came so.</summary>
    internal ValueTask<string> NextAsync(CancellationToken cancellationToken) => _asked.Reader.ReadAsync(cancellationToken);

    internal List<string> Drain()
    {
        var all = new List<string>();
        while (_asked.Reader.TryRead(out var asked))
        {
            all.Add(asked);
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await ((Task)_serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _tcp.Dispose();
        _udp.Dispose();
        _stop.Dispose();
    }

    private byte[][] Answer(byte[] question, bool isTcp)
    {
        var message = DnsMessage.Read(question)!; // our own side wrote it
        var packets = Script?.Invoke(question, isTcp);
        if (packets is null)
        {
            var name = message.Name.ToString();
            packets = Records.TryGetValue((name, message.Type), out var records)
                ? [Packets.Answer(question, DnsMessage.NoError, records)]
                : [Packets.Answer(question, Records.Keys.Any(k => k.Name == name) ? DnsMessage.NoError : DnsMessage.NoSuchName)];
        }

        _asked.Writer.TryWrite($"{message.Type.ToString().ToUpperInvariant()} {message.Name}{(isTcp ? " tcp" : string.Empty)}");
        return packets;
    }

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[4_096];
        while (true)
        {
            var received = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
            foreach (var packet in Answer(buffer[..received.ReceivedBytes], isTcp: false))
            {
                await _udp.SendToAsync(packet, received.RemoteEndPoint, _stop.Token);
            }
        }
    }

    private async Task ServeTcpAsync()
    {
        while (true)
        {
            using var client = await _tcp.AcceptTcpClientAsync(_stop.Token);
            var stream = client.GetStream();
            var length = new byte[2];
            await stream.ReadExactlyAsync(length, _stop.Token);
            var question = new byte[(length[0] << 8) | length[1]];
            await stream.ReadExactlyAsync(question, _stop.Token);
            foreach (var packet in Answer(question, isTcp: true))
            {
                await stream.WriteAsync((byte[])[.. Packets.Number(packet.Length), .. packet], _stop.Token);
            }
        }
    }
}
