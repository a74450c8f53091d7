using System.Collections.Immutable;
using System.Net.Sockets;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <param name="Scheme">digest, ip or a server's own; SASL is not one of them.</param>
/// <param name="Data">In the scheme's own form: <c>user:password</c> for digest.</param>
internal sealed record AuthInfo(string Scheme, ReadOnlyMemory<byte> Data);

/// <param name="User">As the server's login file has it.</param>
internal sealed record SaslLogin(string User, string Password);

/// <summary>How a client reaches its servers, and what it may hold.</summary>
internal sealed record ClientOptions(ConnectString Servers, TimeProvider Time)
{
    /// <summary>Java clients' own bound before 3.6, as lists of children grow past a server's 1 MiB.</summary>
    private const int DefaultMaxPacketBytes = 4 << 20;

    /// <summary>A server's default for jute.maxbuffer; it closes the connection over a larger one.</summary>
    private const int DefaultMaxRequestBytes = 0xfffff;

    private const int DefaultMaxPending = 4_096;
    private const int DefaultMaxPendingBytes = 16 << 20;

    /// <summary>Time without a connection after which the server ends the session, in ms; it has the last word.</summary>
    public int SessionTimeoutMs { get; init; } = 30_000;

    /// <summary>Time for an operation, waiting for a connection included, in ms.</summary>
    public int OperationTimeoutMs { get; init; } = 10_000;

    /// <summary>Proofs of who the session is, sent on every connection in this order.</summary>
    public ImmutableArray<AuthInfo> Auth { get; init; } = [];

    /// <summary>DIGEST-MD5 login; null for none.</summary>
    public SaslLogin? Sasl { get; init; }

    /// <summary>Take servers that have lost their quorum and can only be read.</summary>
    public bool AllowReadOnly { get; init; }

    /// <summary>Largest packet that a server may send.</summary>
    public int MaxPacketBytes { get; init; } = DefaultMaxPacketBytes;

    /// <summary>Largest packet that is sent.</summary>
    public int MaxRequestBytes { get; init; } = DefaultMaxRequestBytes;

    /// <summary>Operations that wait or are under way.</summary>
    public int MaxPending { get; init; } = DefaultMaxPending;

    /// <summary>Bytes of their requests.</summary>
    public int MaxPendingBytes { get; init; } = DefaultMaxPendingBytes;

    /// <summary>Longest pause between two attempts to connect, in ms; a quarter of the session's time when that is less.</summary>
    public int MaxPauseMs { get; init; } = 10_000;

    /// <summary>Source of jitter and of the order of servers.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Told of every change of the session, one at a time, by the session's own task: it must not wait for operations.</summary>
    public Action<SessionNotice>? Notice { get; init; }

    /// <summary>Opens a connection; the place where TLS would enter. Throws <see cref="IOException"/> or <see cref="SocketException"/> alone.</summary>
    public Func<ServerAddress, CancellationToken, Task<Stream>> Connect { get; init; } = ConnectAsync;

    private static async Task<Stream> ConnectAsync(ServerAddress server, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
