using System.Buffers;
using System.Threading.Tasks.Sources;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>
/// One stream's call: the caller's side of an exchange. Kestrel reuses streams, and the object with them. On the forward lane the body is left
/// unread and belongs to the callee's channel until its sink is called.
/// </summary>
internal sealed class GrpcCall : ICallerSide, IValueTaskSource
{
    private readonly GrpcCallSettings _settings;
    private readonly DefaultHttpContext _context = new();
    private ManualResetValueTaskSourceCore<bool> _replied;
    private UnaryBody? _body;
    private Exchange? _exchange;

    internal GrpcCall(GrpcCallSettings settings)
    {
        _settings = settings;

        // A reply arrives on whatever thread the callee's side runs: it must get its thread back before the answer is written.
        _replied.RunContinuationsAsynchronously = true;
    }

    public string Protocol => GrpcPlugin.ProtocolName;

    internal HttpContext Context => _context;

    /// <summary>The request's message, unpacked; empty on the forward lane.</summary>
    internal ReadOnlySequence<byte> Message => _body?.Message ?? default;

    /// <summary>The callee's response went to the caller as it came, or began to: nothing is left to write.</summary>
    internal bool Forwarded { get; set; }

    /// <summary>An attempt of the forward lane has taken bytes of the body, which cannot be sent again.</summary>
    internal bool BodyStreamed { get; set; }

    internal void Begin(IFeatureCollection features) => _context.Initialize(features);

    internal void End()
    {
        _context.Uninitialize();
        Forwarded = false;
        BodyStreamed = false;
        _replied.Reset();
    }

    /// <summary>Runs one request to the end of its answer. Throws what Kestrel is to know of: faults of the connection, our bugs.</summary>
    internal async Task RunAsync()
    {
        if (!IsGrpc(_context.Request))
        {
            _context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        using var body = new UnaryBody();
        _body = body;
        var exchange = _settings.Dispatcher.Rent(this);
        try
        {
            if (TryFill(exchange) && await TryPrepareAsync(exchange, body).ConfigureAwait(false))
            {
                await ExchangeAsync(exchange).ConfigureAwait(false);
            }

            if (!Forwarded && !_context.RequestAborted.IsCancellationRequested)
            {
                await ReplyWriter.WriteAsync(_context.Response, exchange).ConfigureAwait(false);
            }
        }
        finally
        {
            _exchange = null;
            _body = null;
            _settings.Dispatcher.Return(exchange);
        }
    }

    public CodecStatus ReadRequest(Exchange exchange) => RequestReading.Read(this, exchange);

    public void OnReply(Exchange exchange) => _replied.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _replied.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _replied.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _replied.OnCompleted(continuation, state, token, flags);

    private static bool IsGrpc(HttpRequest request)
    {
        const string Grpc = "application/grpc";
        return HttpMethods.IsPost(request.Method)
            && request.ContentType is { } type
            && type.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase)
            && (type.Length == Grpc.Length || type[Grpc.Length] is '+' or ';');
    }

    /// <summary>Fills in what the head of the request says; false after a fault that is to be answered.</summary>
    private bool TryFill(Exchange exchange)
    {
        exchange.CallerItem = this;
        if (!CallTarget.TryRead(_context.Request, out var target))
        {
            exchange.SetFault(ExchangeStatus.Unimplemented, "the path is not /service/method");
            return false;
        }

        exchange.Service = target.Service;
        exchange.Method = target.Method;
        if (_context.Request.Headers.TryGetValue(HopList.Key, out var hops) && hops.Count > 0)
        {
            exchange.Hops = string.Join(',', (IEnumerable<string?>)hops);
        }

        if (_context.Request.Headers.TryGetValue("grpc-timeout", out var timeout))
        {
            if (!GrpcTimeout.TryParse(timeout[0], out var timeoutMs))
            {
                exchange.SetFault(ExchangeStatus.InvalidArgument, "grpc-timeout is not one to eight digits and one of H M S m u n");
                return false;
            }

            exchange.CallerTimeoutMs = timeoutMs;
        }

        return true;
    }

    /// <summary>Plans the call, and reads its message if it is to be opened; false after a fault that is to be answered.</summary>
    private async ValueTask<bool> TryPrepareAsync(Exchange exchange, UnaryBody body)
    {
        if (_settings.Dispatcher.Plan(exchange) == Lane.Forward || exchange.Status != ExchangeStatus.Ok)
        {
            // What the plan refused is answered upon dispatch, as every call is that goes nowhere.
            return true;
        }

        return RequestReading.TryBind(exchange) && await TryReadMessageAsync(exchange, body).ConfigureAwait(false);
    }

    /// <summary>Reads the one message of a call that is translated; false after a fault that is to be answered.</summary>
    private async ValueTask<bool> TryReadMessageAsync(Exchange exchange, UnaryBody body)
    {
        var encoding = _context.Request.Headers["grpc-encoding"].ToString();
        if (!MessageEncoding.IsKnown(encoding))
        {
            // As gRPC asks, with what would be understood.
            _context.Response.Headers["grpc-accept-encoding"] = MessageEncoding.Accepted;
            exchange.SetFault(ExchangeStatus.Unimplemented, $"messages compressed with '{encoding}' are not read; {MessageEncoding.Accepted} are");
            return false;
        }

        // Reading counts into the call's time: a caller that never ends its message would hold the stream for ever.
        using var patience = new CancellationTokenSource(TimeLeft(exchange), _settings.Dispatcher.Time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _context.RequestAborted);
        CodecStatus read;
        try
        {
            read = await body.ReadAsync(_context.Request.BodyReader, encoding, _settings.Limits.MaxFrameBytes, end.Token).ConfigureAwait(false);
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

        exchange.SetFault(
            read.Error switch
            {
                CodecError.OverBudget => ExchangeStatus.RequestTooLarge,
                CodecError.Unsupported => ExchangeStatus.Unimplemented,
                _ => ExchangeStatus.InvalidArgument,
            },
            read);
        return false;
    }

    private TimeSpan TimeLeft(Exchange exchange)
    {
        var time = _settings.Dispatcher.Time;
        var left = time.GetElapsedTime(time.GetTimestamp(), exchange.Deadline);
        return TimeSpan.FromMilliseconds(Math.Clamp(left.TotalMilliseconds, 1, int.MaxValue));
    }

    private async ValueTask ExchangeAsync(Exchange exchange)
    {
        _exchange = exchange;
        _settings.Dispatcher.Dispatch(exchange);
        _body?.Release();
        var replied = new ValueTask(this, _replied.Version);
        if (replied.IsCompleted)
        {
            replied.GetAwaiter().GetResult();
            return;
        }

        var watch = _context.RequestAborted.UnsafeRegister(static state => ((GrpcCall)state!).OnCallerGone(), this);
        await replied.ConfigureAwait(false);

        // Waits for a cancellation that runs at this moment: it must not meet the exchange of another call.
        await watch.DisposeAsync().ConfigureAwait(false);
    }

    private void OnCallerGone()
    {
        if (_exchange is { } exchange)
        {
            _settings.Dispatcher.Cancel(exchange);
        }
    }
}
