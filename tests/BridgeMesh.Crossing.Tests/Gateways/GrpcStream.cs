using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Crossing.Gateways;

/// <summary>
/// A call that streams, from a gRPC client; its requests are the test's to send. With another content type in its headers it is one of
/// Triple's own form, which ends with a frame instead of trailers.
/// </summary>
internal sealed class GrpcStream : IDisposable
{
    private readonly CancellationTokenSource _gone = new(TimeSpan.FromSeconds(30));
    private readonly GrpcCaller _client;
    private HttpResponseMessage? _response;
    private Stream? _replies;
    private JsonElement? _end;

    private GrpcStream(GrpcCaller client) => _client = client;

    internal DuplexContent Requests { get; } = new();

    internal HttpResponseMessage Response => _response ?? throw new InvalidOperationException("no headers yet");

    internal int Code =>
        Error is { } error ? error.GetProperty("status").GetInt32()
        : _end is not null ? 0
        : int.Parse(Trailer("grpc-status") ?? "-1", CultureInfo.InvariantCulture);

    internal string Message => Error?.GetProperty("message").GetString() ?? Uri.UnescapeDataString(Trailer("grpc-message") ?? string.Empty);

    private JsonElement? Error => _end is { } end && end.TryGetProperty("error", out var error) ? error : null;

    /// <summary>Sends the head, and waits for nothing.</summary>
    internal static (GrpcStream Stream, Task Headers) Begin(
        GrpcCaller client, string service, string method, params (string Name, string Value)[] headers)
    {
        var stream = new GrpcStream(client);
        return (stream, stream.OpenAsync(service, method, headers));
    }

    /// <summary>Sends the head and waits for the callee's.</summary>
    internal static async Task<GrpcStream> OpenAsync(
        GrpcCaller client, string service, string method, params (string Name, string Value)[] headers)
    {
        var (stream, opened) = Begin(client, service, method, headers);
        await opened;
        return stream;
    }

    /// <summary>The next message; null at the end, when trailers or the frame in their place are there.</summary>
    internal async Task<byte[]?> ReadAsync()
    {
        _replies ??= await Response.Content.ReadAsStreamAsync(_gone.Token);
        var head = new byte[5];
        var first = await _replies.ReadAsync(head.AsMemory(0, 1), _gone.Token);
        if (first == 0)
        {
            return null;
        }

        await _replies.ReadExactlyAsync(head.AsMemory(1), _gone.Token);
        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
        await _replies.ReadExactlyAsync(message, _gone.Token);
        if (head[0] != 2)
        {
            return message;
        }

        _end = JsonDocument.Parse(message).RootElement;
        Assert.Equal(0, await _replies.ReadAsync(head, _gone.Token));
        return null;
    }

    /// <summary>From the trailers, or from the head where that was all; null without one.</summary>
    internal string? Trailer(string name) =>
        Response.TrailingHeaders.TryGetValues(name, out var values) || Response.Headers.TryGetValues(name, out values)
            ? string.Join(',', values)
            : null;

    /// <summary>Resets the stream.</summary>
    internal void Reset()
    {
        _response?.Dispose();
        _gone.Cancel();
    }

    public void Dispose()
    {
        _response?.Dispose();
        Requests.Dispose();
        _gone.Dispose();
    }

    private async Task OpenAsync(string service, string method, (string Name, string Value)[] headers)
    {
        var type = headers.FirstOrDefault(static h => h.Name == "content-type").Value ?? "application/grpc";
        Requests.Headers.TryAddWithoutValidation("content-type", type);
        _response = await _client.OpenAsync(service, method, Requests, _gone.Token, [.. headers.Where(static h => h.Name != "content-type")]);
    }
}

/// <summary>The callee's end of a call that streams.</summary>
internal static class GrpcCalleeStream
{
    /// <summary>Sends the headers, before any message.</summary>
    internal static async Task BeginAsync(this HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.StartAsync();
        await context.Response.Body.FlushAsync();
    }

    /// <summary>The next message; null at the caller's half-close.</summary>
    internal static async Task<byte[]?> ReadMessageAsync(this HttpContext context)
    {
        var head = new byte[5];
        if (await context.Request.Body.ReadAsync(head.AsMemory(0, 1)) == 0)
        {
            return null;
        }

        await context.Request.Body.ReadExactlyAsync(head.AsMemory(1));
        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
        await context.Request.Body.ReadExactlyAsync(message);
        return message;
    }

    internal static async Task WriteMessageAsync(this HttpContext context, byte[] message)
    {
        await context.Response.Body.WriteAsync(GrpcCaller.Frame(message));
        await context.Response.Body.FlushAsync();
    }

    internal static void End(this HttpContext context, int code = 0, string? message = null)
    {
        context.Response.AppendTrailer("grpc-status", code.ToString(CultureInfo.InvariantCulture));
        if (message is not null)
        {
            context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(message));
        }
    }
}
