using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Fuzz.Frames;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// The bytes of a connection, as the gateway would take them: scanned, and each frame opened, read, answered, copied, spliced and written
/// anew. What is copied or written must scan again and say the same.
/// </summary>
/// <param name="request">A request whose caller is waiting when a reply comes.</param>
/// <param name="contract">In force for a part of the inputs; null where none is at hand.</param>
/// <param name="form">Which form of calls the maker makes, which cannot be read without the contract: it is always in force; null for all.</param>
internal sealed class FrameTarget(
    IFrameCodec codec, IFrameMaker maker, byte[] request, ServiceContract? contract, int weight, string? form = null) : FuzzTarget
{
    private const int MaxFrames = 8;
    private const ulong NewId = 0xA1B2_C3D4_E5F6_0718;

    /// <summary>Names that a trace has in neutral metadata, at most.</summary>
    private const int TraceNames = 8;

    private readonly SegmentChain _chain = new();
    private readonly SegmentChain _pieces = new();
    private readonly Exchange _exchange = new();
    private readonly Exchange _other = new();
    private readonly FrameWriter _output = new();
    private readonly SplicePatch _splice = NewSplice();
    private bool _accepted;

    internal override string Name => form is null ? codec.Protocol : $"{codec.Protocol}-{form}";

    internal override int Weight => weight;

    private ulong PatchedId => codec.CorrelationBits == 64 ? NewId : NewId & ((1UL << codec.CorrelationBits) - 1);

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        maker.Make(random, into);
        while (random.Chance(4))
        {
            maker.Make(random, into);
        }

        if (random.Chance(6))
        {
            ByteMutations.Some(into, random);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        var hash = HashOf(input.Span);
        var stream = _chain.Of(input, hash);
        var verdict = Verdict.Refused;
        for (var i = 0; i < MaxFrames && !stream.IsEmpty; i++)
        {
            if (!TryScan(stream, out var header))
            {
                return verdict;
            }

            var frame = stream.Slice(0, header.Length);
            _accepted = false;
            Take(header, frame, hash);
            verdict = _accepted && verdict != Verdict.Framed ? Verdict.Accepted : Verdict.Framed;
            stream = stream.Slice(header.Length);
        }

        return verdict;
    }

    public override void Dispose()
    {
        foreach (var exchange in (Exchange[])[_exchange, _other])
        {
            exchange.Request.Dispose();
            exchange.Reply.Dispose();
        }

        _output.Dispose();
        base.Dispose();
    }

    private bool TryScan(in ReadOnlySequence<byte> stream, out FrameHeader header)
    {
        var scan = codec.Scan(stream, FrameLimits.Default, out header);
        if (scan.NeedBytes < 0 || scan.NeedBytes > FrameLimits.Default.MaxFrameBytes || (scan.NeedBytes > 0 && !scan.Fault.IsOk))
        {
            Break("scan asks for nonsense", $"{scan.NeedBytes} bytes, {scan.Fault}");
        }

        if (!scan.IsWhole)
        {
            return false;
        }

        if (header.Length < 1 || header.Length > stream.Length || header.Length > FrameLimits.Default.MaxFrameBytes)
        {
            Break("scan finds a frame that is not there", $"{header.Length} of {stream.Length} bytes");
        }

        if (codec.Scan(stream.Slice(0, header.Length), FrameLimits.Default, out var alone) is { IsWhole: false } || alone != header)
        {
            Break("what follows a frame matters", $"{header} alone is {alone}");
        }

        if (codec.Scan(stream.Slice(0, header.Length - 1), FrameLimits.Default, out _) is { NeedBytes: 0 } cut)
        {
            Break("a frame without its last byte is whole", cut.Fault.ToString());
        }

        return true;
    }

    private void Take(in FrameHeader header, in ReadOnlySequence<byte> frame, uint hash)
    {
        _exchange.Reset();
        switch (header.Kind)
        {
            case FrameKind.Request:
                TakeRequest(header, frame, hash);
                Forward(header, frame);
                break;
            case FrameKind.Reply:
                TakeReply(header, frame);
                Forward(header, frame);
                break;
            default:
                _output.Clear();
                codec.WriteControlReply(header, frame, _output);
                if (_output.Length > 0)
                {
                    Rescan("control answer", FrameKind.HeartbeatReply, header.CorrelationId);
                }

                _accepted = true;
                break;
        }
    }

    private void TakeRequest(in FrameHeader header, in ReadOnlySequence<byte> frame, uint hash)
    {
        var inForce = form is not null || (hash & 0x300) == 0 ? contract : null;
        var opened = Open(_exchange, header, frame);
        var status = opened;
        if (opened.IsOk)
        {
            _exchange.CalleeService = _exchange.Service;
            _exchange.Contract = inForce;
            codec.CanForward(_exchange);
            status = codec.ReadRequest(_exchange);
        }

        _accepted = status.IsOk;
        CheckFault(status, _exchange.Request);
        if (opened.IsOk)
        {
            Splice(frame, status, inForce);
        }

        if (status.IsOk && !_exchange.AnsweredLocally && (hash & 0x1C00) == 0)
        {
            WriteAnew(inForce);
        }

        if ((hash & 0xE000) == 0)
        {
            InPieces(header, frame, status, inForce);
        }

        if (!status.IsOk)
        {
            _exchange.SetFault(ExchangeStatus.InvalidArgument, status);
        }

        Answer(header);
    }

    private void TakeReply(in FrameHeader header, in ReadOnlySequence<byte> frame)
    {
        var waiting = new ReadOnlySequence<byte>(request);
        codec.Scan(waiting, FrameLimits.Default, out var asked);
        Open(_exchange, asked, waiting);
        _exchange.CalleeService = _exchange.Service;
        if (form is not null)
        {
            _exchange.Contract = contract;
            codec.ReadRequest(_exchange);
        }

        _exchange.ReplyHeader = header;
        _exchange.ReplyFrame = frame;
        var status = codec.ReadReply(_exchange);
        _accepted = status.IsOk;
        CheckFault(status, _exchange.Reply);
        if (!status.IsOk)
        {
            _exchange.SetFault(ExchangeStatus.BadGateway, status);
        }

        Answer(asked);
    }

    private CodecStatus Open(Exchange exchange, in FrameHeader header, in ReadOnlySequence<byte> frame)
    {
        exchange.CallerHeader = header;
        exchange.RequestFrame = frame;
        return codec.OpenRequest(exchange);
    }

    private static void CheckFault(in CodecStatus status, ValueTape tape)
    {
        if (!status.IsOk && string.IsNullOrEmpty(status.Detail))
        {
            Break("a fault that says nothing", status.Error.ToString());
        }

        if (status.IsOk && (tape.Failed || tape.Depth != 0))
        {
            Break("a failed tape that is fine", $"{tape.Status}, {tape.Depth} open");
        }
    }

    /// <summary>The forward lane: the same frame with another id.</summary>
    private void Forward(in FrameHeader header, in ReadOnlySequence<byte> frame)
    {
        _output.Clear();
        var status = codec.CopyPatched(header, frame, new FramePatch(PatchedId, 0, null), _output);
        if (!status.IsOk)
        {
            if (_accepted || _output.Length != 0)
            {
                Break(_accepted ? "does not copy what it reads" : "leaves a partial frame", status.ToString());
            }

            return;
        }

        var copy = Rescan("copy", header.Kind, PatchedId);
        if (copy.Length != header.Length || (copy with { CorrelationId = header.CorrelationId, Layout = header.Layout }) != header)
        {
            Break("the copy is another frame", $"{header} became {copy}");
        }
    }

    /// <summary>The splice lane: another service and another pair of metadata, the same arguments.</summary>
    private void Splice(in ReadOnlySequence<byte> frame, in CodecStatus read, ServiceContract? inForce)
    {
        _output.Clear();
        var status = codec.CopyPatched(_exchange.CallerHeader, frame, new FramePatch(PatchedId, 777, _splice), _output);
        if (!status.IsOk)
        {
            if (_output.Length != 0)
            {
                Break("leaves a partial frame", status.ToString());
            }

            return;
        }

        var header = Rescan("splice", FrameKind.Request, PatchedId);
        var spliced = Reread(header, inForce, out var opened);
        if (!opened)
        {
            Break("does not open what it spliced", spliced.ToString());
        }

        if (_other.Service.Interface != "com.fuzz.Spliced" || _other.Method != _exchange.Method)
        {
            Break("the splice names another service", $"{_other.Service} {_other.Method}");
        }

        if (!read.IsOk)
        {
            return;
        }

        if (!spliced.IsOk)
        {
            // The pairs that were put in may be one too many.
            if (spliced.Error != CodecError.OverBudget)
            {
                Break("does not read what it spliced", spliced.ToString());
            }

            return;
        }

        if (TapeEquality.Difference(_exchange.Request, _other.Request) is { } difference)
        {
            Break("the splice changes arguments", difference);
        }
    }

    private void WriteAnew(ServiceContract? inForce)
    {
        _output.Clear();
        _exchange.RemainingMs = 1_000;
        var status = codec.WriteRequest(_exchange, PatchedId, _output);
        if (!status.IsOk)
        {
            if (_output.Length != 0)
            {
                Break("leaves a partial frame", status.ToString());
            }

            return;
        }

        var header = Rescan("request", FrameKind.Request, PatchedId);
        var reread = Reread(header, inForce, out _);
        if (!reread.IsOk)
        {
            Break("does not read what it wrote", reread.ToString());
        }

        if (inForce is null && TapeEquality.Difference(_exchange.Request, _other.Request) is { } difference)
        {
            Break("arguments read back unequal", difference);
        }
    }

    private CodecStatus Reread(in FrameHeader header, ServiceContract? inForce, out bool opened)
    {
        _other.Reset();
        var status = Open(_other, header, new ReadOnlySequence<byte>(_output.WrittenMemory));
        opened = status.IsOk;
        _other.Contract = inForce;
        return opened ? codec.ReadRequest(_other) : status;
    }

    private void InPieces(in FrameHeader header, in ReadOnlySequence<byte> frame, in CodecStatus whole, ServiceContract? inForce)
    {
        _output.Clear();
        _output.Write(frame);
        _other.Reset();
        var status = Open(_other, header, _pieces.Cut(_output.WrittenMemory, Math.Max(1, _output.Length / 60)));
        if (status.IsOk)
        {
            _other.Contract = inForce;
            status = codec.ReadRequest(_other);
        }

        if (status != whole)
        {
            Break("segments matter", $"whole: {whole}, in pieces: {status}");
        }
    }

    private void Answer(in FrameHeader asked)
    {
        if (_exchange.OneWay)
        {
            return;
        }

        _output.Clear();
        var status = codec.WriteReply(_exchange, _output);
        if (!status.IsOk)
        {
            // The pipeline then answers with the fault alone, and that has a form always.
            if (_output.Length != 0)
            {
                Break("leaves a partial frame", status.ToString());
            }

            _exchange.SetFault(ExchangeStatus.Internal, status);
            status = codec.WriteReply(_exchange, _output);
        }

        if (!status.IsOk)
        {
            Break("a fault cannot be answered", status.ToString());
        }

        if (_output.Length == 0)
        {
            return;
        }

        var header = Rescan("answer", FrameKind.Reply, asked.CorrelationId);
        _other.Reset();
        _other.Contract = _exchange.Contract;
        _other.Shape = _exchange.Shape;
        _other.ReplyHeader = header;
        _other.ReplyFrame = new ReadOnlySequence<byte>(_output.WrittenMemory);
        var read = codec.ReadReply(_other);
        // Nobody has made what the callee sent conform to the declared type, as the pipeline does.
        if (_exchange.Shape is not null && read.Error == CodecError.TypeMismatch)
        {
            return;
        }

        if (!read.IsOk && read.Error != CodecError.Unsupported && !IsFull(_exchange.ReplyMetadata, read))
        {
            Break("does not read its own answer", read.ToString());
        }
    }

    private FrameHeader Rescan(string what, FrameKind kind, ulong id)
    {
        var scan = codec.Scan(new ReadOnlySequence<byte>(_output.WrittenMemory), FrameLimits.Default, out var header);
        if (!scan.IsWhole || header.Length != _output.Length)
        {
            Break($"{what} is no frame", $"needs {scan.NeedBytes}, {scan.Fault}, {header.Length} of {_output.Length} bytes");
        }

        if (header.Kind != kind || header.CorrelationId != id)
        {
            Break($"{what} is another frame", $"{header}");
        }

        return header;
    }

    private static SplicePatch NewSplice()
    {
        var patch = new SplicePatch { Service = new ServiceKey("com.fuzz.Spliced", "9.9") };
        patch.Set.TryAdd("fuzz-key", "fuzz-value");
        return patch;
    }

    /// <summary>One trace has several names: metadata that is full before it is written is too full for the names that reading adds.</summary>
    private static bool IsFull(Metadata metadata, in CodecStatus read) =>
        read.Error == CodecError.OverBudget && metadata.Count > Metadata.MaxEntries - TraceNames;
}
