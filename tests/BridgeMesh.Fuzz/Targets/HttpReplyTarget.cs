using System.Net;
using BridgeMesh.Codecs.Http.Calling;
using BridgeMesh.Exchanges;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Json;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// What an HTTP callee answers: a result of a declared type, or an error in any of the forms that frameworks have.
/// <code>
/// status 1 | media type 1 | method 1 | body
/// </code>
/// </summary>
internal sealed class HttpReplyTarget(FuzzCorpus corpus) : FuzzTarget
{
    private const int HeadBytes = 3;

    private static readonly int[] Statuses = [200, 201, 204, 206, 302, 304, 400, 401, 404, 405, 413, 422, 429, 499, 500, 502, 503, 504, 599];

    private static readonly string?[] MediaTypes =
    [
        "application/json", "application/problem+json", "application/json; charset=utf-8", "text/plain", "text/html", "application/octet-stream", "nonsense", null,
    ];

    private static readonly string[] Errors =
    [
        "{\"type\":\"com.acme.order.OrderException\",\"title\":\"t\",\"detail\":\"no stock\",\"fields\":{\"code\":7},\"code\":7}",
        "{\"timestamp\":\"2024-05-06T07:08:09Z\",\"status\":500,\"error\":\"Internal\",\"exception\":\"com.acme.order.OrderException\",\"message\":\"m\",\"path\":\"/\"}",
        "{\"code\":\"E1\",\"message\":\"\\ud800\"}", "{\"\\ud800\":1,\"exception\":\"a.B\"}", "{\"exception\":1,\"message\":[],\"code\":{}}", "\"text\"", "[]", "null",
        "{\"type\":\"urn:bridgemesh:unavailable\",\"mayHaveExecuted\":true}", "<html>", "{\"code\":1e999,\"msg\":\"x\"}",
    ];

    private readonly JsonGrammar _grammar = new();
    private readonly TypedJsonGrammar _typed = new();
    private readonly Exchange _exchange = new();

    internal override string Name => "http-reply";

    internal override int Weight => 40;

    /// <summary>The BCL's objects for a message, and its document model of an error.</summary>
    internal override long MaxAllocatedBytes(int inputBytes) => (1 << 20) + (inputBytes * 1_024L);

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        into.Add(random.NextByte());
        into.Add((byte)(random.Chance(70) ? random.Below(3) : random.NextByte()));
        into.Add(random.NextByte());
        switch (random.Below(4))
        {
            case 0:
                _grammar.Write(into, random, random.Skewed(500));
                break;
            case 1:
                _typed.Write(into, random, MethodOf(into.Span[2]).Returns, random.Chance(50) ? 0 : 300);
                break;
            default:
                into.Add(System.Text.Encoding.UTF8.GetBytes(random.Pick<string>(Errors)));
                break;
        }

        if (random.Chance(50))
        {
            ByteMutations.One(into, random);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        if (input.Length < HeadBytes)
        {
            return Verdict.Refused;
        }

        var head = input.Span;
        _exchange.Reset();
        _exchange.Contract = (head[2] & 0x80) != 0 ? corpus.Contract : null;
        _exchange.Shape = _exchange.Contract is null ? null : MethodOf(head[2]);
        using var content = new ByteArrayContent([]);
        if (MediaTypes[head[1] % MediaTypes.Length] is { } type)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var response = new HttpResponseMessage((HttpStatusCode)Statuses[head[0] % Statuses.Length]) { Content = content };
        ReplyReader.Read(_exchange, response, input[HeadBytes..]);
        if (_exchange.Reply.Depth != 0 || (_exchange.Status == ExchangeStatus.Ok && _exchange.Reply.Failed))
        {
            Break("status and tape disagree", $"{_exchange.Status}, tape {_exchange.Reply.Status}, {_exchange.Reply.Depth} open");
        }

        if (_exchange.Status != ExchangeStatus.Ok && string.IsNullOrEmpty(_exchange.Message) && _exchange.ExceptionType is null)
        {
            Break("a fault that says nothing", _exchange.Status.ToString());
        }

        return _exchange.Status == ExchangeStatus.Ok ? Verdict.Accepted : Verdict.Framed;
    }

    public override void Dispose()
    {
        _exchange.Request.Dispose();
        _exchange.Reply.Dispose();
        base.Dispose();
    }

    private Contracts.MethodShape MethodOf(byte which) => corpus.Contract.Methods[which % corpus.Contract.Methods.Length];
}
