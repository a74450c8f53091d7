using System.Buffers.Binary;
using System.Security.Cryptography;

namespace BridgeMesh.Registries.ZooKeeper.Client;

internal enum HandshakeOutcome
{
    Done,

    /// <summary>Nothing usable came: another server may do better.</summary>
    Broken,

    /// <summary>The connection ended before the server said anything, as servers do that have not seen what the client has.</summary>
    Refused,
    Expired,
    AuthFailed,
}

/// <summary>
/// The first packets of a connection, one after the other: the session is asked for, then the logins are shown.
/// <code>
///  request  | i32 length | i32 protocol 0 | i64 last zxid | i32 timeout ms | i64 session | i32 n, password | bool read-only |
///  answer   | i32 length | i32 protocol 0 | i32 timeout ms | i64 session | i32 n, password | bool read-only, since 3.4 |
/// </code>
/// A timeout of 0 in the answer means that the session is over. Layouts are zookeeper.jute's ConnectRequest and ConnectResponse.
/// </summary>
internal sealed class Handshake(Stream stream, PacketReader reader, SessionIdentity identity, ClientOptions options)
{
    /// <summary>Passwords have 16 bytes; more is no session of ZooKeeper's.</summary>
    private const int MaxPasswordBytes = 256;

    private int _xid;
    private KeeperError _error;

    /// <summary>Why it came to nothing, one line for people.</summary>
    public string Problem { get; private set; } = string.Empty;

    /// <summary>As the server decided, in ms.</summary>
    public int TimeoutMs { get; private set; }

    public bool IsReadOnly { get; private set; }

    /// <summary>The xid of the last packet sent.</summary>
    public int LastXid => _xid;

    public async Task<HandshakeOutcome> RunAsync(CancellationToken cancellationToken)
    {
        var outcome = await AskForSessionAsync(cancellationToken).ConfigureAwait(false);
        if (outcome == HandshakeOutcome.Done && options.Sasl is { } login)
        {
            outcome = await LogInAsync(login, cancellationToken).ConfigureAwait(false);
        }

        foreach (var auth in options.Auth)
        {
            outcome = outcome == HandshakeOutcome.Done ? await ShowAsync(auth, cancellationToken).ConfigureAwait(false) : outcome;
        }

        return outcome;
    }

    private async Task<HandshakeOutcome> AskForSessionAsync(CancellationToken cancellationToken)
    {
        // A session that a read-only server made up is unknown to the others.
        var id = identity.IsReadOnly ? 0 : identity.Id;
        var request = JuteWriter.Bare().Int(0).Long(identity.LastZxid).Int(options.SessionTimeoutMs).Long(id)
            .Bytes(identity.Password).Bool(options.AllowReadOnly);
        await stream.WriteAsync(request.ToPacket(), cancellationToken).ConfigureAwait(false);
        if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } packet)
        {
            Problem = $"{reader.Fault} before it gave a session";
            return HandshakeOutcome.Refused;
        }

        return ReadSession(packet.Span);
    }

    private HandshakeOutcome ReadSession(ReadOnlySpan<byte> packet)
    {
        var answer = new JuteReader(packet);
        var protocol = answer.Int();
        TimeoutMs = answer.Int();
        var session = answer.Long();
        var password = answer.Bytes();
        IsReadOnly = !answer.IsAtEnd && answer.Bool();
        if (answer.IsBroken || protocol != 0 || password.Length > MaxPasswordBytes)
        {
            Problem = "what answers is no ZooKeeper server";
            return HandshakeOutcome.Broken;
        }

        if (TimeoutMs <= 0)
        {
            Problem = "the session has expired";
            return HandshakeOutcome.Expired;
        }

        if (IsReadOnly && !options.AllowReadOnly)
        {
            Problem = "the server is read-only";
            return HandshakeOutcome.Broken;
        }

        identity.Grant(session, password, IsReadOnly);
        return HandshakeOutcome.Done;
    }

    private async Task<HandshakeOutcome> ShowAsync(AuthInfo auth, CancellationToken cancellationToken)
    {
        var call = new PendingCall(JuteWriter.Request(OpCode.Auth).Int(0).Text(auth.Scheme).Bytes(auth.Data.Span).ToPacket());
        call.Number(ReservedXid.Auth);
        return await ExchangeAsync(call, cancellationToken).ConfigureAwait(false) is null ? Failure($"the {auth.Scheme} login") : HandshakeOutcome.Done;
    }

    private async Task<HandshakeOutcome> LogInAsync(SaslLogin login, CancellationToken cancellationToken)
    {
        var digest = new DigestMd5(login);

        // The mechanism has no first word of the client's: an empty token asks for the challenge.
        if (await SendTokenAsync([], cancellationToken).ConfigureAwait(false) is not { } challenge)
        {
            return Failure("the SASL login");
        }

        if (digest.Respond(challenge, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), out var problem) is not { } response)
        {
            Problem = problem;
            return HandshakeOutcome.AuthFailed;
        }

        if (await SendTokenAsync(response, cancellationToken).ConfigureAwait(false) is not { } last)
        {
            return Failure("the SASL login");
        }

        if (!digest.IsProof(last))
        {
            Problem = last.Length == 0 ? "the server does not take the SASL login" : "the server does not prove that it knows the password";
            return HandshakeOutcome.AuthFailed;
        }

        return HandshakeOutcome.Done;
    }

    private async Task<byte[]?> SendTokenAsync(byte[] token, CancellationToken cancellationToken)
    {
        var call = new PendingCall(JuteWriter.Request(OpCode.Sasl).Bytes(token).ToPacket());
        call.Number(++_xid);
        if (await ExchangeAsync(call, cancellationToken).ConfigureAwait(false) is not { } body)
        {
            return null;
        }

        var answer = new JuteReader(body.Span);
        var next = answer.Bytes();
        return answer.IsBroken ? null : next;
    }

    private HandshakeOutcome Failure(string what)
    {
        Problem = _error == KeeperError.Ok ? reader.Fault : $"the server does not take {what}: {_error}";
        return _error == KeeperError.Ok ? HandshakeOutcome.Broken : HandshakeOutcome.AuthFailed;
    }

    /// <summary>The body of the answer; null when there is none, or an error.</summary>
    private async Task<ReadOnlyMemory<byte>?> ExchangeAsync(PendingCall call, CancellationToken cancellationToken)
    {
        _error = KeeperError.Ok;
        await stream.WriteAsync(call.Packet, cancellationToken).ConfigureAwait(false);
        if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is not { Length: >= ReplyHeader.Bytes } packet)
        {
            return null;
        }

        var header = ReplyHeader.Read(packet.Span);
        _error = header.Xid == call.Xid ? header.Error : KeeperError.MarshallingError;

        // Not null alone: it would become an empty memory, by way of an array.
        return _error == KeeperError.Ok ? packet[ReplyHeader.Bytes..] : default(ReadOnlyMemory<byte>?);
    }
}

/// <summary>
/// <code>
///  0     4      12     16
///  | i32 xid | i64 zxid | i32 error | body ...
/// </code>
/// </summary>
/// <param name="Zxid">The last transaction that the server had done; -1 in notifications.</param>
internal readonly record struct ReplyHeader(int Xid, long Zxid, KeeperError Error)
{
    public const int Bytes = 16;

    public static ReplyHeader Read(ReadOnlySpan<byte> packet) => new(
        BinaryPrimitives.ReadInt32BigEndian(packet),
        BinaryPrimitives.ReadInt64BigEndian(packet[4..]),
        (KeeperError)BinaryPrimitives.ReadInt32BigEndian(packet[12..]));
}
