using System.Buffers;
using BridgeMesh.Codecs.Grpc.Services;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Protobuf;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;
using BridgeMesh.Values;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// A server whose reflection is asked for contracts and answers whatever it likes, again and again until it has been asked too often.
/// <code>
/// how 1 | ( length 2 | ServerReflectionResponse )*     how: bit 0 all services are asked for, else one by name
/// </code>
/// The gateway asks no more than a bounded number of times, and has contracts or says in words why not.
/// </summary>
internal sealed class ReflectionServerTarget : FuzzTarget
{
    private const int MaxAnswers = 200;

    private static readonly string[] Services = ["f.Service", "f.Other", "", "grpc.health.v1.Health", "é"];

    private readonly ProtoMutator _mutator = new();
    private readonly InputBytes _set = new();
    private readonly InputBytes _answer = new();
    private readonly InputBytes _list = new();

    internal override string Name => "reflection-server";

    internal override int Weight => 20;

    /// <summary>Asked once when the gateway starts: types, names and problems in words; a short answer may be given over and over.</summary>
    internal override long MaxAllocatedBytes(int inputBytes) => (16 << 20) + (inputBytes * 4_096L);

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        var lists = random.Chance(50);
        into.Add((byte)(lists ? 1 : 0));
        if (lists)
        {
            _list.Clear();
            for (var i = random.Skewed(3); i > 0; i--)
            {
                var service = new InputBytes();
                service.AddText(1, random.Chance(75) ? Services[0] : random.Pick<string>(Services));
                _list.AddBlock(1, service.Span);
            }

            _answer.Clear();
            _answer.AddBlock(6, _list.Span);
            Add(into);
        }

        for (var i = random.Skewed(3); i > 0; i--)
        {
            _answer.Clear();
            if (random.Chance(8))
            {
                var error = new InputBytes();
                error.AddNumber(1, 5);
                error.AddText(2, "not found");
                _answer.AddBlock(7, error.Span);
            }
            else
            {
                // A set of one file is an answer of one file: field 1 in both.
                _set.Clear();
                ProtoSchema.Random(random).WriteSet(_set);
                if (random.Chance(45))
                {
                    _list.Clear();
                    _mutator.Mutate(_set.Span, _set.Span, random, _list);
                    _answer.AddBlock(4, _list.Span);
                }
                else
                {
                    _answer.AddBlock(4, _set.Span);
                }
            }

            if (random.Chance(10))
            {
                ByteMutations.One(_answer, random);
            }

            Add(into);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        if (input.IsEmpty)
        {
            return Verdict.Refused;
        }

        var server = new Server(input[1..]);
        string[] services = (input.Span[0] & 1) != 0 ? [] : [Services[0]];
        var settings = new ContractSourceSettings("127.0.0.1:1", services, 60_000, TimeProvider.System);
        var fetch = new ReflectionSource(server).FetchAsync(settings, CancellationToken.None);
        if (!fetch.IsCompleted)
        {
            Break("waits for a server that has answered", $"{server.Given} answers");
        }

        var fetched = fetch.GetAwaiter().GetResult();
        if (fetched.Problem is null ? fetched.Contracts.IsDefault : fetched.Problem.Length == 0 || !fetched.Contracts.IsEmpty)
        {
            Break("half a contract, or nothing said", $"{fetched.Problem} {fetched.Contracts.Length}");
        }

        return fetched.Problem is null && !fetched.Contracts.IsEmpty ? Verdict.Accepted : server.Given > 0 ? Verdict.Framed : Verdict.Refused;
    }

    private void Add(InputBytes into)
    {
        var length = Math.Min(_answer.Length, ushort.MaxValue);
        into.AddUInt16(length);
        into.Add(_answer.Span[..length]);
    }

    /// <summary>Gives the answers of an input, and then the last one over and over.</summary>
    private sealed class Server(ReadOnlyMemory<byte> bytes) : IChannelFactory, IUpstreamChannel
    {
        private ReadOnlyMemory<byte> _left = bytes;

        internal int Given { get; private set; }

        public string Protocol => "grpc";

        public int InFlight => 0;

        public IUpstreamChannel Create(ServiceInstance instance, ChannelSettings settings) => this;

        public bool CanForward(Exchange exchange) => false;

        public void Send(Exchange exchange, IAttemptSink sink)
        {
            exchange.ReplyStream = new Answers(this, exchange);
            sink.OnAttemptCompleted(exchange);
        }

        public void Cancel(Exchange exchange)
        {
            // Every answer is there before it is asked for.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private sealed class Answers(Server server, Exchange exchange) : IMessageStream
        {
            public async ValueTask<MessageRead> ReadAsync(ValueTape into, CancellationToken cancellationToken)
            {
                into.Reset();
                var asked = await exchange.RequestStream!.ReadAsync(exchange.Request, cancellationToken);
                if (!asked.HasMessage || server._left.Length < 2 || server.Given == MaxAnswers)
                {
                    return MessageRead.Ended;
                }

                var length = Math.Min((server._left.Span[0] << 8) | server._left.Span[1], server._left.Length - 2);
                var answer = server._left.Slice(2, length);
                server._left = server._left.Length == 2 + length ? server._left : server._left[(2 + length)..];
                server.Given++;
                var status = ProtobufPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(answer), exchange.Shape!.Returns, ValuePolicy.Default, into);
                if (status.IsOk)
                {
                    return MessageRead.Of;
                }

                exchange.SetFault(ExchangeStatus.BadGateway, status);
                return MessageRead.Ended;
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
