using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Grpc.Dialects.Connect;
using BridgeMesh.Codecs.Grpc.Dialects.Grpc;
using BridgeMesh.Codecs.Grpc.Dialects.GrpcWeb;
using BridgeMesh.Codecs.Grpc.Dialects.Triple;
using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Exchanges;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// How calls end in each dialect of gRPC's family, when the words come from a callee that may say anything.
/// <code>
/// dialect 1 | status 1 | pairs already sent 1 | text in UTF-8: message, then lines of name:value
/// </code>
/// Whatever it says, headers are printable ASCII, bodies parse by other readers, nobody's text becomes a header or a member of its own, and
/// code, message and every pair that can be sent come through.
/// </summary>
internal sealed class RpcEndTarget : FuzzTarget
{
    private const int Statuses = (int)ExchangeStatus.Internal + 1;

    private static readonly CallerDialect[] Dialects =
        [GrpcDialects.Caller, .. GrpcWebDialects.Callers, .. ConnectDialects.Callers, .. TripleDialects.Callers];

    private static readonly string[] Messages =
    [
        "", "no stock", "100%", "%41%zz", "a\r\ngrpc-status:0", "\"}],\"code\":\"ok\"", "急 😀", "\uE000", "x\u0000y", "\u2028</script>", "\\ud800",
    ];

    private static readonly string[] Pairs =
    [
        "tenant:acme", "tenant:other", "Trace-Id:7", "trace-id:8", "grpc-status:0", "grpc-message:ok", "x-bin:AAEC", "x-bin:AAE=", "x-bin:!", "a b:c",
        ":path:/", "x:a\tb", "name:急", "content-type:text/html", "trailer-a:1", "tri-service-version:1", "X:", "constructor:{}", "a\":b", "x:\\\"",
    ];

