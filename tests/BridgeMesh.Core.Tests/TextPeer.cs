using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using BridgeMesh.Wire;

namespace BridgeMesh.Core.Tests;

/// <summary>A frame as a peer saw it.</summary>
internal sealed record Seen(char Kind, ulong Id, string Name, string Text, int TimeoutMs);

/// <summary>One end of a TCP connection that speaks the text protocol under the test's control.</summary>
internal sealed class TextPeer : IAsyncDisposable
{
    private readonly TextCodec _codec = new();
    private readonly Channel<Seen?> _frames = Channel.CreateUnbounded<Seen?>();
    private readonly Task _reading;

    internal TextPeer(Socket socket)
    {
        Socket = socket;
        socket.NoDelay = true;
        _reading = ReadAsync();
    }

    internal Socket Socket { get; }

    internal static async Task<TextPeer> ConnectAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new TextPeer(socket);
    }

    internal async Task SendAsync(params byte[][] frames)
    {
        foreach (var frame in frames)
        {
            await Socket.SendAsync(frame);
        }
    }

    internal Task AskAsync(ulong id, string name, string text, int timeoutMs = 0) => SendAsync(TextCodec.Frame('q', id, name, text, timeoutMs));

    internal Task AnswerAsync(Seen request, string text) => SendAsync(TextCodec.Frame('r', request.Id, "", text));

    /// <summary>The next frame; null once the other end closed.</summary>
    internal async Task<Seen?> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _frames.Reader.ReadAsync(patience.Token);
    }

    internal async Task<Seen> ExpectAsync() => await NextAsync() ?? throw new InvalidOperationException("the other end closed");

    public async ValueTask DisposeAsync()
    {
        Socket.Dispose();
        await _reading;
    }

    private async Task ReadAsync()
    {
        var held = new List<byte>();
        var buffer = new byte[65_536];
        try
        {
            int read;
            while ((read = await Socket.ReceiveAsync(buffer)) > 0)
            {
                held.AddRange(buffer.AsSpan(0, read));
                Split(held);
            }
        }
        catch (SocketException)
        {
            // Reset by the other end: as closed.
        }
        catch (ObjectDisposedException)
        {
            // Closed by the test.
        }

        _frames.Writer.TryWrite(null);
    }

    private void Split(List<byte> held)
    {
        var bytes = new ReadOnlySequence<byte>(held.ToArray());
        var taken = 0;
        while (_codec.Scan(bytes.Slice(taken), FrameLimits.Default, out var header).IsWhole && header.Length > 0)
        {
            var frame = bytes.Slice(taken, header.Length);
            var name = Encoding.UTF8.GetString(frame.Slice(TextCodec.HeadBytes, header.Layout.A));
            _frames.Writer.TryWrite(
                new Seen((char)header.Flags, header.CorrelationId, name, Encoding.UTF8.GetString(TextCodec.Text(header, frame)), header.TimeoutMs));
            taken += header.Length;
            if (taken == bytes.Length)
            {
                break;
            }
        }

        held.RemoveRange(0, taken);
    }
}

/// <summary>A callee: accepts connections and hands each to the test, or answers by itself.</summary>
internal sealed class TextCallee : IAsyncDisposable
{
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly Channel<TextPeer> _accepted = Channel.CreateUnbounded<TextPeer>();
    private readonly ConcurrentBag<TextPeer> _peers = [];
    private readonly Task _accepting;

    internal TextCallee(Func<TextPeer, Seen, Task>? answer = null)
    {
        // Between 20,000 and 32,767: below the range from which the system gives ports to clients.
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                _listener.Bind(new IPEndPoint(IPAddress.Loopback, Random.Shared.Next(20_000, 32_768)));
                break;
            }
            catch (SocketException) when (attempt < 100)
            {
                // Taken: draw again.
            }
        }

        _listener.Listen(128);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync(answer);
    }

    internal int Port { get; }

    internal async Task<TextPeer> AcceptedAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _accepted.Reader.ReadAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        foreach (var peer in _peers)
        {
            await peer.DisposeAsync();
        }
    }

    private async Task AcceptAsync(Func<TextPeer, Seen, Task>? answer)
    {
        try
        {
            while (true)
            {
                var peer = new TextPeer(await _listener.AcceptAsync());
                _peers.Add(peer);
                if (answer is null)
                {
                    _accepted.Writer.TryWrite(peer);
                }
                else
                {
                    _ = ServeAsync(peer, answer);
                }
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
        catch (ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task ServeAsync(TextPeer peer, Func<TextPeer, Seen, Task> answer)
    {
        try
        {
            while (await peer.NextAsync() is { } request)
            {
                await answer(peer, request);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
