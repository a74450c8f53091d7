using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Client;

/// <summary>What a server answered.</summary>
/// <param name="Server">Its place in the list; -1 where none answered.</param>
/// <param name="Problem">Why none did; empty where one did. One line for people.</param>
internal readonly record struct EurekaReply(int Server, HttpStatusCode Status, ReadOnlyMemory<byte> Body, string Problem)
{
    internal bool IsOk => Server >= 0 && (int)Status is >= 200 and < 300;

    /// <summary>For people: why it is not the answer that was hoped for.</summary>
    internal string Why => Problem.Length > 0 ? Problem : $"answers {(int)Status}";
}

/// <summary>
/// Requests to the first server that answers. One that cannot be reached, is too slow or fails itself (5xx) is passed over, and the one that
/// answered is asked next time too, until it is time to try the first again. Safe for any thread.
/// </summary>
internal sealed class EurekaRequests(EurekaClientOptions options, HttpMessageHandler handler, TimeProvider time) : IDisposable
{
    private readonly HttpMessageInvoker _invoker = new(handler, disposeHandler: true);
    private readonly MediaTypeHeaderValue _contentType = new(options.IsXml ? "application/xml" : "application/json");
    private readonly MediaTypeWithQualityHeaderValue _accept = new(options.IsXml ? "application/xml" : "application/json");
    private readonly Lock _lock = new();
    private int _current;
    private long _movedAt;

    internal static HttpMessageHandler CreateHandler(EurekaClientOptions options) => new SocketsHttpHandler
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.GZip,
        ConnectTimeout = options.Timeout,
        MaxConnectionsPerServer = 16,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
        UseCookies = false,
        UseProxy = false,
    };

    /// <param name="path">Below the server's address, escaped.</param>
    /// <param name="body">Null for none.</param>
    internal async Task<EurekaReply> SendAsync(HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        var first = First();
        var last = new EurekaReply(-1, 0, default, "there is no server");
        for (var i = 0; i < options.Servers.Length; i++)
        {
            var index = (first + i) % options.Servers.Length;
            last = await SendToAsync(index, method, path, body, cancellationToken).ConfigureAwait(false);
            if (last.Problem.Length == 0)
            {
                Stay(index);
                return last;
            }
        }

        return last;
    }

    public void Dispose() => _invoker.Dispose();

    private int First()
    {
        lock (_lock)
        {
            // The first alone is tried anew; were it each server's turn, every request would begin with one that is down.
            if (_current != 0 && time.GetElapsedTime(_movedAt) >= options.ReturnAfter)
            {
                _movedAt = time.GetTimestamp();
                return 0;
            }

            return _current;
        }
    }

    private void Stay(int index)
    {
        lock (_lock)
        {
            if (_current != index)
            {
                _current = index;
                _movedAt = time.GetTimestamp();
            }
        }
    }

    private async Task<EurekaReply> SendToAsync(int index, HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        var server = options.Servers[index];
        using var patience = new CancellationTokenSource(options.Timeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(server.Address, path)) { Version = HttpVersion.Version11 };
            request.Headers.Accept.Add(_accept);
            request.Headers.Authorization = server.Authorization;
            if (body is { } bytes)
            {
                request.Content = new ReadOnlyMemoryContent(bytes);
                request.Content.Headers.ContentType = _contentType;
            }

            using var response = await _invoker.SendAsync(request, end.Token).ConfigureAwait(false);
            if ((int)response.StatusCode is >= 500 or (>= 300 and < 400))
            {
                return new EurekaReply(-1, response.StatusCode, default, $"{server} answers {(int)response.StatusCode}");
            }

            var content = await ReadAsync(response.Content, end.Token).ConfigureAwait(false);
            return content is null
                ? new EurekaReply(-1, response.StatusCode, default, $"{server} answers more than {RegistryDocument.MaxBytes} bytes")
                : new EurekaReply(index, response.StatusCode, content.Value, string.Empty);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new EurekaReply(-1, 0, default, $"{server} has not answered within {options.Timeout.TotalSeconds} s");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or InvalidDataException)
        {
            return new EurekaReply(-1, 0, default, $"{server} cannot be reached: {failed.Message}");
        }
    }

    /// <summary>Null when there is more than a document may have.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        const int Piece = 64 << 10;
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
                if (buffer.WrittenCount > RegistryDocument.MaxBytes)
                {
                    return null;
                }
            }
        }
    }
}
