using System.Buffers.Binary;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Framing;

/// <summary>
/// A frame being written: the fixed part goes out first with empty lengths, class name, header map and content follow, and
/// <see cref="Finish"/> goes back for the lengths and adds the checksum.
/// </summary>
internal struct FrameStart
{
    private readonly FrameWriter _output;
    private readonly bool _checksum;
    private int _lengthsAt;
    private int _classAt;
    private int _headerAt;
    private int _contentAt;

    private FrameStart(FrameWriter output, bool checksum)
    {
        _output = output;
        _checksum = checksum;
        Position = output.Length;
    }

    /// <summary>Where the frame begins in the writer; truncating to it drops the frame.</summary>
    internal int Position { get; }

    /// <summary>Begins a request.</summary>
    /// <param name="timeoutMs">Milliseconds; -1 for a call that nobody waits for.</param>
    internal static FrameStart Request(FrameWriter output, BoltEnvelope envelope, byte codec, uint id, bool oneWay, int timeoutMs)
    {
        var start = new FrameStart(output, envelope.Checksum);
        start.WriteHead(envelope, oneWay ? BoltFrame.TypeOneWay : BoltFrame.TypeRequest, BoltFrame.CommandRequest, id, codec);
        output.WriteInt32(timeoutMs);
        start.ReserveLengths();
        return start;
    }

    /// <summary>Begins the answer to a request.</summary>
    internal static FrameStart Reply(FrameWriter output, in FrameHeader request, BoltEnvelope envelope, byte codec, int status)
    {
        var start = new FrameStart(output, envelope.Checksum);
        var command = request.Kind is FrameKind.Heartbeat ? BoltFrame.CommandHeartbeat : BoltFrame.CommandResponse;
        start.WriteHead(envelope, BoltFrame.TypeResponse, command, (uint)request.CorrelationId, codec);
        output.WriteUInt16((ushort)status);
        start.ReserveLengths();
        return start;
    }

    /// <summary>Begins a heartbeat in the v1 envelope, which a peer of v2 understands as well: each frame says which it is in.</summary>
    internal static FrameStart Heartbeat(FrameWriter output, uint id)
    {
        var start = new FrameStart(output, checksum: false);
        start.WriteHead(BoltEnvelope.V1, BoltFrame.TypeRequest, BoltFrame.CommandHeartbeat, id, BoltFrame.CodecHessian);
        output.WriteInt32(-1);
        start.ReserveLengths();
        return start;
    }

    internal void BeginHeader() => _headerAt = _output.Length;

    internal void BeginContent() => _contentAt = _output.Length;

    /// <summary>Length of the header map written so far.</summary>
    internal readonly int HeaderLength => _output.Length - _headerAt;

    /// <summary>Completes the frame. Header map and class name must be within <see cref="BoltFrame.MaxShortLength"/>.</summary>
    internal readonly void Finish()
    {
        var end = _output.Length;
        var contentAt = _contentAt == 0 ? end : _contentAt;
        var headerAt = _headerAt == 0 ? contentAt : _headerAt;
        _output.PatchUInt16(_lengthsAt, (ushort)(headerAt - _classAt));
        _output.PatchUInt16(_lengthsAt + 2, (ushort)(contentAt - headerAt));
        _output.PatchInt32(_lengthsAt + 4, end - contentAt);
        if (_checksum)
        {
            _output.WriteInt32((int)Crc32.Of(_output.From(Position)));
        }
    }

    private readonly void WriteHead(BoltEnvelope envelope, byte type, int command, uint id, byte codec)
    {
        Span<byte> head = stackalloc byte[12];
        var at = 0;
        head[at++] = envelope.IsV2 ? BoltFrame.ProtocolV2 : BoltFrame.ProtocolV1;
        if (envelope.IsV2)
        {
            head[at++] = envelope.Version1;
        }

        head[at++] = type;
        BinaryPrimitives.WriteUInt16BigEndian(head[at..], (ushort)command);
        head[at + 2] = BoltFrame.CommandVersion;
        BinaryPrimitives.WriteUInt32BigEndian(head[(at + 3)..], id);
        head[at + 7] = codec;
        at += 8;
        if (envelope.IsV2)
        {
            head[at++] = (byte)(envelope.Checksum ? 1 : 0);
        }

        _output.Write(head[..at]);
    }

    private void ReserveLengths()
    {
        _lengthsAt = _output.Length;
        _output.WriteInt64(0);
        _classAt = _output.Length;
    }
}
