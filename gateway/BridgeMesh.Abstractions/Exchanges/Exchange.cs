using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Exchanges;

/// <summary>How bodies cross.</summary>
public enum Lane : byte
{
    /// <summary>Same protocol and serialization on both sides: bytes are copied, ids patched.</summary>
    Forward,

    /// <summary>The same, but metadata changes; arguments are copied untouched.</summary>
    Splice,

    /// <summary>Bodies are re-encoded through the value tape.</summary>
    Translate,
}

/// <summary>
/// One call on its way through the gateway. Pooled: whoever rented it from the dispatcher returns it after its answer was written. Owned by
/// one thread at a time: first the caller side, then the pipeline from <see cref="IExchangeDispatcher.Dispatch"/> on, then the callee's
/// channel, and the caller side again from <see cref="ICallerSide.OnReply"/> on.
/// </summary>
public sealed class Exchange
{
    public Exchange()
    {
    }

    // ---- request: set by the caller side before Dispatch ---------------------------------------------------------------------------

    public ICallerSide? Caller { get; set; }

    /// <summary>Service as the caller named it.</summary>
    public ServiceKey Service { get; set; }

    /// <summary>
    /// The version is what the caller's protocol fills in when nobody named one, as SOFARPC does with 1.0. A service of exactly that version is
    /// preferred; without one, any version will do.
    /// </summary>
    public bool VersionIsDefault { get; set; }

    public string Method { get; set; } = string.Empty;

    /// <summary>Java parameter types that the caller named; null until read, or when its protocol names none.</summary>
    public JavaSignature? Signature { get; set; }

    public bool OneWay { get; set; }

    /// <summary>
    /// Time left when the request arrived, as the caller said it, in ms; 0 when it said none. The pipeline turns it into <see cref="Deadline"/>.
    /// </summary>
    public int CallerTimeoutMs { get; set; }

    /// <summary>
    /// The request's <see cref="HopList"/>, read without opening the body; null when it has none or the protocol cannot tell. On the
    /// translate lane the pipeline looks into the metadata as well.
    /// </summary>
    public string? Hops { get; set; }

    /// <summary>The request's <see cref="CallTag"/>, read without opening the body; null when it has none or the protocol cannot tell.</summary>
    public string? Tag { get; set; }

    /// <summary>Whether only instances with exactly that tag will do.</summary>
    public bool TagIsForced { get; set; }

    /// <summary>Header of the request frame; default for protocols without frames.</summary>
    public FrameHeader CallerHeader { get; set; }

    /// <summary>The whole request frame. Valid until Dispatch returns, unless the pipeline detached it; empty for protocols without frames.</summary>
    public ReadOnlySequence<byte> RequestFrame { get; set; }

    /// <summary>What the caller's codec must remember to answer: its own flags.</summary>
    public int CallerFlags { get; set; }

    /// <summary>What the caller's codec must remember to answer: an object, such as an HTTP context. Cleared on return.</summary>
    public object? CallerItem { get; set; }

    /// <summary>
    /// ReadRequest has filled status and reply by itself, as it does for Dubbo's $echo: the pipeline hands that reply back and asks no
    /// callee. Never set on the forward and splice lanes, where ReadRequest does not run and the callee answers such a call itself.
    /// </summary>
    public bool AnsweredLocally { get; set; }

    // ---- decisions: set by the pipeline --------------------------------------------------------------------------------------------

    /// <summary>Contract of the service; null when it has none and bodies describe themselves.</summary>
    public ServiceContract? Contract { get; set; }

    /// <summary>
    /// The method's shape: set by the caller side where its binding selects the method (HTTP), else by the reader of the request, once it
    /// knows the signature. Null without a contract.
    /// </summary>
    public MethodShape? Shape { get; set; }

    /// <summary>Service as the callee knows it: the route may give it another name, version, group or uniqueId.</summary>
    public ServiceKey CalleeService { get; set; }

    /// <summary>Settings of the chosen instance that a codec may need, such as serialization or path.</summary>
    public Registries.ServiceInstance? Instance { get; set; }

    public Lane Lane { get; set; }

    /// <summary>
    /// The hop list that a request which is not translated takes along, in place of the one it has; null leaves it as it is. A translated one has
    /// it among its metadata.
    /// </summary>
    public string? CalleeHops { get; set; }

    /// <summary>Point in <see cref="TimeProvider.GetTimestamp"/> units after which nobody waits; long.MaxValue when there is none.</summary>
    public long Deadline { get; set; } = long.MaxValue;

    /// <summary>Milliseconds left when the request was handed to the channel; 1 or more. This is what goes to the callee.</summary>
    public int RemainingMs { get; set; }

    // ---- request and reply in neutral form -----------------------------------------------------------------------------------------

    public Metadata RequestMetadata { get; } = new();

    /// <summary>Arguments, one root each.</summary>
    public ValueTape Request { get; } = new();

