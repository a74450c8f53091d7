using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Grpc.Dialects.Triple;
using BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;
using BridgeMesh.Exchanges;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// What Triple adds to gRPC: wrapped requests and replies, error bodies, how attachments were written, times.
/// <code>
/// how 1 | bytes     how: 0 a wrapped request, 1 a wrapped reply, 2 an error body, 3 tri-header-convert, 4 tri-service-timeout
/// </code>
/// Arguments that were read must be written and read to the same; segments do not matter; a name keeps its letters.
/// </summary>
internal sealed class TripleTarget : FuzzTarget
{
    private const int Ways = 5;

    private static readonly string[] Types = ["int", "java.lang.String", "[I", "[Ljava.lang.String;", "com.acme.Item", "", "[", "long", "java.util.List"];

    private static readonly string[] Serializations = ["hessian4", "hessian2", "fastjson2", "protobuf", "hessian", ""];

    /// <summary>Hessian 2: null, true, 5, "ab", a long, a list, a map, a reference, an object with its class.</summary>
    private static readonly byte[][] Values =
    [
        [(byte)'N'], [(byte)'T'], [0x95], [2, (byte)'a', (byte)'b'], [(byte)'L', 0, 0x20, 0, 0, 0, 0, 0, 1], [0x79, 0x91],
        [(byte)'H', 1, (byte)'k', 0x91, (byte)'Z'], [0x51, 0x90], [(byte)'C', 1, (byte)'A', 0x91, 1, (byte)'f', 0x60, 0x91],
    ];

    private static readonly string[] Texts =
    [
        "{\"status\":7,\"message\":\"no\"}", "{\"code\":\"internal\"}", "{\"status\":\"404\"}", "{\"status\":99999999999}",
        "{\"details\":[{\"type\":\"a.B\",\"value\":\"AA\"}]}",
        "{\"details\":[{}]}", "[]", "{", "%7B%22userid%22%3A%22userId%22%7D", "{\"userid\":\"tri-x\"}",
        "{\"userid\":{}}", "%", "3000", "9999999999", "-1", "null", "\u0000",
    ];

    private readonly SegmentChain _chain = new();
    private readonly SegmentChain _pieces = new();
    private readonly FrameWriter _output = new();

    internal override string Name => "triple";

    internal override int Weight => 30;

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        var how = random.Below(Ways);
        into.Add((byte)how);
        if (how < 2)
        {
            Wrapper(random, how == 0, into);
        }
        else
        {
            into.Add(Encoding.UTF8.GetBytes(random.Pick<string>(Texts)));
        }

        if (random.Chance(50))
        {
            ByteMutations.One(into, random);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        if (input.IsEmpty)
        {
            return Verdict.Refused;
        }

        var bytes = input[1..];
        return (input.Span[0] % Ways) switch
        {
            0 => Request(bytes),
            1 => Reply(bytes),
            2 => Error(bytes),
            3 => Names(Encoding.Latin1.GetString(bytes.Span)),
            _ => Timeout(Encoding.Latin1.GetString(bytes.Span)),
        };
    }

    public override void Dispose()
    {
        _output.Dispose();
        base.Dispose();
    }

    private void Wrapper(FuzzRandom random, bool isRequest, InputBytes into)
    {
        _output.Clear();
        _output.WriteText(1, random.Chance(80) ? Serializations[random.Below(2)] : random.Pick<string>(Serializations));
        var count = isRequest ? random.Skewed(4) : 1;
        for (var i = 0; i < count; i++)
        {
            _output.WriteBytes(2, random.Pick<byte[]>(Values));
        }

        for (var i = random.Chance(90) ? count : random.Below(4); i > 0; i--)
        {
            _output.WriteText(3, isRequest || random.Chance(50) ? random.Pick<string>(Types) : WrappedReply.ExceptionType);
        }

        into.Add(_output.Written);
    }

