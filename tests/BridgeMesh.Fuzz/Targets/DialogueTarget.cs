using System.Buffers;
using System.Buffers.Binary;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Frames;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Json;
using BridgeMesh.Registries;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// A codec's client talks to its server, with damage between: a request is written, damaged, read, answered, the answer damaged and read. An
/// input is a script, so that it can be made smaller byte by byte; without damage the call must come through as it was made.
/// <code>
/// flags | tape seed 2 | damages to the request | seed 4 each ... | seeds of the damages to the reply, 4 each ...
/// flags: 01 typed by the contract, 02 one-way, 0c how the server ends it: result, void, fault, exception
/// </code>
/// </summary>
/// <param name="form">Name of a form of calls of the protocol; null for the usual one.</param>
/// <param name="instance">The server's registration, which asks for that form.</param>
/// <param name="isNameless">Whether bodies of that form need a contract and say no exception's class.</param>
internal sealed class DialogueTarget(
    IFrameCodec codec, IFrameMaker maker, FuzzCorpus corpus, string? form = null, ServiceInstance? instance = null, bool isNameless = false) : FuzzTarget
{
    private const int HeadBytes = 4;
    private const int MaxDamages = 4;
    private const ulong Id = 0x1234_5678;

    private static readonly TypeName Failure = TypeName.Of("com.acme.order.OrderException");

    private readonly Exchange _client = new();
    private readonly Exchange _server = new();
    private readonly FrameWriter _output = new();
    private readonly FrameWriter _copy = new();
    private readonly InputBytes _wire = new();
    private readonly InputBytes _text = new();
    private readonly TapeMaker _tapes = new();
    private readonly TypedJsonGrammar _typed = new();
    private readonly FuzzRandom _random = new();
    private readonly HessianReadState _reading = new();
    private readonly HessianWriteState _writing = new();

    internal override string Name => form is null ? $"{codec.Protocol}-dialogue" : $"{codec.Protocol}-{form}-dialogue";

    internal override int Weight => form is null ? 40 : 20;

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        into.Add(random.NextByte());
        into.AddUInt16(random.NextInt32());
        into.Add((byte)(random.Chance(50) ? 0 : random.Skewed(3)));
        for (var i = random.Chance(20) ? 0 : random.Skewed(4); i > 0; i--)
        {
            into.AddInt32(random.NextInt32());
        }
    }

    /// <summary>An input of a few bytes makes frames of many: what counts is the size of those.</summary>
    internal override long MaxAllocatedBytes(int inputBytes) => 16 << 20;

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        if (input.Length < HeadBytes)
        {
            return Verdict.Refused;
        }

        var script = input.Span;
        var flags = script[0];
        var seeds = script[HeadBytes..];
        var forRequest = Math.Min(Math.Min((int)script[3], MaxDamages), seeds.Length / 4) * 4;
        var toRequest = seeds[..forRequest];
        var toReply = seeds[forRequest..];
        toReply = toReply[..Math.Min(MaxDamages * 4, toReply.Length / 4 * 4)];

        _client.Reset();
        _server.Reset();
        MakeCall(flags, BinaryPrimitives.ReadUInt16BigEndian(script[1..]));
        _output.Clear();
        if (!codec.WriteRequest(_client, Id, _output).IsOk)
        {
            return Verdict.Refused;
        }

        var request = Damage(toRequest);
        if (!TryScan(request, out var asked) || asked.Kind != FrameKind.Request)
        {
            Require(toRequest.Length > 0, "its own request is no frame", "undamaged");
            return Verdict.Refused;
        }

        var status = Serve(flags, request[..asked.Length], asked);
        Require(toRequest.Length > 0 || status.IsOk, "its own request does not read", status.ToString());
        if (toRequest.Length == 0)
        {
            SameCall();
        }

        if (asked.OneWay)
        {
            return status.IsOk ? Verdict.Accepted : Verdict.Framed;
        }

        return Answer(toReply, status, intact: toRequest.Length + toReply.Length == 0);
    }

    public override void Dispose()
    {
        foreach (var exchange in (Exchange[])[_client, _server])
        {
            exchange.Request.Dispose();
            exchange.Reply.Dispose();
        }

        _output.Dispose();
        _copy.Dispose();
        base.Dispose();
    }

    private static void Require(bool condition, string rule, string detail)
    {
        if (!condition)
        {
            Break(rule, detail);
        }
    }

    private void MakeCall(byte flags, int tapeSeed)
    {
        _random.Reseed((ulong)tapeSeed, 7);
        var contract = isNameless || (flags & 1) != 0 ? corpus.Contract : null;
        _client.Instance = instance;
        _client.Service = contract?.Service ?? new ServiceKey("com.acme.Untyped", "1.0");
        _client.CalleeService = _client.Service;
        _client.Contract = contract;
        _client.OneWay = (flags & 2) != 0;
        _client.RemainingMs = 1_000;
        _client.Lane = Lane.Translate;
        _client.RequestMetadata.TryAdd("fuzz", "1");
        if (contract is null)
        {
            var roots = _random.Below(4);
            _tapes.Fill(_client.Request, _random, roots, values: 60);
            _client.Method = "call";
            _client.Signature = JavaSignature.Of(string.Concat(Enumerable.Repeat("Ljava/lang/Object;", roots)));
            return;
        }

        var method = contract.Methods[_random.Below(contract.Methods.Length)];
        (_client.Method, _client.Shape, _client.Signature) = (method.Name, method, method.Signature);
        foreach (var parameter in method.Parameters)
        {
            Typed(parameter.Type, _client.Request);
        }
    }

    private void Typed(TypeShape shape, ValueTape into)
    {
        _text.Clear();
        _typed.Write(_text, _random, shape, faultsPer10000: 0);
        JsonPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(_text.Memory), shape, ValuePolicy.Default, into);
    }

    private byte[] Damage(ReadOnlySpan<byte> seeds)
    {
        var frame = _output.Written.ToArray();
        for (; !seeds.IsEmpty; seeds = seeds[4..])
        {
            _wire.Clear();
            maker.Damage(frame, new FuzzRandom(BinaryPrimitives.ReadUInt32BigEndian(seeds), 11), _wire);
            frame = _wire.Span.ToArray();
        }

        return frame;
    }

    private bool TryScan(byte[] bytes, out FrameHeader header) =>
        codec.Scan(new ReadOnlySequence<byte>(bytes), FrameLimits.Default, out header).IsWhole;

    private CodecStatus Serve(byte flags, byte[] frame, in FrameHeader asked)
    {
        _server.CallerHeader = asked;
        _server.RequestFrame = new ReadOnlySequence<byte>(frame);
        var status = codec.OpenRequest(_server);
        if (status.IsOk)
        {
            _server.Contract = _client.Contract;
            status = codec.ReadRequest(_server);
        }

        if (!status.IsOk)
        {
            _server.SetFault(ExchangeStatus.InvalidArgument, status);
            return status;
        }

        if (!_server.AnsweredLocally)
        {
            End(flags);
        }

        return status;
    }

    private void End(byte flags)
    {
        _server.Status = ExchangeStatus.Ok;
        _server.ReplyMetadata.TryAdd("fuzz-reply", "2");
        var end = (flags >> 2) & 3;

        // A bare body has no sign for a result that is not there.
        switch (isNameless && end == 1 ? 0 : end)
        {
            case 0 when _server.Shape is { } shape:
                Typed(shape.Returns, _server.Reply);
                break;
            case 0 when _server.Request.Count > 0:
                Echo();
                break;
            case 2:
                _server.SetFault((ExchangeStatus)(3 + (flags >> 4) % 12), "a fault of the fuzzer's", mayHaveExecuted: (flags & 0x80) != 0);
                break;
            case 3:
                _server.Status = (flags & 0x10) != 0 ? ExchangeStatus.BusinessException : ExchangeStatus.RuntimeException;
                _server.ExceptionType = Failure;
                _server.Message = "no stock";
                if ((flags & 0x20) != 0)
                {
                    _server.Reply.BeginObject(Failure);
                    _server.Reply.Name(FieldName.Of("code"));
                    _server.Reply.AddInt32(42);
                    _server.Reply.End();
                }

                break;
            default:
                break;
        }
    }

    // The first argument as the result, by way of Hessian: a tape has no copy of its own.
    private void Echo()
    {
        _copy.Clear();
        _writing.Reset();
        _reading.Reset();
        if (new HessianWriter(_copy, HessianDialect.Draft, _writing).WriteValue(_server.Request, 0).IsOk)
        {
            var reader = new HessianReader(new ReadOnlySequence<byte>(_copy.WrittenMemory), HessianDialect.Draft, _reading);
            reader.ReadValue(_server.Reply);
        }
    }

    private void SameCall()
    {
        Require(_server.Method == _client.Method, "another method", $"{_client.Method} became {_server.Method}");
        Require(_server.Service.Interface == _client.Service.Interface, "another service", $"{_client.Service} became {_server.Service}");
        Require(_server.RequestMetadata.Find("fuzz") == "1", "metadata is lost", $"{_server.RequestMetadata.Count} pairs");
        if (_client.Contract is null && TapeEquality.Difference(_client.Request, _server.Request) is { } difference)
        {
            Break("another argument", difference);
        }
    }

    private Verdict Answer(ReadOnlySpan<byte> damages, in CodecStatus served, bool intact)
    {
        _output.Clear();
        var status = codec.WriteReply(_server, _output);
        if (!status.IsOk)
        {
            _server.SetFault(ExchangeStatus.Internal, status);
            status = codec.WriteReply(_server, _output);
            intact = false;
        }

        if (_server.Status == ExchangeStatus.Cancelled)
        {
            // Nobody reads that answer.
            return Verdict.Framed;
        }

        Require(status.IsOk && _output.Length > 0, "a fault cannot be answered", status.ToString());
        var reply = Damage(damages);
        if (!TryScan(reply, out var header) || header.Kind != FrameKind.Reply)
        {
            Require(damages.Length > 0, "its own reply is no frame", "undamaged");
            return served.IsOk ? Verdict.Framed : Verdict.Refused;
        }

        _client.ReplyHeader = header;
        _client.ReplyFrame = new ReadOnlySequence<byte>(reply, 0, header.Length);
        status = codec.ReadReply(_client);

        // Where nothing in the body says what it is, a call that became one of another method has an answer that the client does not expect.
        var isAnother = isNameless
            && (_server.Method != _client.Method || _server.CallerHeader.Serializer != _client.ReplyHeader.Serializer || _server.Shape is null);
        Require(damages.Length > 0 || status.IsOk || isAnother, "its own reply does not read", status.ToString());
        if (intact)
        {
            SameEnd();
        }

        return served.IsOk && status.IsOk ? Verdict.Accepted : Verdict.Framed;
    }

    private void SameEnd()
    {
        var isException = _server.Status is ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException;
        if (_server.Status == ExchangeStatus.Ok && LooksThrown(_server.Reply))
        {
            // A result that is a Throwable is thrown by SOFARPC's own client too.
            return;
        }

        Require((_server.Status == ExchangeStatus.Ok) == (_client.Status == ExchangeStatus.Ok), "another end", $"{_server.Status} became {_client.Status}");
        var isDeclared = _server.Shape?.Exceptions.Any(e => e.JavaType.Text == Failure.Text) == true;

        // One that nobody declares becomes a RuntimeException, which every Java caller can decode.
        Require(!isException || !isDeclared || isNameless || _client.ExceptionType?.Text == Failure.Text, "another exception", $"{_client.ExceptionType} {_client.Message}");
        if (_server.Status == ExchangeStatus.Ok && _server.Contract is null && _server.Reply.Count > 0
            && TapeEquality.Difference(_server.Reply, _client.Reply) is { } difference)
        {
            Break("another result", difference);
        }
    }

    private static bool LooksThrown(ValueTape tape) => tape.Count > 0 && tape[0].Kind == ValueKind.Object
        && tape.FindField(0, "stackTrace"u8) >= 0 && tape.FindField(0, "detailMessage"u8) >= 0;
}
