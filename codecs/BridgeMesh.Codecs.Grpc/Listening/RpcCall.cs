using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>What all calls of a listener share.</summary>
/// <param name="Packing">How replies are compressed; null for not at all.</param>
/// <param name="Cors">Null leaves the headers of browsers alone.</param>
internal sealed record RpcCallSettings(
    RpcProtocol Protocol, IExchangeDispatcher Dispatcher, FrameLimits Limits, PackingRule? Packing, CorsPolicy? Cors, Drain Drain);

/// <summary>
/// One HTTP stream's call: the caller's side of an exchange, whatever its dialect. Kestrel reuses streams, and the object with them. On the
/// forward lane the body is left unread and belongs to the callee's channel until its sink is called.
/// </summary>
internal sealed class RpcCall(RpcCallSettings settings) : ICallerSide, IWebCall<RpcCallSettings>, IValueTaskSource
{
    /// <summary>Past the deadline, so that a status that says so still goes out first.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly DefaultHttpContext _context = new();

    // A reply arrives on whatever thread the callee's side runs: it must get its thread back before the answer is written.
    private ManualResetValueTaskSourceCore<bool> _replied = new() { RunContinuationsAsynchronously = true };
    private CallerDialect? _dialect;
    private PipeReader? _reader;
    private UnaryBody? _body;
    private MessageReader? _requests;
    private Exchange? _exchange;

    public RpcCallSettings Settings => settings;

    public string Protocol => settings.Protocol.Name;

    public StreamSupport Streams => _dialect?.Streams ?? StreamSupport.None;

    internal HttpContext Context => _context;

    /// <summary>Known from the start of a call that has an exchange.</summary>
    internal CallerDialect Dialect => _dialect ?? throw new InvalidOperationException("the request is of no dialect");

    /// <summary>The callee's response went to the caller as it came, or began to: nothing is left to write.</summary>
    internal bool Forwarded { get; set; }

    /// <summary>An attempt of the forward lane has taken bytes of the body, which cannot be sent again.</summary>
    internal bool BodyStreamed { get; set; }

    public void Begin(IFeatureCollection features) => _context.Initialize(features);

    public void End()
    {
        _context.Uninitialize();
        Forwarded = false;
        BodyStreamed = false;
        _replied.Reset();
    }