    private Verdict Request(ReadOnlyMemory<byte> bytes)
    {
        var exchange = new Exchange { Method = "m" };
        var again = new Exchange { Method = "m" };
        try
        {
            var message = _chain.Of(bytes, HashOf(bytes.Span));
            var opened = RequestWrapper.TryOpen(message, exchange, out var wrapper);
            var pieces = _pieces.Cut(bytes.ToArray(), 1);
            if (opened != RequestWrapper.TryOpen(pieces, again, out var other))
            {
                Break("segments matter", $"{opened}");
            }

            if (!opened)
            {
                return Verdict.Refused;
            }

            var status = WrappedRequest.Read(message, wrapper, exchange, exchange.Request);
            var cut = WrappedRequest.Read(pieces, other, again, again.Request);
            if (status.IsOk != cut.IsOk || (status.IsOk && TapeEquality.Difference(exchange.Request, again.Request) is not null))
            {
                Break("segments matter", $"{status}, in pieces {cut}");
            }

            return status.IsOk ? WriteAgain(exchange, again) : Verdict.Framed;
        }
        finally
        {
            exchange.Request.Dispose();
            again.Request.Dispose();
        }
    }

    private Verdict WriteAgain(Exchange exchange, Exchange again)
    {
        _output.Clear();
        if (!WrappedRequest.Write(exchange, exchange.Request, _output).IsOk)
        {
            return Verdict.Framed;
        }

        var message = new ReadOnlySequence<byte>(_output.WrittenMemory);
        again.Request.Reset();
        if (!RequestWrapper.TryOpen(message, again, out var wrapper))
        {
            Break("a wrapper that is none", exchange.Signature?.Descriptor ?? string.Empty);
        }

        var status = WrappedRequest.Read(message, wrapper, again, again.Request);
        var difference = status.IsOk ? TapeEquality.Difference(exchange.Request, again.Request) : status.ToString();
        if (difference is not null)
        {
            Break("arguments read back otherwise", difference);
        }

        return Verdict.Accepted;
    }

    private Verdict Reply(ReadOnlyMemory<byte> bytes)
    {
        var exchange = new Exchange { Method = "m" };
        try
        {
            var status = WrappedReply.Read(_chain.Of(bytes, HashOf(bytes.Span)), (int)(HashOf(bytes.Span) % 20), exchange, exchange.Reply);
            if (status.IsOk && exchange.Status == ExchangeStatus.Ok && exchange.ExceptionType is not null)
            {
                Break("an exception that is a result", exchange.ExceptionType.Text);
            }

            return status.IsOk ? Verdict.Accepted : Verdict.Framed;
        }
        finally
        {
            exchange.Reply.Dispose();
        }
    }

    private Verdict Error(ReadOnlyMemory<byte> bytes)
    {
        var exchange = new Exchange { Method = "m" };
        try
        {
            TripleError.Read(exchange, 500, _chain.Of(bytes, HashOf(bytes.Span)));
            if (exchange.Status == ExchangeStatus.Ok || string.IsNullOrEmpty(exchange.Message))
            {
                Break("an error that is none", $"{exchange.Status} {exchange.Message}");
            }

            return Verdict.Accepted;
        }
        finally
        {
            exchange.Reply.Dispose();
        }
    }

    private static Verdict Timeout(string text) =>
        TripleTimeout.TryParse(text, out var timeoutMs) && timeoutMs > 0 ? Verdict.Accepted : Verdict.Refused;

    private static Verdict Names(string header)
    {
        var metadata = new Metadata();
        metadata.Set("userid", "7");
        metadata.Set("tenant", "acme");
        TripleMetadata.Restore(header, metadata);
        if (metadata.Count != 2 || metadata.Find("userid") != "7" || metadata.Find("tenant") != "acme")
        {
            Break("a name that became another", header);
        }

        return metadata[0].Key == "userid" && metadata[1].Key == "tenant" ? Verdict.Refused : Verdict.Accepted;
    }
}
