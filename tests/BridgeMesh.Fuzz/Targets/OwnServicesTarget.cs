using System.Buffers;
using System.Collections.Immutable;
using BridgeMesh.Codecs.Grpc.Services;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Protobuf;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// Questions to the gateway's own services: both versions of reflection, and health.
/// <code>
/// which 1 | ( length 1 | protobuf message )*     which: 0 reflection v1, 1 v1alpha, 2 health's Check, 3 health's List
/// </code>
/// Every question that reads has one answer of exactly one kind, which is written, repeats what was asked, and holds descriptors that read.
/// </summary>
internal sealed class OwnServicesTarget : FuzzTarget
{
    private const int Ways = 4;
    private const int MaxQuestions = 8;

    private static readonly string[] Names =
    [
        "", "*", "f.Service", "f.M0", "f.M0.CallM0", "f.Colour", "f.proto", "f", ".f.M0", "f.M0.", "grpc.health.v1.Health", "grpc/health/v1/health.proto",
        "google/protobuf/empty.proto", "google.protobuf.Any", "grpc.reflection.v1.ServerReflection", "com.acme.order.OrderService", "nobody.Knows", "é", "\0",
    ];

    private static readonly FieldName[] Answers =
    [
        ReflectionShapes.FileResponse, ReflectionShapes.ExtensionsResponse, ReflectionShapes.ServicesResponse, ReflectionShapes.ErrorResponse,
    ];

    private readonly Gateway _gateway;
    private readonly ReflectionService _reflection;
    private readonly HealthService _health;
    private readonly ValueTape _reply = new(TapeBudget.Default);
    private readonly FrameWriter _output = new();
    private readonly InputBytes _question = new();

    internal OwnServicesTarget(FuzzCorpus corpus)
    {
        var described = ProtoCorpus.Load(ProtoSchema.Random(new FuzzRandom(7)));
        ImmutableArray<ServiceContract> contracts = [corpus.Contract, .. described.Contracts];
        _gateway = new Gateway(contracts);
        _reflection = new ReflectionService(_gateway, [HealthService.Contract, .. ReflectionService.Contracts]);
        _health = new HealthService(_gateway, [HealthService.Contract.Service.Interface]);
    }

    internal override string Name => "own-services";

    internal override int Weight => 20;

    internal override long MaxAllocatedBytes(int inputBytes) => (8 << 20) + (inputBytes * 2_048L);

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        into.Add((byte)random.Below(Ways));
        for (var i = random.Skewed(4); i > 0; i--)
        {
            _question.Clear();
            for (var parts = random.Skewed(2); parts > 0; parts--)
            {
                var field = random.Chance(92) ? random.Between(1, 7) : random.Below(40);
                if (field == 5)
                {
                    var extension = new InputBytes();
                    extension.AddText(1, random.Pick<string>(Names));
                    extension.AddNumber(2, random.Below(200));
                    _question.AddBlock(field, extension.Span);
                }
                else
                {
                    _question.AddText(field, random.Pick<string>(Names));
                }
            }

            if (random.Chance(35))
            {
                ByteMutations.One(_question, random);
            }

            into.Add((byte)Math.Min(255, _question.Length));
            into.Add(_question.Span[..Math.Min(255, _question.Length)]);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        if (input.IsEmpty)
        {
            return Verdict.Refused;
        }

        var which = input.Span[0] % Ways;
        var exchange = new Exchange { Method = "m" };
        try
        {
            exchange.Contract = which < 2 ? ReflectionService.Contracts[which] : HealthService.Contract;
            exchange.Shape = which < 2 ? exchange.Contract.Methods[0] : exchange.Contract.Overloads(which == 2 ? "Check" : "List")[0];
            var questions = new Questions(input[1..], exchange.Shape);
            return which < 2 ? Reflect(exchange, questions) : Check(exchange, questions);
        }
        finally
        {
            exchange.Request.Dispose();
            exchange.Reply.Dispose();
        }
    }

    public override void Dispose()
    {
        _reply.Dispose();
        _output.Dispose();
        base.Dispose();
    }