    public async Task RunAsync()
    {
        if (settings.Drain.IsOn && !HttpProtocol.IsHttp2(_context.Request.Protocol))
        {
            // HTTP/2 has GOAWAY for that.
            _context.Response.Headers.Connection = "close";
        }

        if (settings.Cors?.TryAnswer(_context) == true)
        {
            return;
        }

        if (settings.Protocol.DialectOf(_context.Request) is not { } dialect)
        {
            _context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        if (dialect.EndsInTrailers && !_context.Response.SupportsTrailers())
        {
            // RFC 9110 section 15.5.22.
            _context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            _context.Response.Headers.Upgrade = "h2c";
            _context.Response.Headers.Connection = "Upgrade";
            return;
        }

        _dialect = dialect;
        var exchange = settings.Dispatcher.Rent(this);
        try
        {
            if (TryFill(exchange, dialect) && await TryPrepareAsync(exchange, dialect).ConfigureAwait(false))
            {
                await ExchangeAsync(exchange).ConfigureAwait(false);
            }

            if (!Forwarded && !_context.RequestAborted.IsCancellationRequested)
            {
                await EndInTimeAsync(ReplyWriter.WriteAsync(_context, dialect, exchange, settings.Packing), exchange).ConfigureAwait(false);
            }
        }
        finally
        {
            await FinishAsync(exchange).ConfigureAwait(false);
        }
    }

    public CodecStatus ReadRequest(Exchange exchange)
    {
        var dialect = Dialect;
        dialect.ReadMetadata(_context.Request, exchange.RequestMetadata);
        if (_requests is { } requests)
        {
            exchange.RequestStream = new RequestMessages(requests, dialect.Form, exchange, settings.Dispatcher);
            return CodecStatus.Ok;
        }

        return _body is { } body
            ? dialect.Form.ReadRequest(body.Message, exchange, exchange.Request)
            : CodecStatus.Fail(CodecError.Unsupported, "the method was planned for the forward lane, and its message was not read");
    }

    public void OnReply(Exchange exchange) => _replied.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _replied.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _replied.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _replied.OnCompleted(continuation, state, token, flags);

    /// <summary>Fills in what the head of the request says; false after a fault that is to be answered.</summary>
    private bool TryFill(Exchange exchange, CallerDialect dialect)
    {
        exchange.CallerItem = this;
        if (_context.Request.Headers.TryGetValue(HopList.Key, out var hops) && hops.Count > 0)
        {
            exchange.Hops = string.Join(',', (IEnumerable<string?>)hops);
        }

        exchange.Tag = _context.Request.Headers[CallTag.Key];
        exchange.TagIsForced = exchange.Tag is not null
            && string.Equals(_context.Request.Headers[CallTag.ForceKey], "true", StringComparison.OrdinalIgnoreCase);
        return dialect.TryReadHead(_context.Request, exchange);
    }

    /// <summary>Plans the call, and reads its message if it is one to be opened; false after a fault that is to be answered.</summary>
    private async ValueTask<bool> TryPrepareAsync(Exchange exchange, CallerDialect dialect)
    {
        if (settings.Dispatcher.Plan(exchange) == Lane.Forward || exchange.Status != ExchangeStatus.Ok)
        {
            // What the plan refused is answered upon dispatch, as every call is that goes nowhere.
            return true;
        }

        if (!dialect.TryBind(exchange) || !TryUnderstand(exchange, dialect, out var encoding))
        {
            return false;
        }

        _reader = dialect.BodyOf(_context.Request);
        if (exchange.Shape?.ClientStreaming == true && dialect.Streams.HasFlag(StreamSupport.Client))
        {
            var requests = new MessageReader(_reader, dialect.Framing, encoding, settings.Limits.MaxFrameBytes);
            _requests = requests;
            return true;
        }

        return await TryReadMessageAsync(exchange, dialect, _reader, encoding).ConfigureAwait(false);
    }

    private bool TryUnderstand(Exchange exchange, CallerDialect dialect, out string? encoding)
    {
        encoding = dialect.EncodingOf(_context.Request);
        if (MessageEncoding.IsKnown(encoding))
        {
            return true;
        }

        // With what would be understood, as every dialect asks.
        _context.Response.Headers[dialect.Framing.AcceptHeader] = MessageEncoding.Accepted;
        exchange.SetFault(ExchangeStatus.Unimplemented, $"messages compressed with '{encoding}' are not read; {MessageEncoding.Accepted} are");
        return false;
    }

    /// <summary>Reads the one message of a call that is translated; false after a fault that is to be answered.</summary>
    private async ValueTask<bool> TryReadMessageAsync(Exchange exchange, CallerDialect dialect, PipeReader reader, string? encoding)
    {
        // Reading counts into the call's time: a caller that never ends its message would hold the stream for ever.
        using var patience = new CancellationTokenSource(TimeLeft(exchange), settings.Dispatcher.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _context.RequestAborted);
        var body = new UnaryBody();
        _body = body;
        CodecStatus read;
        try
        {
            read = await body.ReadAsync(reader, dialect.Framing, encoding, settings.Limits.MaxFrameBytes, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            exchange.SetFault(ExchangeStatus.DeadlineExceeded, "the message did not arrive in time");
            return false;
        }

        if (read.IsOk)
        {
            return true;
        }

        exchange.SetFault(BodyFaults.OfRequest(read), read);
        return false;
    }

    private TimeSpan TimeLeft(Exchange exchange)
    {
        var time = settings.Dispatcher.Time;
        var left = time.GetElapsedTime(time.GetTimestamp(), exchange.Deadline);
        return TimeSpan.FromMilliseconds(Math.Clamp(left.TotalMilliseconds, 1, int.MaxValue));
    }

    /// <summary>
    /// Waits for an answer to be written. A caller that grants no window for it would hold the call, and its answer in memory, for ever: once
    /// the time that it set itself is over, its stream is reset.
    /// </summary>
    private async ValueTask EndInTimeAsync(ValueTask writing, Exchange exchange)
    {
        if (writing.IsCompleted || exchange.CallerTimeoutMs == 0)
        {
            await writing.ConfigureAwait(false);
            return;
        }

        await using var timer = settings.Dispatcher.Time.CreateTimer(
            static context => ((HttpContext)context!).Abort(), _context, TimeLeft(exchange) + Grace, Timeout.InfiniteTimeSpan);
        await writing.ConfigureAwait(false);
    }

    private async ValueTask ExchangeAsync(Exchange exchange)
    {
        _exchange = exchange;
        settings.Dispatcher.Dispatch(exchange);
        _body?.Release();
        var replied = new ValueTask(this, _replied.Version);
        if (replied.IsCompleted)
        {
            replied.GetAwaiter().GetResult();
            return;
        }

        var watch = _context.RequestAborted.UnsafeRegister(static state => ((RpcCall)state!).OnCallerGone(), this);
        await replied.ConfigureAwait(false);

        // Waits for a cancellation that runs at this moment: it must not meet the exchange of another call.
        await watch.DisposeAsync().ConfigureAwait(false);
    }

    private void OnCallerGone()
    {
        if (_exchange is { } exchange)
        {
            settings.Dispatcher.Cancel(exchange);
        }
    }

    private async ValueTask FinishAsync(Exchange exchange)
    {
        _exchange = null;
        if (exchange.ReplyStream is { } replies)
        {
            // Gives up what is left of it; only then does nobody read the requests any more.
            await replies.DisposeAsync().ConfigureAwait(false);
        }

        _body?.Dispose();
        _body = null;
        _requests?.Dispose();
        _requests = null;
        if (_reader is { } reader && !ReferenceEquals(reader, _context.Request.BodyReader))
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }

        _reader = null;
        _dialect = null;
        settings.Dispatcher.Return(exchange);
    }
}
