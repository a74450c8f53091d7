using System.Buffers.Binary;

namespace BridgeMesh.Testing.Http2;

/// <summary>RFC 9113, section 6.</summary>
public enum Http2FrameType : byte
{
    Data = 0,
    Headers = 1,
    Priority = 2,
    RstStream = 3,
    Settings = 4,
    PushPromise = 5,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
}

/// <summary>RFC 9113, section 7.</summary>
public enum Http2ErrorCode : uint
{
    NoError = 0,
    ProtocolError = 1,
    InternalError = 2,
    FlowControlError = 3,
    StreamClosed = 5,
    FrameSizeError = 6,
    RefusedStream = 7,
    Cancel = 8,
    CompressionError = 9,
    EnhanceYourCalm = 11,
}

/// <summary>
/// One frame, as a peer may send it that follows no rule: nothing here is checked.
/// <code>
///  0            3      4       5             9
/// | length u24 | type | flags | stream u32  | payload
/// </code>
/// Source: RFC 9113, section 4.1.
/// </summary>
public sealed record Http2Frame(Http2FrameType Type, byte Flags, int Stream, byte[] Payload)
{
    public const int HeadBytes = 9;
    public const byte EndStream = 1;
    public const byte Ack = 1;
    public const byte EndHeaders = 4;
    public const byte Padded = 8;

    /// <summary>What goes into the head as length; null for the payload's own.</summary>
    public int? DeclaredLength { get; init; }

    public bool EndsStream => Type is Http2FrameType.Data or Http2FrameType.Headers && (Flags & EndStream) != 0;

    /// <summary>The error code of RST_STREAM and GOAWAY.</summary>
    public Http2ErrorCode ErrorCode =>
        (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(Type == Http2FrameType.GoAway ? 4 : 0));

    /// <summary>A whole head of a request or an answer in one frame.</summary>
    public static Http2Frame Headers(int stream, byte[] block, bool endStream = false) =>
        new(Http2FrameType.Headers, (byte)(EndHeaders | (endStream ? EndStream : 0)), stream, block);

    public static Http2Frame Continuation(int stream, byte[] block, bool endHeaders) =>
        new(Http2FrameType.Continuation, endHeaders ? EndHeaders : (byte)0, stream, block);

    public static Http2Frame Data(int stream, byte[] bytes, bool endStream) =>
        new(Http2FrameType.Data, endStream ? EndStream : (byte)0, stream, bytes);

    public static Http2Frame Reset(int stream, Http2ErrorCode code) => new(Http2FrameType.RstStream, 0, stream, Number((uint)code));

    public static Http2Frame GoAway(int lastStream, Http2ErrorCode code) =>
        new(Http2FrameType.GoAway, 0, 0, [.. Number((uint)lastStream), .. Number((uint)code)]);

    public static Http2Frame WindowUpdate(int stream, uint increment) => new(Http2FrameType.WindowUpdate, 0, stream, Number(increment));

    public static Http2Frame Ping() => new(Http2FrameType.Ping, 0, 0, new byte[8]);

    public static Http2Frame Settings(params (Http2Setting Setting, uint Value)[] values) =>
        new(Http2FrameType.Settings, 0, 0, [.. values.SelectMany(static v => (byte[])[0, (byte)v.Setting, .. Number(v.Value)])]);

    public byte[] ToBytes()
    {
        var bytes = new byte[HeadBytes + Payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, (DeclaredLength ?? Payload.Length) << 8);
        bytes[3] = (byte)Type;
        bytes[4] = Flags;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), Stream);
        Payload.CopyTo(bytes, HeadBytes);
        return bytes;
    }

    private static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }
}

/// <summary>RFC 9113, section 6.5.2.</summary>
public enum Http2Setting : byte
{
    HeaderTableSize = 1,
    EnablePush = 2,
    MaxConcurrentStreams = 3,
    InitialWindowSize = 4,
    MaxFrameSize = 5,
    MaxHeaderListSize = 6,
}
