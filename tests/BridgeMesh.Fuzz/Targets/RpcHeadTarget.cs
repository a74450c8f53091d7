using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Grpc.Dialects.Connect;
using BridgeMesh.Codecs.Grpc.Dialects.Grpc;
using BridgeMesh.Codecs.Grpc.Dialects.GrpcWeb;
using BridgeMesh.Codecs.Grpc.Dialects.Triple;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Exchanges;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Registries;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Fuzz.Targets;

/// <summary>
/// Heads of requests in each dialect of gRPC's family, Connect's GET with its query too, and what becomes of them on the way to a callee.
/// <code>
/// how 1 | lines     how: bit 0 which protocol's listener; the rest which content type, the last of them GET. Lines: path and query, then name: value
/// </code>
/// A head is taken, or refused in words; its message is there when it was taken. Metadata that was read is written to callees so that it
/// reads as it was, in headers that HTTP can hold, and the hop's own headers stay the hop's own.
/// </summary>
internal sealed class RpcHeadTarget : FuzzTarget
{
    private const int MaxMessageBytes = 64 << 10;

    private static readonly RpcProtocol[] Protocols =
    [
        new("grpc", [GrpcDialects.Caller, .. GrpcWebDialects.Callers, .. ConnectDialects.Callers], static _ => GrpcDialects.Callee),
        new("triple", TripleDialects.Callers, TripleDialects.CalleeOf),
    ];

    private static readonly string?[] ContentTypes =
    [
        "application/grpc", "application/grpc+proto", "application/grpc-web", "application/grpc-web-text+proto", "application/proto", "application/json",
        "application/connect+proto", "application/connect+json; charset=utf-8", null,
    ];

    private static readonly string[] Paths = ["/a.B/c", "/a.B/c", "/a/b", "//", "/a", "/a/b/c", "/ /m", "/a.B/c?x=1", "/%2f/m", "/a/"];

    private static readonly string[] Query =
    [
        "connect=v1", "connect=v2", "encoding=json", "encoding=proto", "message={}", "message=e30", "message=e30%3D", "message=%zz", "base64=1",
        "compression=gzip", "compression=identity", "message=H4sIAAAAAAAAA6uuBQBDv6ajAgAAAA", "message=-_8", "base64=2", "encoding=xml", "message=",
    ];

    private static readonly string[] Fields =
    [
        "grpc-timeout: 1S", "grpc-timeout: 99999999H", "grpc-timeout: 1", "connect-timeout-ms: 5000", "connect-timeout-ms: 99999999999", "connect-timeout-ms:",
        "connect-protocol-version: 1", "connect-protocol-version: 2", "tri-service-timeout: 3000", "triple-timeout-ms: 1", "tri-service-version: 1.0.0",
        "tri-service-group: g", "tri-header-convert: %7B%22userid%22%3A%22userId%22%7D", "userid: 7", "tenant: acme", "tenant: other", "Trace-Bin: AAEC",
        "trace-bin: AAE=,AAEC", "x-empty:", "authorization: Bearer x", "cookie: a=b", "expect: 100-continue", "te: trailers", "host: a", "x_y.z: 1",
        "grpc-encoding: gzip", "content-encoding: gzip", "accept-encoding: br", "bridgemesh-version: 2", "tri-consumer-appname: app", "x: é", "expires: 0",
        "x-long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "user-agent: x", "range: bytes=0-", "tri-x: 1",
    ];

    /// <summary>What the framework files with a body, whose sender says nothing of it in a request.</summary>
    private static readonly string[] OfContent = ["allow", "expires", "last-modified"];

    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly CalleeDialect[] Callees =
    [
        GrpcDialects.Callee, TripleDialects.CalleeOf(Instance("triple", "false")), TripleDialects.CalleeOf(Instance("grpc", "true")),
    ];

    /// <summary>A callee's name is its registration's, and no caller's text.</summary>
    private static readonly ServiceKey Callee = new("a.B", "1.0.0") { Group = "g" };

    internal override string Name => "rpc-head";

    internal override int Weight => 40;

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        var type = random.Chance(35) ? ContentTypes.Length - 1 : random.Below(ContentTypes.Length);
        into.Add((byte)((type << 1) | (type == ContentTypes.Length - 1 ? 0 : random.Below(2))));
        into.Add(Encoding.UTF8.GetBytes(random.Pick<string>(Paths)));
        if (type == ContentTypes.Length - 1)
        {
            into.Add(Encoding.UTF8.GetBytes(random.Chance(80) ? "?encoding=json&message=" : "?"));
            for (var i = 1 + random.Below(6); i > 0; i--)
            {
                into.Add(Encoding.UTF8.GetBytes("&" + random.Pick<string>(Query)));
            }
        }

        for (var i = random.Skewed(8); i > 0; i--)
        {
            into.Add((byte)'\n');
            into.Add(Encoding.UTF8.GetBytes(random.Pick<string>(Fields)));
        }

        if (random.Chance(35))
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

        var how = input.Span[0];
        var request = Request(ContentTypes[(how >> 1) % ContentTypes.Length], Encoding.UTF8.GetString(input.Span[1..]).Split('\n'));
        if (Protocols[how & 1].DialectOf(request) is not { } dialect)
        {
            return Verdict.Refused;
        }