    private Verdict Check(Exchange exchange, Questions questions)
    {
        var read = questions.ReadAsync(exchange.Request, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        if (!read.HasMessage)
        {
            return read.Fault.IsOk ? Verdict.Refused : Verdict.Framed;
        }

        _health.Answer(exchange);
        if (exchange.Status == ExchangeStatus.Ok)
        {
            Written(exchange.Reply, exchange.Shape!);
            return Verdict.Accepted;
        }

        if (string.IsNullOrEmpty(exchange.Message))
        {
            Break("a fault without a word", exchange.Status.ToString());
        }

        return Verdict.Framed;
    }

    private Verdict Reflect(Exchange exchange, Questions questions)
    {
        exchange.RequestStream = questions;
        _reflection.Answer(exchange);
        if (exchange.ReplyStream is not { } answers)
        {
            Break("no stream of answers", exchange.Message ?? string.Empty);
            return Verdict.Refused;
        }

        var count = 0;
        while (answers.ReadAsync(_reply, CancellationToken.None).AsTask().GetAwaiter().GetResult().HasMessage)
        {
            count++;
            Written(_reply, exchange.Shape!);
            if (Answers.Count(answer => _reply.FindField(0, answer) >= 0) != 1)
            {
                Break("not one answer", TextOf(_reply));
            }

            Files();
        }

        if (count != questions.Answered || (exchange.Status == ExchangeStatus.Ok) != questions.IsOver)
        {
            Break("answers that are not those of the questions", $"{count} to {questions.Answered}, {exchange.Status} {exchange.Message}");
        }

        return exchange.Status == ExchangeStatus.Ok && count > 0 ? Verdict.Accepted : Verdict.Framed;
    }

    private void Files()
    {
        var at = _reply.FindField(0, ReflectionShapes.FileResponse);
        if (at < 0)
        {
            return;
        }

        var list = _reply.FindField(at, ReflectionShapes.FileDescriptors);
        for (var i = list + 1; i < _reply.Next(list); i = _reply.Next(i))
        {
            if (DescriptorContracts.ReadFile(_reply.Utf8(i).ToArray()) is null)
            {
                Break("a file that is none", Convert.ToHexStringLower(_reply.Utf8(i)));
            }
        }
    }

    private void Written(ValueTape reply, MethodShape method)
    {
        _output.Clear();
        var written = ProtobufPayloadCodec.Instance.Write(reply, 0, method.Returns, ValuePolicy.Default, _output);
        if (!written.IsOk)
        {
            Break("an answer that cannot be written", written.ToString());
        }
    }

    private static string TextOf(ValueTape tape) => $"{tape.Count} tokens";

    /// <summary>The messages of an input, up to the first that does not read.</summary>
    private sealed class Questions(ReadOnlyMemory<byte> bytes, MethodShape method) : IMessageStream
    {
        private ReadOnlyMemory<byte> _left = bytes;

        internal int Answered { get; private set; }

        internal bool IsOver { get; private set; }

        public ValueTask<MessageRead> ReadAsync(ValueTape into, CancellationToken cancellationToken)
        {
            into.Reset();
            if (_left.IsEmpty || Answered == MaxQuestions)
            {
                IsOver = true;
                return new(MessageRead.Ended);
            }

            var length = Math.Min(_left.Span[0], _left.Length - 1);
            var message = _left.Slice(1, length);
            _left = _left[(1 + length)..];
            var status = ProtobufPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(message), method.Parameters[0].Type, ValuePolicy.Default, into);
            if (!status.IsOk)
            {
                return new(MessageRead.Failed(status));
            }

            Answered++;
            return new(MessageRead.Of);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>A pipeline that has services and takes no calls.</summary>
    private sealed class Gateway(ImmutableArray<ServiceContract> contracts) : IExchangeDispatcher
    {
        public ImmutableArray<ServiceContract> Contracts => contracts;

        public Exposure Exposure { get; } = new(
            ServingPhase.Serving, () => contracts.Select(static c => new ExposedService(c.Service.Interface, c, IsCallable: true)));

        public TimeProvider Time => TimeProvider.System;

        public Exchange Rent(ICallerSide caller) => throw new NotSupportedException();

        public Lane Plan(Exchange exchange) => throw new NotSupportedException();

        public void Dispatch(Exchange exchange) => throw new NotSupportedException();

        public void Cancel(Exchange exchange) => throw new NotSupportedException();

        public void Return(Exchange exchange) => throw new NotSupportedException();
    }
}
