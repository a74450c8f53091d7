using System.Buffers;
using System.Threading.Tasks.Sources;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>
/// One call of a connection's or an HTTP/2 stream's: the caller's side of an exchange. Kestrel keeps the object for the next one. It owns the
/// request's body, as Kestrel's own buffers, from the end of <see cref="ReadBodyAsync"/> until Dispatch has returned; on the forward lane the
/// body is left unread and belongs to the callee's channel until its sink is called.
/// </summary>
internal sealed class HttpCall : ICallerSide, IValueTaskSource, IWebCall<HttpCallSettings>
{
    private readonly HttpCallSettings _settings;
    private readonly DefaultHttpContext _context = new();
    private readonly PathCaptures _captures = new();
    private ManualResetValueTaskSourceCore<bool> _replied;
    private CallTarget _target;
    private Exchange? _exchange;
    private ReadOnlySequence<byte> _body;
    private bool _holdsBody;
    private bool _isBodyRead;

    // The body after its coding and charset were undone; null where it is read as it came.
    private FrameWriter? _decoded;

    // Of HTTP/1.1 the connection's own token: the request's would be a new object for each call, and one request runs at a time.
    private CancellationToken _closed;
    private bool _isHttp2;

    internal HttpCall(HttpCallSettings settings)
    {
        _settings = settings;

        // A reply arrives on whatever thread the callee's side runs: it must get its thread back before JSON is written.
        _replied.RunContinuationsAsynchronously = true;
    }

    public string Protocol => HttpPlugin.ProtocolName;

    public StreamSupport Streams => StreamSupport.Server;

    /// <summary>Cancelled once the caller has gone.</summary>
    internal CancellationToken Closed => _closed;

    public HttpCallSettings Settings => _settings;

    internal HttpContext Context => _context;

    /// <summary>The native binding by which the request came; null on a canonical path.</summary>
    internal HttpRoute? Route => _target.Route;

    internal ServiceContract? Contract => _target.Contract;

    /// <summary>A callee that speaks HTTP may have the request as it came: its service is known to take this path, or to be the only one meant.</summary>
    internal bool MayPass => _target.Route is not null || _target.IsOpen;

    internal PathCaptures Captures => _captures;

    /// <summary>Path and query as on the wire.</summary>
    internal string RawTarget { get; private set; } = "/";

    internal ReadOnlySequence<byte> Body => _body;

    /// <summary>RFC 7240 section 4.1: the caller waits for no result.</summary>
    internal bool PrefersNoAnswer =>
        _context.Request.Headers["Prefer"] is { Count: > 0 } preferences
        && preferences.ToString().Split(',', StringSplitOptions.TrimEntries).Contains("respond-async", StringComparer.OrdinalIgnoreCase);

    /// <summary>Answers say that the connection closes; HTTP/2 has GOAWAY for that.</summary>
    internal bool MustSayClose => _settings.Drain.IsOn && !_isHttp2;

    internal bool HasBootErrors => _settings.HasBootErrors;

    internal DateTimeOffset Now => _settings.Dispatcher.Time.GetUtcNow();

    internal CredentialPolicy Credentials => _settings.Credentials;

    /// <summary>The caller's credentials, for an HTTP callee; null where it sent none or the listener's policy keeps them.</summary>
    internal string? Authorization { get; set; }

    internal string? Cookie { get; set; }

    /// <summary>The callee's response went to the caller as it came, or began to: nothing is left to write.</summary>
    internal bool Forwarded { get; set; }

    /// <summary>An attempt of the forward lane has taken bytes of the body, which cannot be sent again.</summary>
    internal bool BodyStreamed { get; set; }

    public void Begin(IFeatureCollection features)
    {
        _context.Initialize(features);
        _isHttp2 = features.Get<IHttp2StreamIdFeature>() is not null;
        _closed = _isHttp2 ? _context.RequestAborted : features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed ?? CancellationToken.None;
    }

    public void End()
    {
        _context.Uninitialize();
        _decoded?.Dispose();
        _decoded = null;
        _target = default;
        _body = default;
        _holdsBody = false;
        _isBodyRead = false;
        Forwarded = false;
        BodyStreamed = false;
        Authorization = null;
        Cookie = null;
        _replied.Reset();
    }