    /// <summary>
    /// The requests of a method that takes any number, set by the caller side while it reads the request; null otherwise. The callee's channel
    /// alone reads it, until the reply stream is disposed or, without one, until its sink was called.
    /// </summary>
    public IMessageStream? RequestStream { get; set; }

    /// <summary>
    /// The replies of a method that gives any number, set by the channel together with status Ok; null where the call failed before the first.
    /// The caller side reads it and disposes it, which gives up what is left of the call, before it returns the exchange. Status and
    /// reply metadata are final once the stream has ended.
    /// </summary>
    public IMessageStream? ReplyStream { get; set; }

    public ExchangeStatus Status { get; set; }

    /// <summary>Text for people where the status is not Ok; never holds addresses or stack traces of the gateway's.</summary>
    public string? Message { get; set; }

    /// <summary>
    /// The value that the fault is about, such as <c>args[0].items[3].price</c> or, from a callee, in the callee's own words; null where it is
    /// about none. The message names it too.
    /// </summary>
    public string? FaultPath { get; set; }

    /// <summary>Class of the exception where the callee named one.</summary>
    public TypeName? ExceptionType { get; set; }

    /// <summary>The callee may have executed the call although the status is not Ok: a caller's client must not be told to try again.</summary>
    public bool MayHaveExecuted { get; set; }

    /// <summary>Set by the callee's channel together with a fault.</summary>
    public ConnectionOutcome Connection { get; set; }

    /// <summary>
    /// Set by the callee's channel together with a fault on the forward lane of a protocol without frames: nothing of the caller's body was
    /// taken, so that the request may go to another instance of the same protocol.
    /// </summary>
    public bool IsWhole { get; set; }

    /// <summary>
    /// The caller's own protocol says that the request asks for no change (HTTP's GET, HEAD and OPTIONS, RFC 9110 section 9.2.1): a callee of the
    /// same protocol may be asked twice.
    /// </summary>
    public bool IsSafe { get; set; }

    /// <summary>
    /// The retry rule of every protocol: the answer must take a form upon which no caller's client calls again by itself, as the call may have
    /// been executed and its contract does not call it idempotent.
    /// </summary>
    public bool MustNotBeRetried => MayHaveExecuted && Shape?.Idempotent != true;

    public Metadata ReplyMetadata { get; } = new();

    /// <summary>One root: the result, or the exception object where the status is an exception and the callee sent one. Empty for a void result.</summary>
    public ValueTape Reply { get; } = new();

    /// <summary>Header and bytes of the reply frame on the forward and splice lanes; valid until OnReply returns.</summary>
    public FrameHeader ReplyHeader { get; set; }

    public ReadOnlySequence<byte> ReplyFrame { get; set; }

    // ---- for the pipeline's and the channels' own use ------------------------------------------------------------------------------

    /// <summary>What the pipeline remembers about its calls; stays with the exchange when it is pooled. Codecs leave it alone.</summary>
    public object? PipelineItem { get; set; }

    /// <summary>What the callee's channel remembers about the attempt. Cleared on return.</summary>
    public object? CalleeItem { get; set; }

    /// <summary>Ends the exchange without a reply from the callee. Drops whatever was read of one.</summary>
    public void SetFault(ExchangeStatus status, string message, bool mayHaveExecuted = false)
    {
        Reply.Reset();
        ReplyMetadata.Clear();
        ReplyHeader = default;
        ReplyFrame = default;
        ExceptionType = null;
        Status = status;
        Message = message;
        FaultPath = null;
        MayHaveExecuted = mayHaveExecuted;
        Connection = ConnectionOutcome.Kept;
        IsWhole = false;
    }

    /// <summary>As above for what a codec said.</summary>
    public void SetFault(ExchangeStatus status, in CodecStatus fault, bool mayHaveExecuted = false)
    {
        SetFault(status, fault.ToString(), mayHaveExecuted);
        FaultPath = fault.Path;
    }

    /// <summary>Makes the exchange fit for another call. Only the pool calls it.</summary>
    public void Reset()
    {
        Caller = null;
        Service = default;
        VersionIsDefault = false;
        Method = string.Empty;
        Signature = null;
        OneWay = false;
        CallerTimeoutMs = 0;
        Hops = null;
        Tag = null;
        TagIsForced = false;
        CallerHeader = default;
        RequestFrame = default;
        CallerFlags = 0;
        CallerItem = null;
        AnsweredLocally = false;
        Contract = null;
        Shape = null;
        CalleeService = default;
        Instance = null;
        Lane = Lane.Forward;
        CalleeHops = null;
        Deadline = long.MaxValue;
        RemainingMs = 0;
        RequestMetadata.Clear();
        Request.Reset();
        RequestStream = null;
        ReplyStream = null;
        Status = ExchangeStatus.Ok;
        Message = null;
        FaultPath = null;
        ExceptionType = null;
        MayHaveExecuted = false;
        Connection = ConnectionOutcome.Kept;
        IsWhole = false;
        IsSafe = false;
        ReplyMetadata.Clear();
        Reply.Reset();
        ReplyHeader = default;
        ReplyFrame = default;
        CalleeItem = null;
    }
}