    private static readonly SearchValues<char> Lines =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(static c => (char)c), '\r', '\n']);

    private readonly FrameWriter _body = new();

    internal override string Name => "rpc-end";

    internal override int Weight => 30;

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        into.Add((byte)random.Below(Dialects.Length));
        into.Add((byte)random.Below(Statuses));
        into.Add((byte)(random.Chance(60) ? 0 : random.Below(4)));
        for (var i = random.Skewed(3); i > 0; i--)
        {
            into.Add(Encoding.UTF8.GetBytes(random.Pick<string>(Messages)));
        }

        if (random.Chance(4))
        {
            into.Add(Encoding.UTF8.GetBytes(new string(random.Chance(50) ? 'm' : '中', random.Below(3_000))));
        }

        for (var i = random.Below(5); i > 0; i--)
        {
            into.Add((byte)'\n');
            into.Add(Encoding.UTF8.GetBytes(random.Pick<string>(Pairs)));
        }

        if (random.Chance(40))
        {
            ByteMutations.One(into, random);
        }
    }

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        if (input.Length < 3)
        {
            return Verdict.Refused;
        }

        // A letter of the private area stands for half a surrogate pair, which no UTF-8 has and Java's texts may.
        var parts = Encoding.UTF8.GetString(input.Span[3..]).Replace('\uE000', '\ud800').Split('\n');
        var exchange = new Exchange { Method = "m" };
        try
        {
            var status = (ExchangeStatus)(input.Span[1] % Statuses);
            var dialect = Dialects[input.Span[0] % Dialects.Length];
            var isHeadOut = input.Span[2] > 0;
            if (status != ExchangeStatus.Ok || !isHeadOut)
            {
                exchange.SetFault(status == ExchangeStatus.Ok ? ExchangeStatus.Unavailable : status, parts[0]);
            }

            var sent = default(SentMetadata);
            for (var i = 1; i < parts.Length; i++)
            {
                var colon = parts[i].IndexOf(':', 1 % Math.Max(1, parts[i].Length));
                if (colon > 0)
                {
                    exchange.ReplyMetadata.TryAdd(parts[i][..colon], parts[i][(colon + 1)..]);
                }

                sent = i == input.Span[2] ? SentMetadata.Of(exchange.ReplyMetadata) : sent;
            }

            return End(dialect, exchange, isHeadOut && dialect.Streams != StreamSupport.None, sent);
        }
        finally
        {
            exchange.Request.Dispose();
            exchange.Reply.Dispose();
        }
    }

    public override void Dispose()
    {
        _body.Dispose();
        base.Dispose();
    }

    private Verdict End(CallerDialect dialect, Exchange exchange, bool isHeadOut, SentMetadata sent)
    {
        var context = new DefaultHttpContext();
        var trailers = new TrailerFields();
        context.Features.Set<IHttpResponseTrailersFeature>(trailers);
        _body.Clear();
        if (isHeadOut)
        {
            dialect.WriteEnd(context.Response, exchange, sent, _body);
        }
        else if (exchange.Status != ExchangeStatus.Ok)
        {
            dialect.WriteFault(context.Response, exchange, _body);
            sent = default;
        }
        else
        {
            return Verdict.Refused;
        }

        var pairs = new List<(string Name, string Value)>();
        Printable(context.Response.Headers, pairs);
        Printable(trailers.Trailers, pairs);
        var isTriple = TripleDialects.Callers.Contains(dialect);
        var type = context.Response.ContentType ?? string.Empty;
        if (dialect is GrpcWebCallerDialect)
        {
            ReadFrame(0x80, out var frame);
            ReadTrailers(frame, pairs);
            ReadStatus(exchange, pairs);
        }
        else if (dialect.Framing.EndFlag != 0)
        {
            ReadFrame(dialect.Framing.EndFlag, out var frame);
            using var json = JsonDocument.Parse(frame);
            ReadMetadata(json.RootElement, pairs);
            if (exchange.Status != ExchangeStatus.Ok)
            {
                ReadError(exchange, json.RootElement.GetProperty("error"));
            }
        }
        else if (type == ConnectDialects.Json && exchange.Status != ExchangeStatus.Ok)
        {
            using var json = JsonDocument.Parse(_body.WrittenMemory);
            ReadError(exchange, json.RootElement);
        }
        else
        {
            ReadStatus(exchange, pairs);
        }

        AssertSent(exchange, sent, pairs, isTriple);
        return exchange.Message is null || exchange.Message.All(char.IsAsciiLetterOrDigit) ? Verdict.Framed : Verdict.Accepted;
    }

    private static void Printable(IHeaderDictionary headers, List<(string Name, string Value)> pairs)
    {
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                if (name.Length == 0 || name.AsSpan().ContainsAnyExceptInRange('!', '~') || value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                {
                    Break("a header that cannot be sent", $"{name}: {value}");
                }

                pairs.Add((name.ToLowerInvariant(), value ?? string.Empty));
            }
        }
    }

    private void ReadFrame(byte flag, out ReadOnlyMemory<byte> content)
    {
        var status = MessagePrefix.Read(new(_body.WrittenMemory), 1 << 20, out var prefix, out var whole, flag);
        if (!status.IsOk || !whole || prefix.Flag != flag || prefix.Length != _body.Length - MessagePrefix.Bytes)
        {
            Break("an end that is no frame", $"{status} {prefix} of {_body.Length}");
        }

        content = _body.WrittenMemory[MessagePrefix.Bytes..];
    }

    private static void ReadTrailers(ReadOnlyMemory<byte> frame, List<(string Name, string Value)> pairs)
    {
        var text = Encoding.Latin1.GetString(frame.Span);
        if (!text.EndsWith("\r\n", StringComparison.Ordinal) || text.AsSpan().ContainsAnyExcept(Lines))
        {
            Break("trailers that are no lines", text);
        }

        foreach (var line in text[..^2].Split("\r\n"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line.AsSpan().ContainsAny('\r', '\n'))
            {
                Break("a line that is no trailer", line);
            }

            pairs.Add((line[..colon], line[(colon + 1)..]));
        }
    }

    private static void ReadStatus(Exchange exchange, List<(string Name, string Value)> pairs)
    {
        var status = pairs.FindAll(static p => p.Name == GrpcTrailers.StatusName);
        var isException = pairs.Exists(static p => p.Name == TripleHeaders.ExceptionCode);
        if (status.Count != 1 || (!isException && status[0].Value != Code(exchange)))
        {
            Break("another status", $"{string.Join(' ', status)} for {exchange.Status}");
        }

        var message = pairs.FindAll(static p => p.Name == GrpcTrailers.MessageName);
        if (message.Count > 1)
        {
            Break("two messages", string.Join(' ', message));
        }

        if (!isException && exchange.Status != ExchangeStatus.Ok)
        {
            Said(exchange, message.Count == 0 ? string.Empty : StatusMessage.Decode(message[0].Value), mayBeCut: true);
        }
    }

    private static string Code(Exchange exchange) =>
        OutboundStatuses.CodeOf(exchange).ToString(CultureInfo.InvariantCulture);

    private static void ReadMetadata(JsonElement end, List<(string Name, string Value)> pairs)
    {
        if (!end.TryGetProperty("metadata", out var metadata))
        {
            return;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pair in metadata.EnumerateObject())
        {
            if (!names.Add(pair.Name))
            {
                Break("a name that comes twice", pair.Name);
            }

            pairs.AddRange(pair.Value.EnumerateArray().Select(value => (pair.Name, value.GetString() ?? string.Empty)));
        }
    }

    private static void ReadError(Exchange exchange, JsonElement error)
    {
        var code = error.GetProperty("code").GetString();
        if (code != ConnectCodes.Of(OutboundStatuses.CodeOf(exchange)).Name || error.EnumerateObject().Count(static p => p.Name is "code" or "message") > 2)
        {
            Break("another code", $"{code} for {exchange.Status}");
        }

        Said(exchange, error.TryGetProperty("message", out var message) ? message.GetString() ?? string.Empty : string.Empty, mayBeCut: false);
    }

    private static void Said(Exchange exchange, string message, bool mayBeCut)
    {
        // Half a pair has no UTF-8.
        var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(exchange.Message ?? string.Empty));
        if (mayBeCut && expected.Length > StatusMessage.MaxChars ? !expected.StartsWith(message, StringComparison.Ordinal) : message != expected)
        {
            Break("another message", $"{expected} became {message}");
        }
    }

    /// <summary>Every pair that can be sent, and was not sent before, is there as often as it was given.</summary>
    private static void AssertSent(Exchange exchange, SentMetadata sent, List<(string Name, string Value)> pairs, bool isTriple)
    {
        foreach (ref readonly var pair in exchange.ReplyMetadata.Entries)
        {
            var name = isTriple ? TripleMetadata.OnWire(pair.Key, pair.Value)?.Name : MetadataRules.WireName(pair.Key);
            if (name is null || sent.Contains(pair) || (!isTriple && !MetadataRules.MaySend(name, pair.Value)))
            {
                continue;
            }

            var value = isTriple ? TripleMetadata.OnWire(pair.Key, pair.Value)!.Value.Value : pair.Value;
            if (!pairs.Remove((name, value)))
            {
                Break("a pair that is lost", $"{name}: {value}");
            }
        }
    }

    private sealed class TrailerFields : IHttpResponseTrailersFeature
    {
        public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();
    }
}
