using System.Buffers;
using System.Text;
using System.Text.Json;
using BridgeMesh.Codecs.Grpc.Dialects.Triple;
using BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Exchanges;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// What Triple adds to gRPC: wrappers with Hessian inside, errors as JSON, and the details of a status, which gRPC has as well.
/// <code>
/// how 1 | bytes     how: 0 TripleRequestWrapper, 1 TripleResponseWrapper, 2 the same as an exception, 3 error JSON, 4 grpc-status-details-bin
/// </code>
/// A request that reads is written, and what was written reads to the same values. Segments do not matter to any of them.
/// </summary>
internal sealed class TripleValuesTarget(FuzzCorpus corpus) : FuzzTarget
{
    private const int Ways = 5;

    private static readonly string[] Serializations = ["hessian4", "hessian2", "fastjson2", "protobuf", "hessian", ""];

    private static readonly string[] Types =
        ["java.lang.String", "int", "long", "java.util.List", "java.util.Map", "[B", "[Ljava.lang.String;", "com.acme.order.Order", "[", "L;", "int[]"];

    private static readonly string[] Errors =
    [
        "{\"status\":7,\"code\":\"permission_denied\",\"message\":\"no\"}", "{\"status\":\"503\",\"message\":\"down\"}", "{\"code\":\"not_found\",\"details\":[",
        "{\"type\":\"google.rpc.ErrorInfo\",\"value\":\"", "\"}]}", "{\"status\":-1}", "{\"status\":99999999999999}", "[]", "null", "{\"details\":{}}", "{\"message\":null}",
    ];

    private readonly SegmentChain _chain = new();
    private readonly SegmentChain _pieces = new();
    private readonly FrameWriter _output = new();

    internal override string Name => "triple-values";

    internal override int Weight => 60;

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        var how = random.Below(Ways);
        into.Add((byte)how);
        switch (how)
        {
            case 0:
                Request(random, into);
                break;
            case 1 or 2:
                Field(into, 1, Encoding.UTF8.GetBytes(Serializations[random.Skewed(Serializations.Length - 1)]));
                Field(into, 2, Value(random));
                Field(into, 3, Encoding.UTF8.GetBytes(random.Chance(30) ? WrappedReply.ExceptionType : random.Pick<string>(Types)));
                break;
            case 3:
                for (var i = 1 + random.Skewed(3); i > 0; i--)
                {
                    into.Add(Encoding.UTF8.GetBytes(random.Pick<string>(Errors)));
                }

                break;
            default:
                Details(random, into);
                break;
        }

        for (var i = random.Chance(60) ? 1 + random.Skewed(3) : 0; i > 0; i--)
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
        var how = input.Span[0] % Ways;
        var (whole, left) = Read(how, _chain.Of(bytes, HashOf(bytes.Span)));
        var (cut, right) = Read(how, _pieces.Cut(bytes, 1));
        if (whole.Status != cut.Status || whole.Message != cut.Message || left != right
            || TapeEquality.Difference(whole.Request, cut.Request) is not null || TapeEquality.Difference(whole.Reply, cut.Reply) is not null)
        {
            Break("segments matter", $"{left} {whole.Status} {whole.Message}, in pieces {right} {cut.Status} {cut.Message}");
        }

        Dispose(cut);
        if (left == Verdict.Accepted && how == 0)
        {
            WriteAgain(whole);
        }
        else if (how == 3)
        {
            WriteError(whole);
        }