    /// <summary>Runs one request to the end of its answer. Throws what Kestrel is to know of: faults of the connection, our bugs.</summary>
    public async Task RunAsync()
    {
        var features = _context.Features;
        RawTarget = features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (MustSayClose)
        {
            _context.Response.Headers.Connection = "close";
        }

        if (RequestHead.HasTwoLengths(_context.Request.Headers))
        {
            // Whatever stands behind this request may be half of another's: nothing more is read from this connection.
            _context.Response.Headers.Connection = "close";
            await ReplyWriter.RefuseAsync(this, Refusal.TwoLengths).ConfigureAwait(false);
            return;
        }

        if (_settings.Cors?.TryAnswer(_context) == true)
        {
            return;
        }

        var refusal = Resolve();
        if (refusal is not null || !RequestHead.TryReadTimeout(_context.Request.Headers, out var timeoutMs, out refusal))
        {
            await ReplyWriter.RefuseAsync(this, refusal!).ConfigureAwait(false); // one of the two set it
            return;
        }

        var exchange = _settings.Dispatcher.Rent(this);
        try
        {
            exchange.Caller = this;
            exchange.CallerItem = this;
            exchange.Service = _target.Service;
            exchange.Method = _target.Method;
            exchange.Contract = _target.Contract;
            exchange.Shape = _target.Route?.Shape;
            exchange.Signature = _target.Route?.Shape.Signature;
            exchange.CallerTimeoutMs = timeoutMs;
            exchange.IsSafe = RequestHead.IsSafe(_context.Request);
            exchange.Hops = RequestHead.HopsOf(_context.Request.Headers);
            exchange.Tag = _context.Request.Headers[CallTag.Key];
            exchange.TagIsForced = exchange.Tag is not null && RequestHead.ForcesTag(_context.Request.Headers);
            if (_settings.Dispatcher.Plan(exchange) == Lane.Forward)
            {
                AllowLongBody();
            }
            else if (_target.IsOpen && exchange.Instance is null)
            {
                // Nobody is there to take the request, in whatever protocol: the dispatcher says why, and the body stays where it is.
            }
            else if (_target.Otherwise is { } otherwise)
            {
                await ReplyWriter.RefuseAsync(this, otherwise).ConfigureAwait(false);
                return;
            }
            else if (_target.Options is { } verbs)
            {
                // A callee of another protocol has no OPTIONS; what the contract binds is what the path takes.
                _context.Response.Headers.Allow = verbs;
                _context.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }
            else
            {
                refusal = RequestHead.CheckUpgrade(_context.Request.Headers) ?? CheckMethod(exchange) ?? RequestArguments.CheckMediaType(this)
                    ?? await ReadBodyAsync().ConfigureAwait(false) ?? DecodeBody();
                if (refusal is not null)
                {
                    await ReplyWriter.RefuseAsync(this, refusal).ConfigureAwait(false);
                    return;
                }

                _isBodyRead = true;
            }

            await ExchangeAsync(exchange).ConfigureAwait(false);
            if (!Forwarded && !_closed.IsCancellationRequested)
            {
                await ReplyWriter.WriteAsync(this, exchange).ConfigureAwait(false);
            }
        }
        finally
        {
            _exchange = null;
            if (exchange.ReplyStream is { } replies)
            {
                // Gives up what is left of it.
                await replies.DisposeAsync().ConfigureAwait(false);
            }

            _settings.Dispatcher.Return(exchange);
        }
    }

    public CodecStatus ReadRequest(Exchange exchange)
    {
        if (_target.IsOpen && !_isBodyRead)
        {
            // An instance came just now, after the request had been planned without any.
            exchange.SetFault(ExchangeStatus.Unavailable, "no instance was registered when the request came");
            exchange.AnsweredLocally = true;
            return CodecStatus.Ok;
        }

        RequestArguments.ReadMetadata(this, exchange.RequestMetadata);
        var status = RequestArguments.Read(this, exchange);
        exchange.OneWay = exchange.Shape?.OneWay == true || PrefersNoAnswer;
        return status;
    }

    public void OnReply(Exchange exchange) => _replied.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _replied.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _replied.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _replied.OnCompleted(continuation, state, token, flags);

    private Refusal? Resolve()
    {
        var request = _context.Request;
        var bindings = _settings.BindingsOf(RawTarget, request.Headers.Host);
        return bindings.Pinned is null
            ? TargetResolver.Resolve(bindings.Table, request.Method, RawTarget, request.Headers, _captures, out _target)
            : PinnedTarget.Resolve(bindings, request.Method, RawTarget, request.Headers, _captures, out _target);
    }

