using System.Buffers;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace BridgeMesh.Codecs.Web.Listening;

/// <summary>
/// What lies between Kestrel and its sockets. Accepting can end before the server does: Kestrel itself closes idle connections in the same
/// step, and a request that is under way on one of them would be lost. Connections past the gate's bound are closed at once. And where a port
/// speaks HTTP/1.1 and HTTP/2 in clear text, which Kestrel does not offer, it reads a connection's first bytes without consuming them and
/// hands it to one of two Kestrel endpoints: the one that was bound to the address, or the one at <see cref="PrefaceEndPoint"/>.
/// </summary>
/// <param name="sorts">Whether first bytes are looked at.</param>
/// <param name="prefaceTimeout">Time for those bytes to come; the connection is closed after it.</param>
internal sealed class ListenerTransport(
    IConnectionListenerFactory sockets, ConnectionGate gate, bool sorts, Func<TimeSpan> prefaceTimeout, TimeProvider time)
    : IConnectionListenerFactory, IDisposable
{
    // Bounded by the gate.
    private readonly Channel<ConnectionContext> _http1 = Channel.CreateUnbounded<ConnectionContext>();
    private readonly Channel<ConnectionContext> _http2 = Channel.CreateUnbounded<ConnectionContext>();
    private readonly CancellationTokenSource _over = new();
    private IConnectionListener? _bound;

    /// <summary>The preface of RFC 9113 section 3.4, of which every other request's first line differs before its end.</summary>
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>The address with the port that was taken; null before.</summary>
    internal IPEndPoint? Bound => _bound?.EndPoint as IPEndPoint;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is PrefaceEndPoint)
        {
            return new SortedListener(this, endpoint, _http2);
        }

        _bound = await sockets.BindAsync(endpoint, cancellationToken).ConfigureAwait(false);
        if (!sorts)
        {
            return new GatedListener(this, _bound);
        }

        // Ends by itself, with the accepting.
        _ = SortAllAsync(_bound);
        return new SortedListener(this, _bound.EndPoint, _http1);
    }

    /// <summary>Takes no more connections; those that there are go on.</summary>
    internal ValueTask CloseAsync(CancellationToken cancellationToken) => _bound?.UnbindAsync(cancellationToken) ?? ValueTask.CompletedTask;

    public void Dispose() => _over.Dispose();

    private async ValueTask<ConnectionContext?> AcceptAsync(IConnectionListener bound, CancellationToken cancellationToken)
    {
        while (true)
        {
            var connection = await bound.AcceptAsync(cancellationToken).ConfigureAwait(false);
            if (connection is null || gate.TryEnter())
            {
                return connection;
            }

            // To close an older one that is idle for the moment would cost somebody who has done no harm.
            _ = CloseAsync(connection);
        }
    }

    private async Task SortAllAsync(IConnectionListener bound)
    {
        try
        {
            while (await AcceptAsync(bound, CancellationToken.None).ConfigureAwait(false) is { } connection)
            {
                _ = SortAsync(connection);
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The socket was closed.
        }
    }

    private async Task SortAsync(ConnectionContext connection)
    {
        // Most callers' first bytes are there by now, and then nothing here waits.
        using var patience = new CancellationTokenSource(prefaceTimeout(), time);
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _over.Token);
            var isHttp2 = await IsHttp2Async(connection, end.Token).ConfigureAwait(false);
            if ((isHttp2 ? _http2 : _http1).Writer.TryWrite(connection))
            {
                return;
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or ConnectionAbortedException or InvalidOperationException)
        {
            // It said nothing in time, or has gone.
        }

        gate.Leave();
        await CloseAsync(connection).ConfigureAwait(false);
    }

    private static async ValueTask<bool> IsHttp2Async(ConnectionContext connection, CancellationToken cancellationToken)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var match = Match(read.Buffer);

            // Only what must be waited for counts as examined: Kestrel's own first read then finds the bytes at once.
            var isDecided = match is not null || read.IsCompleted;
            input.AdvanceTo(read.Buffer.Start, isDecided ? read.Buffer.Start : read.Buffer.End);
            if (isDecided)
            {
                return match == true;
            }
        }
    }

    /// <summary>Null while the bytes are the beginning of the preface and no more.</summary>
    private static bool? Match(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> first = stackalloc byte[Preface.Length];
        first = first[..(int)Math.Min(buffer.Length, Preface.Length)];
        buffer.Slice(0, first.Length).CopyTo(first);
        return !Preface.StartsWith(first) ? false : first.Length == Preface.Length ? true : null;
    }

    private static async Task CloseAsync(ConnectionContext connection)
    {
        try
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It has gone by itself.
        }
    }

    private void End()
    {
        _over.Cancel();
        foreach (var channel in (Channel<ConnectionContext>[])[_http1, _http2])
        {
            channel.Writer.TryComplete();
        }
    }

    private sealed class GatedListener(ListenerTransport transport, IConnectionListener bound) : IConnectionListener
    {
        public EndPoint EndPoint => bound.EndPoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            transport.AcceptAsync(bound, cancellationToken);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => bound.UnbindAsync(cancellationToken);

        public ValueTask DisposeAsync() => bound.DisposeAsync();
    }

    private sealed class SortedListener(ListenerTransport transport, EndPoint endPoint, Channel<ConnectionContext> connections) : IConnectionListener
    {
        public EndPoint EndPoint => endPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await connections.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && connections.Reader.TryRead(out var connection)
                ? connection
                : null;

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            transport.End();
            return transport.CloseAsync(cancellationToken);
        }

        public ValueTask DisposeAsync() => transport._bound?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}

/// <summary>Stands for the connections of a port that begin with HTTP/2's preface.</summary>
internal sealed class PrefaceEndPoint(IPEndPoint port) : EndPoint
{
    public override string ToString() => port.ToString();
}