        var exchange = new Exchange();
        try
        {
            if (!dialect.TryReadHead(request, exchange))
            {
                if (exchange.Status == ExchangeStatus.Ok || string.IsNullOrEmpty(exchange.Message))
                {
                    Break("a head refused without a word", $"{exchange.Status} {exchange.Message}");
                }

                return Verdict.Framed;
            }

            if (exchange.Status != ExchangeStatus.Ok || exchange.CallerTimeoutMs < 0 || exchange.Method.Length == 0 || exchange.Service.Interface.Length == 0)
            {
                Break("a head that says nothing", $"{exchange.Status} {exchange.Service}/{exchange.Method} in {exchange.CallerTimeoutMs} ms");
            }

            dialect.ReadMetadata(request, exchange.RequestMetadata);
            exchange.CalleeService = Callee;
            foreach (var callee in Callees)
            {
                Send(callee, exchange);
            }

            return dialect is ConnectGetDialect ? Body(dialect, request) : Verdict.Accepted;
        }
        finally
        {
            exchange.Request.Dispose();
            exchange.Reply.Dispose();
        }
    }

    private static ServiceInstance Instance(string form, string wrapped) => new()
    {
        Service = default,
        Protocol = "triple",
        Host = "127.0.0.1",
        Port = 1,
        Metadata = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("form", form).Add("wrapped", wrapped),
    };

    /// <summary>As the server makes it of what came: what is no header at all it has refused before.</summary>
    private static HttpRequest Request(string? contentType, string[] lines)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = contentType is null ? "GET" : "POST";
        request.ContentType = contentType;
        var question = lines[0].IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? lines[0] : lines[0][..question];
        request.Path = path.StartsWith('/') ? path : "/" + path;
        request.QueryString = question < 0 ? default : new QueryString(lines[0][question..]);
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && !line.AsSpan(0, colon).ContainsAnyExcept(Token) && !line.AsSpan().ContainsAnyInRange('\0', '\u001f'))
            {
                request.Headers.AddField(line[..colon], line[(colon + 1)..].Trim());
            }
        }

        return request;
    }

    /// <summary>The message in a URL is a body like another.</summary>
    private static Verdict Body(CallerDialect dialect, HttpRequest request)
    {
        using var body = new UnaryBody();
        var status = body.ReadAsync(dialect.BodyOf(request), dialect.Framing, dialect.EncodingOf(request), MaxMessageBytes, CancellationToken.None)
            .AsTask().GetAwaiter().GetResult();
        if (!status.IsOk && string.IsNullOrEmpty(status.Detail))
        {
            Break("a message refused without a word", status.ToString());
        }

        if (status.IsOk && request.Query["base64"] != "1" && string.IsNullOrEmpty(request.Query["compression"])
            && !Encoding.UTF8.GetBytes(request.Query["message"].ToString()).AsSpan().SequenceEqual(body.Message.ToArray()))
        {
            Break("another message than the URL's", request.QueryString.Value ?? string.Empty);
        }

        return status.IsOk ? Verdict.Accepted : Verdict.Framed;
    }

    private static void Send(CalleeDialect callee, Exchange exchange)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://127.0.0.1/a/b") { Content = new ByteArrayContent([]) };
        callee.WriteHead(exchange, request, exchange.CallerTimeoutMs);
        var headers = new HeaderDictionary();
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            foreach (var value in values)
            {
                if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                {
                    Break("a header that cannot be sent", $"{name}: {value}");
                }

                headers.AddField(name, value);
            }
        }

        if (headers.TryGetValue(GrpcTimeout.Name, out var timeouts)
            && (timeouts.Count != 1 || !GrpcTimeout.TryParse(timeouts[0], out var timeoutMs) || timeoutMs < exchange.CallerTimeoutMs))
        {
            Break("a time that grows shorter", $"{exchange.CallerTimeoutMs} ms as {timeouts}");
        }

        var isTriple = callee != GrpcDialects.Callee;
        var again = new DefaultHttpContext().Request;
        foreach (var (name, values) in headers)
        {
            again.Headers[name] = values;
        }

        var read = new Metadata();
        if (isTriple)
        {
            TripleHead.ReadMetadata(again, read);
        }
        else
        {
            MetadataHeaders.Read(headers, read);
        }

        AssertSame(exchange.RequestMetadata, read, isTriple);
    }

    private static void AssertSame(Metadata sent, Metadata read, bool isTriple)
    {
        var left = read.Entries.ToArray().ToList();
        foreach (ref readonly var pair in sent.Entries)
        {
            var wire = isTriple ? TripleMetadata.OnWire(pair.Key, pair.Value) : MetadataRules.OnWire(pair.Key, pair.Value);
            if (wire is not { } expected || OfContent.Contains(expected.Name) || expected.Name == "authorization")
            {
                continue;
            }

            // Java's names keep their letters where one name has but one value.
            var found = left.FindIndex(p => p.Key.Equals(expected.Name, StringComparison.OrdinalIgnoreCase) && p.Value == expected.Value);
            if (found < 0)
            {
                Break("a pair that is lost", $"{pair.Key}: {pair.Value}");
            }

            left.RemoveAt(found);
        }

        if (left.Count > 0)
        {
            Break("a pair out of nowhere", $"{left[0].Key}: {left[0].Value}");
        }
    }
}