        Dispose(whole);
        return left;
    }

    public override void Dispose()
    {
        _output.Dispose();
        base.Dispose();
    }

    private void Request(FuzzRandom random, InputBytes into)
    {
        Field(into, 1, Encoding.UTF8.GetBytes(Serializations[random.Skewed(Serializations.Length - 1)]));
        var count = random.Skewed(4);
        for (var i = count; i > 0; i--)
        {
            Field(into, 2, Value(random));
        }

        for (var i = random.Chance(90) ? count : random.Below(5); i > 0; i--)
        {
            Field(into, 3, Encoding.UTF8.GetBytes(random.Pick<string>(Types)));
        }
    }

    /// <summary>One Hessian value of the recordings, or what the project's own writers made.</summary>
    private byte[] Value(FuzzRandom random)
    {
        var sample = corpus.FinalStreams.Pick(random);
        return sample.Values.Length == 0 || random.Chance(20) ? sample.Bytes : sample.Part(random.Pick<Hessian.Mark>(sample.Values)).ToArray();
    }

    private static void Details(FuzzRandom random, InputBytes into)
    {
        var status = new InputBytes();
        status.Add(0x08);
        status.Add((byte)random.Below(20));
        Field(status, 2, "no stock"u8);
        for (var i = random.Skewed(3); i > 0; i--)
        {
            var any = new InputBytes();
            Field(any, 1, random.Chance(70) ? "type.googleapis.com/google.rpc.ErrorInfo"u8 : "type.googleapis.com/com.acme.OrderException"u8);
            var info = new InputBytes();
            Field(info, 1, "RUNTIME_EXCEPTION"u8);
            Field(info, 2, "bridgemesh"u8);
            Field(any, 2, info.Span);
            Field(status, 3, any.Span);
        }

        if (random.Chance(50))
        {
            ByteMutations.One(status, random);
        }

        into.Add(Encoding.ASCII.GetBytes(Convert.ToBase64String(status.Span)));
    }

    private static void Field(InputBytes into, int number, ReadOnlySpan<byte> bytes)
    {
        into.Add((byte)((number << 3) | 2));
        var length = (uint)bytes.Length;
        for (; length >= 0x80; length >>= 7)
        {
            into.Add((byte)(length | 0x80));
        }

        into.Add((byte)length);
        into.Add(bytes);
    }

    private (Exchange Exchange, Verdict Verdict) Read(int how, in ReadOnlySequence<byte> bytes)
    {
        var exchange = new Exchange { Method = "place", Contract = how == 4 ? corpus.Contract : null };
        switch (how)
        {
            case 0:
                if (!RequestWrapper.TryOpen(bytes, exchange, out var wrapper))
                {
                    return (exchange, Verdict.Refused);
                }

                var status = WrappedRequest.Read(bytes, wrapper, exchange, exchange.Request);
                return (exchange, status.IsOk ? Verdict.Accepted : Verdict.Framed);
            case 1 or 2:
                var read = WrappedReply.Read(bytes, how == 1 ? 0 : WrappedReply.BusinessCode, exchange, exchange.Reply);
                return (exchange, read.IsOk ? Verdict.Accepted : Verdict.Framed);
            case 3:
                TripleError.Read(exchange, 500, bytes);
                break;
            default:
                ReceivedStatus.Read(exchange, 2, "failed", Encoding.Latin1.GetString(bytes));
                break;
        }

        if (exchange.Status == ExchangeStatus.Ok)
        {
            Break("a fault that is none", Encoding.Latin1.GetString(bytes));
        }

        return (exchange, Verdict.Accepted);
    }

    private void WriteAgain(Exchange exchange)
    {
        if (exchange.Request.RootCount() != exchange.Signature?.TypeNames.Length)
        {
            // An argument of more than one value, or of none: the pipeline refuses it by the method's shape.
            return;
        }

        _output.Clear();
        if (!WrappedRequest.Write(exchange, exchange.Request, _output).IsOk)
        {
            return;
        }

        var (again, verdict) = Read(0, new ReadOnlySequence<byte>(_output.WrittenMemory));
        if (verdict != Verdict.Accepted || TapeEquality.Difference(exchange.Request, again.Request) is { })
        {
            Break("a request reads back otherwise", $"{verdict} {TapeEquality.Difference(exchange.Request, again.Request)}");
        }

        Dispose(again);
    }

    private void WriteError(Exchange exchange)
    {
        _output.Clear();
        using (var json = new Utf8JsonWriter(_output))
        {
            TripleError.Write(exchange, json);
        }

        var (again, _) = Read(3, new ReadOnlySequence<byte>(_output.WrittenMemory));
        if (again.Status != exchange.Status)
        {
            Break("an error reads back otherwise", $"{exchange.Status} became {again.Status}");
        }

        Dispose(again);
    }

    private static void Dispose(Exchange exchange)
    {
        exchange.Request.Dispose();
        exchange.Reply.Dispose();
    }
}
