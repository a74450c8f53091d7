using BridgeMesh.Values;

namespace BridgeMesh.Wire;

/// <summary>What a frame is for, in no protocol's own words.</summary>
public enum FrameKind : byte
{
    Request,
    Reply,

    /// <summary>A sign of life that wants an answer.</summary>
    Heartbeat,
    HeartbeatReply,

    /// <summary>The peer will stop: no new calls on this connection.</summary>
    GoAway,

    /// <summary>A control frame that needs nothing done.</summary>
    Ignored,
}

/// <summary>Places inside a frame that the codec's scan already knows, as offsets and lengths in bytes; what each means is the codec's own.</summary>
public readonly record struct FrameLayout(int A, int B, int C, int D);

/// <summary>The fixed part of a frame, cheap to copy. What flags and layout mean is the codec's own.</summary>
public readonly record struct FrameHeader
{
    public FrameKind Kind { get; init; }

    /// <summary>Nobody waits for an answer.</summary>
    public bool OneWay { get; init; }

    /// <summary>Serialization id in the protocol's own numbers.</summary>
    public byte Serializer { get; init; }

    public ushort Flags { get; init; }

    /// <summary>Status in the protocol's own numbers; replies only.</summary>
    public int Status { get; init; }

    /// <summary>
    /// Time the caller waits, in ms; 0 when the frame does not say. Where it stands behind the fixed part, the scan leaves it at 0 and
    /// OpenRequest may fill it in, for copies that must tell the callee of less.
    /// </summary>
    public int TimeoutMs { get; init; }

    /// <summary>Bytes of the whole frame.</summary>
    public int Length { get; init; }

    public ulong CorrelationId { get; init; }

    public FrameLayout Layout { get; init; }
}

/// <summary>What a scan of the bytes at hand found.</summary>
/// <param name="NeedBytes">More bytes wanted before it pays to look again; 0 when the scan ended.</param>
/// <param name="Fault">Why the connection cannot go on; Ok otherwise. The bytes are not this protocol: nothing behind them can be trusted.</param>
public readonly record struct FrameScan(long NeedBytes, CodecStatus Fault)
{
    public static FrameScan Whole => default;

    public bool IsWhole => NeedBytes == 0 && Fault.IsOk;

    public static FrameScan Need(long bytes) => new(bytes, default);

    public static FrameScan Broken(CodecStatus fault) => new(0, fault);
}

/// <summary>Bounds on what a peer may send.</summary>
/// <param name="MaxFrameBytes">Longest frame. Dubbo's own payload limit is 8 MiB (8,388,608).</param>
/// <param name="MaxMetadataBytes">Longest header map or attachments.</param>
/// <param name="MaxInFlight">Calls of one connection not yet answered.</param>
public sealed record FrameLimits(int MaxFrameBytes, int MaxMetadataBytes, int MaxInFlight)
{
    public static readonly FrameLimits Default = new(MaxFrameBytes: 16 << 20, MaxMetadataBytes: 64 << 10, MaxInFlight: 4_096);
}

/// <summary>What changes in a frame that is otherwise copied.</summary>
/// <param name="CorrelationId">The id on the connection it goes to.</param>
/// <param name="TimeoutMs">Time left, to be written where the fixed part has a place; 0 leaves it alone.</param>
/// <param name="Splice">Null on the forward lane.</param>
/// <param name="Hops">
/// The <see cref="Exchanges.HopList"/> that a request takes along instead of its own; null leaves it. A codec that has no cheap place for it
/// leaves it out.
/// </param>
public readonly record struct FramePatch(ulong CorrelationId, int TimeoutMs, SplicePatch? Splice, string? Hops = null);

/// <summary>Changes to the metadata of a copied request.</summary>
public sealed class SplicePatch
{
    /// <summary>The service's new name; null leaves it.</summary>
    public Exchanges.ServiceKey? Service { get; set; }

    /// <summary>Pairs to set, in the protocol's own keys where reserved, else as metadata.</summary>
    public Exchanges.Metadata Set { get; } = new();
}