    private async ValueTask ExchangeAsync(Exchange exchange)
    {
        _exchange = exchange;
        _settings.Dispatcher.Dispatch(exchange);
        ReleaseBody();
        var replied = new ValueTask(this, _replied.Version);
        if (replied.IsCompleted)
        {
            replied.GetAwaiter().GetResult();
            return;
        }

        var watch = _closed.UnsafeRegister(static state => ((HttpCall)state!).OnCallerGone(), this);
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

    /// <summary>
    /// Reads the whole body without copying it: the pipe is examined to its end and consumed only once the arguments are on the tape.
    /// Bounded by the listener's longest frame.
    /// </summary>
    private async ValueTask<Refusal?> ReadBodyAsync()
    {
        if (_context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
        {
            return null;
        }

        var maxBytes = _settings.Limits.MaxFrameBytes;
        if (_context.Request.ContentLength > maxBytes)
        {
            return Refusal.TooLarge(maxBytes);
        }

        var reader = _context.Request.BodyReader;
        while (true)
        {
            try
            {
                var read = await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                if (read.Buffer.Length > maxBytes)
                {
                    reader.AdvanceTo(read.Buffer.End);
                    return Refusal.TooLarge(maxBytes);
                }

                if (read.IsCompleted)
                {
                    _body = read.Buffer;
                    _holdsBody = true;
                    return null;
                }

                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
            catch (BadHttpRequestException broken) when (broken.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                return Refusal.TooLarge(maxBytes);
            }
            catch (BadHttpRequestException broken)
            {
                return Refusal.BrokenBody with { Http = broken.StatusCode };
            }
            catch (IOException)
            {
                // How Kestrel tells a chunk's size that no number holds. A caller that has gone reads no answer either.
                return Refusal.BrokenBody;
            }
        }
    }

    // The listener's bound is for bodies that are read whole; a streamed one has a bound of its own.
    private void AllowLongBody()
    {
        if (_context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bound)
        {
            bound.MaxRequestBodySize = _settings.MaxForwardedBytes;
        }
    }

    /// <summary>Undoes Content-Encoding and charset; most bodies have neither and stay where they are.</summary>
    private Refusal? DecodeBody()
    {
        var coding = ContentCoding.Of(_context.Request.Headers.ContentEncoding);
        var charset = MediaTypes.KindOf(_context.Request.ContentType) is MediaKind.Json or MediaKind.Text
            ? Charset.Of(_context.Request.ContentType)
            : CharsetKind.Utf8;
        if (_body.IsEmpty || (coding == Coding.Identity && charset == CharsetKind.Utf8))
        {
            return null;
        }

        var status = coding == Coding.Identity
            ? CodecStatus.Ok
            : Replace(output => ContentCoding.Decode(coding, _body, _settings.Limits.MaxFrameBytes, output));
        if (status.IsOk && charset != CharsetKind.Utf8)
        {
            status = Replace(output => Charset.ToUtf8(charset, _body.ToArray(), output));
        }

        return status.IsOk ? null : Refusal.Of(
            status.Error == CodecError.OverBudget ? ExchangeStatus.RequestTooLarge : ExchangeStatus.InvalidArgument, status.ToString());
    }

    private CodecStatus Replace(Func<FrameWriter, CodecStatus> decode)
    {
        var decoded = new FrameWriter();
        var status = decode(decoded);
        ReleaseBody();
        _decoded = decoded;
        _body = new ReadOnlySequence<byte>(decoded.WrittenMemory);
        return status;
    }

    /// <summary>Whether the method can be called over HTTP, and the caller takes what it gives.</summary>
    private Refusal? CheckMethod(Exchange exchange)
    {
        // On a canonical path the arguments choose among overloads; a method that streams has none as a rule.
        var method = _target.Route?.Shape ?? exchange.Contract?.Overloads(exchange.Method).FirstOrDefault(static m => m.ServerStreaming || m.ClientStreaming);
        return method is { ClientStreaming: true } ? Refusal.StreamOfRequests(StreamRules.WhyNot(method, Protocol, Streams))
            : ReplyMedia.Accepts(_context.Request.Headers.Accept, method) ? null
            : Refusal.NotAcceptable(ReplyMedia.Offered(method));
    }

    private void ReleaseBody()
    {
        _decoded?.Dispose();
        _decoded = null;
        if (_holdsBody)
        {
            _holdsBody = false;
            var end = _body.End;
            _body = default;
            _context.Request.BodyReader.Release(end);
        }
    }
}
