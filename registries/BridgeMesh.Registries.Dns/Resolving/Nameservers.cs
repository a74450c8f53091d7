using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using BridgeMesh.Registries.Dns.Wire;

namespace BridgeMesh.Registries.Dns.Resolving;

/// <summary>
/// Questions to nameservers, each from a port of its own with an id by chance, so that answers of others are hard to slip in; what does not
/// fit its question is passed over. UDP first, TCP for what was truncated. Safe for any thread.
/// </summary>
internal sealed class Nameservers(DnsOptions options, TimeProvider time)
{
    /// <summary>Longest answer by UDP. No more than 512 octets may come unasked (RFC 1035 section 4.2.1); some servers send more.</summary>
    private const int UdpBytes = 4_096;

    /// <summary>Packets that are passed over while one answer is waited for.</summary>
    private const int MaxStrangers = 64;

    private int _current;

    /// <summary>The first answer of any nameserver, or why there is none.</summary>
    internal async Task<(DnsMessage? Message, string Problem)> AskAsync(DomainName name, RecordType type, CancellationToken cancellationToken)
    {
        var problem = "there is no nameserver";
        var first = Volatile.Read(ref _current);
        for (var i = 0; i < options.Servers.Length * options.Rounds; i++)
        {
            var index = (first + i) % options.Servers.Length;
            (var message, problem) = await AskAsync(options.Servers[index], name, type, cancellationToken).ConfigureAwait(false);
            if (message is not null)
            {
                Volatile.Write(ref _current, index);
                return (message, problem);
            }
        }

        return (null, problem);
    }

    private async Task<(DnsMessage? Message, string Problem)> AskAsync(IPEndPoint server, DomainName name, RecordType type, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.Timeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var id = RandomNumberGenerator.GetInt32(1 << 16);
            var question = DnsMessage.Question(id, name, type);
            bool Fits(DnsMessage? m) => m is { IsResponse: true } && m.Id == id && m.Name == name && m.Type == type;
            var message = await AskByUdpAsync(server, question, Fits, end.Token).ConfigureAwait(false);
            if (message is { IsTruncated: true })
            {
                message = await AskByTcpAsync(server, question, Fits, end.Token).ConfigureAwait(false);
            }

            return message switch
            {
                null => (null, $"{server} answers {name} with what is no answer to it"),
                { Code: not (DnsMessage.NoError or DnsMessage.NoSuchName) } => (null, $"{server} answers {name} with {CodeName(message.Code)}"),
                { IsReferral: true } => (null, $"{server} knows of {name} only who might know"),
                _ => (message, string.Empty),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"{server} has not answered {name} within {options.Timeout.TotalSeconds} s");
        }
        catch (Exception failed) when (failed is SocketException or IOException)
        {
            return (null, $"{server} cannot be reached: {failed.Message}");
        }
    }

    private static async Task<DnsMessage?> AskByUdpAsync(IPEndPoint server, byte[] question, Func<DnsMessage?, bool> fits, CancellationToken end)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);

        // Connected, the kernel drops what comes from elsewhere.
        await socket.ConnectAsync(server, end).ConfigureAwait(false);
        await socket.SendAsync(question, end).ConfigureAwait(false);
        var buffer = new byte[UdpBytes];
        for (var strangers = 0; strangers < MaxStrangers; strangers++)
        {
            var length = await socket.ReceiveAsync(buffer, end).ConfigureAwait(false);
            var message = DnsMessage.Read(buffer.AsSpan(0, length));
            if (fits(message))
            {
                return message;
            }
        }

        return null;
    }

    private static async Task<DnsMessage?> AskByTcpAsync(IPEndPoint server, byte[] question, Func<DnsMessage?, bool> fits, CancellationToken end)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, end).ConfigureAwait(false);
        using var stream = new NetworkStream(socket);
        await stream.WriteAsync((byte[])[(byte)(question.Length >> 8), (byte)question.Length, .. question], end).ConfigureAwait(false);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, end).ConfigureAwait(false);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, end).ConfigureAwait(false);
        var message = DnsMessage.Read(answer);
        return fits(message) && message is { IsTruncated: false } ? message : null;
    }

    private static string CodeName(int code) => code switch
    {
        1 => "FORMERR",
        2 => "SERVFAIL",
        4 => "NOTIMP",
        5 => "REFUSED",
        _ => $"code {code}",
    };
}
