using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace BridgeMesh.Registries.Etcd.Wire;

/// <summary>
/// Requests to the first member that answers. One that cannot be reached, is too slow, has no leader or fails itself is passed over, and the
/// one that answered is asked next time too. Safe for any thread.
/// </summary>
internal sealed class EtcdRequests(EtcdOptions options, HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    /// <summary>Most bytes of one answer, and of one message of a watch.</summary>
    internal const int MaxAnswerBytes = 32 << 20;

    /// <summary>Most characters of a server's words that are told.</summary>
    private const int MaxTold = 300;

    private const int Piece = 64 << 10;
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>gRPC's codes of a member that cannot answer now: UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE.</summary>
    private static readonly long[] FaultsOfTheMember = [2, 4, 13, 14];

    private readonly HttpMessageInvoker _invoker = new(handler, disposeHandler: true);

    // Any member will do, and gateways should not all begin with the same one.
    private int _current = Random.Shared.Next(options.Servers.Length);
    private string? _token;

    internal static HttpMessageHandler CreateHandler(EtcdOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            ConnectTimeout = options.Timeout,
            MaxConnectionsPerServer = 16,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            UseCookies = false,
            UseProxy = false,
        };
        if (options.Authorities is { } authorities)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        return handler;
    }

    /// <param name="path">Below the server's address, such as v3/kv/range.</param>
    internal async Task<EtcdReply> SendAsync(string path, byte[] body, CancellationToken cancellationToken)
    {
        var reply = EtcdReply.Failed("there is no server");
        var first = Volatile.Read(ref _current);
        for (var i = 0; i < options.Servers.Length; i++)
        {
            var index = (first + i) % options.Servers.Length;
            reply = await SendToAsync(options.Servers[index], path, body, cancellationToken).ConfigureAwait(false);
            if (reply.Problem.Length == 0 || reply.IsTooLarge)
            {
                Volatile.Write(ref _current, index);
                return reply;
            }
        }

        return reply;
    }

    /// <summary>A stream of messages, or why there is none. The first message has not been read yet.</summary>
    internal async Task<(WatchStream? Stream, EtcdReply Reply)> OpenWatchAsync(byte[] body, CancellationToken cancellationToken)
    {
        var reply = EtcdReply.Failed("there is no server");
        var first = Volatile.Read(ref _current);
        for (var i = 0; i < options.Servers.Length; i++)
        {
            var index = (first + i) % options.Servers.Length;
            (var stream, reply) = await OpenWatchAtAsync(options.Servers[index], body, cancellationToken).ConfigureAwait(false);
            if (reply.Problem.Length == 0)
            {
                Volatile.Write(ref _current, index);
                return (stream, reply);
            }
        }

        return (null, reply);
    }

    /// <summary>Begins with the next member from now on, as this one does not do what it should.</summary>
    internal void Leave(Uri server)
    {
        var index = options.Servers.IndexOf(server);
        Interlocked.CompareExchange(ref _current, (index + 1) % options.Servers.Length, index);
    }

    /// <summary>The token is of no use any longer; the next request asks for another.</summary>
    internal void ForgetToken() => Volatile.Write(ref _token, null);

    /// <summary>Refusals that another token may cure (rpctypes.ErrInvalidAuthToken, ErrUserEmpty, ErrAuthOldRevision).</summary>
    internal static bool IsOfToken(string words) =>
        words.Contains("auth token", StringComparison.Ordinal)
        || words.Contains("user name is empty", StringComparison.Ordinal)
        || words.Contains("revision of auth store is old", StringComparison.Ordinal);

    public void Dispose() => _invoker.Dispose();

    private async Task<EtcdReply> SendToAsync(Uri server, string path, byte[] body, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.Timeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            for (var isSecond = false; ; isSecond = true)
            {
                if (await AuthenticateAsync(server, end.Token).ConfigureAwait(false) is { IsOk: false } refused)
                {
                    return refused;
                }

                using var response = await PostAsync(server, path, body, end.Token).ConfigureAwait(false);
                var reply = await ReadAsync(server, response, end.Token).ConfigureAwait(false);
                if (isSecond || options.Username.Length == 0 || !IsOfToken(reply.Refusal))
                {
                    return reply;
                }

                ForgetToken();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Slow(server);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            return Unreachable(server, failed);
        }
    }

    private async Task<(WatchStream? Stream, EtcdReply Reply)> OpenWatchAtAsync(Uri server, byte[] body, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.Timeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            if (await AuthenticateAsync(server, end.Token).ConfigureAwait(false) is { IsOk: false } refused)
            {
                return (null, refused);
            }

            response = await PostAsync(server, "v3/watch", body, end.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                return (null, await ReadAsync(server, response, end.Token).ConfigureAwait(false));
            }

            var content = await response.Content.ReadAsStreamAsync(end.Token).ConfigureAwait(false);
            var stream = new WatchStream(server, response, content);
            response = null;
            return (stream, EtcdReply.Answered(default));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, Slow(server));
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            return (null, Unreachable(server, failed));
        }
        finally
        {
            response?.Dispose();
        }
    }

    /// <summary>Null where there is nothing to do.</summary>
    private async Task<EtcdReply?> AuthenticateAsync(Uri server, CancellationToken cancellationToken)
    {
        if (options.Username.Length == 0 || Volatile.Read(ref _token) is not null)
        {
            return null;
        }

        var body = RequestBodies.Authenticate(options.Username, options.Password);
        using var response = await PostAsync(server, "v3/auth/authenticate", body, cancellationToken).ConfigureAwait(false);
        var reply = await ReadAsync(server, response, cancellationToken).ConfigureAwait(false);
        if (reply.Refusal.Contains("authentication is not enabled", StringComparison.Ordinal))
        {
            // Then nobody needs a name; once it is enabled, requests without a token are refused and it is asked for.
            return null;
        }

        if (!reply.IsOk)
        {
            return reply;
        }

        var token = JsonFields.Text(reply.Body, "token");
        if (token.Length == 0 || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return EtcdReply.Failed($"{server} answers no token");
        }

        Volatile.Write(ref _token, token);
        return reply;
    }

    private async Task<HttpResponseMessage> PostAsync(Uri server, string path, byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path)) { Version = HttpVersion.Version11 };
        request.Content = new ReadOnlyMemoryContent(body);
        request.Content.Headers.ContentType = Json;

        // A member that lost its leader ends watches then, instead of keeping them quiet (etcd's rpctypes.MetadataRequireLeaderKey).
        request.Headers.TryAddWithoutValidation("Grpc-Metadata-hasleader", "true");
        if (Volatile.Read(ref _token) is { } token)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token);
        }

        return await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<EtcdReply> ReadAsync(Uri server, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (await ReadWholeAsync(response.Content, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return EtcdReply.Failed($"{server} answers more than {MaxAnswerBytes} bytes") with { IsTooLarge = true };
        }

        var body = JsonFields.Parse(bytes.Span);
        if (response.IsSuccessStatusCode)
        {
            return body is { } answer ? EtcdReply.Answered(answer) : EtcdReply.Failed($"{server} answers what is no JSON object");
        }

        var words = body is { } fault ? WordsOf(fault, out var code) : WordsOf(default, out code);
        return words.Length == 0 || FaultsOfTheMember.Contains(code) || (code == 0 && (int)response.StatusCode >= 500)
            ? EtcdReply.Failed($"{server} answers {(int)response.StatusCode}{(words.Length > 0 ? $": {words}" : string.Empty)}")
            : EtcdReply.Refused(words);
    }

    /// <summary>Empty where it is none of etcd's errors.</summary>
    internal static string WordsOf(JsonElement fault, out long code)
    {
        // Of a stream it is an object, {"error":{"grpc_code":14,…,"message":"…"}}; else a text with a code beside it.
        var error = JsonFields.Field(fault, "error");
        var (holder, codeName, textName) = error.ValueKind == JsonValueKind.Object ? (error, "grpc_code", "message") : (fault, "code", "error");
        JsonFields.TryInt64(holder, codeName, out code);
        var words = JsonFields.Text(holder, textName);
        return words.Length > MaxTold ? words[..MaxTold] : words;
    }

    /// <summary>Null when there is more than an answer may have.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadWholeAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(Piece);
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            while (true)
            {
                var read = await stream.ReadAsync(buffer.GetMemory(Piece), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return buffer.WrittenMemory;
                }

                buffer.Advance(read);
                if (buffer.WrittenCount > MaxAnswerBytes)
                {
                    return null;
                }
            }
        }
    }

    private EtcdReply Slow(Uri server) => EtcdReply.Failed($"{server} has not answered within {options.Timeout.TotalSeconds} s");

    private static EtcdReply Unreachable(Uri server, Exception failed) => EtcdReply.Failed($"{server} cannot be reached: {failed.Message}");
}
