using System.Text;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Testing.Network;
using BridgeMesh.Testing.Sides;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Tests.Listening;

/// <summary>A listener on loopback whose callee is a delegate, and a client that says no more than it is told.</summary>
internal sealed class ListenerUnderTest : IAsyncDisposable
{
    internal static readonly FrameLimits SmallLimits = new(MaxFrameBytes: 1_000, MaxMetadataBytes: 8_192, MaxInFlight: 16);

    private readonly HttpListener _listener;
    private readonly HttpClient _client;

    private ListenerUnderTest(HttpListener listener, RecordingDispatcher dispatcher)
    {
        _listener = listener;
        Dispatcher = dispatcher;
        _client = new HttpClient(new SocketsHttpHandler
        {
            UseCookies = false,
            UseProxy = false,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{listener.Port}"),
        };
    }

    internal RecordingDispatcher Dispatcher { get; }

    internal int Port => _listener.Port;

    /// <summary>Has the listener take other settings, as a reload does.</summary>
    internal bool TryChange(params (string Name, string Value)[] settings) => _listener.TryChange(new ListenerSettings(
        "test", "127.0.0.1", _listener.Port, FrameLimits.Default, settings.ToDictionary(s => s.Name, s => s.Value)));

    /// <summary>The arguments of the last call as text; read before the exchange goes back.</summary>
    internal string Arguments { get; private set; } = string.Empty;

    internal string Metadata { get; private set; } = string.Empty;

    internal string Call { get; private set; } = string.Empty;

    internal int TimeoutMs { get; private set; }

    /// <summary>A callee for requests that must be answered before they reach one.</summary>
    internal static void MustNotBeCalled(Exchange exchange) => throw new InvalidOperationException("must not be called");

    /// <param name="callee">Null leaves the exchange to the test.</param>
    internal static async Task<ListenerUnderTest> StartAsync(
        Action<Exchange>? callee,
        FrameLimits? limits = null,
        ServiceContract[]? contracts = null,
        params (string Name, string Value)[] settings)
    {
        ListenerUnderTest? self = null;
        var dispatcher = new RecordingDispatcher(TimeProvider.System, callee is null ? null : exchange =>
        {
            self!.Note(exchange);
            callee(exchange);
        })
        {
            Contracts = [.. contracts ?? [OrderContract.Service]],
        };
        var listenerSettings = new ListenerSettings(
            "test", "127.0.0.1", LoopbackPorts.Free(), limits ?? FrameLimits.Default, settings.ToDictionary(s => s.Name, s => s.Value));
        var listener = (HttpListener)new HttpListenerFactory().Create(listenerSettings, dispatcher);
        await listener.StartAsync(CancellationToken.None);
        return self = new ListenerUnderTest(listener, dispatcher);
    }

    internal async Task<Answer> SendAsync(
        string verb,
        string path,
        string? body = null,
        string? contentType = "application/json",
        params (string Name, string Value)[] headers) =>
        await SendAsync(verb, path, body is null ? null : Encoding.UTF8.GetBytes(body), contentType, headers);

    internal async Task<Answer> SendAsync(
        string verb, string path, byte[]? body, string? contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(verb),
            new Uri(_client.BaseAddress + path[1..], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (contentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            }
        }

        foreach (var (name, value) in headers)
        {
            Assert.True(
                request.Headers.TryAddWithoutValidation(name, value) || request.Content?.Headers.TryAddWithoutValidation(name, value) == true);
        }

        using var response = await _client.SendAsync(request).WaitAsync(TimeSpan.FromSeconds(20));
        return new Answer(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.ToString(),
            await response.Content.ReadAsByteArrayAsync(),
            response.Headers.Concat(response.Content.Headers)
                .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Fails when an exchange was kept.</summary>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        using var grace = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await _listener.StopAsync(grace.Token);
        await _listener.DisposeAsync();
        Dispatcher.AssertBalanced();
    }

    private void Note(Exchange exchange)
    {
        Call = $"{exchange.Service} {exchange.Method}({exchange.Signature?.Descriptor})";
        TimeoutMs = exchange.CallerTimeoutMs;
        Arguments = TapeText.Of(exchange.Request);
        Metadata = string.Join("; ", exchange.RequestMetadata.Entries.ToArray().Select(e => $"{e.Key}={e.Value}"));
    }
}

internal sealed record Answer(int Status, string? ContentType, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    internal string Text => Encoding.UTF8.GetString(Body);

    internal System.Text.Json.JsonElement Json => System.Text.Json.JsonDocument.Parse(Body).RootElement;
}
