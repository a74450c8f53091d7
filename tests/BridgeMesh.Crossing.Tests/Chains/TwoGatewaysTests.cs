using System.Collections.Immutable;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Crossing.Triple;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Crossing.Chains;

/// <summary>
/// Calls through two gateways with gRPC or Triple between them: what the callee is told and what the caller is told stays what one gateway
/// would have said.
/// </summary>
public sealed class TwoGatewaysTests
{
    private const string Declared = "com.acme.OrderException";
    private const string Illegal = "java.lang.IllegalStateException";

    /// <summary>Caller, protocol between the gateways with its form, callee.</summary>
    public static TheoryData<string, string, string> Paths()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (caller, callee) in new[] { ("bolt", "dubbo"), ("dubbo", "bolt"), ("dubbo", "dubbo"), ("bolt", "bolt") })
        {
            foreach (var between in new[] { "grpc", "triple", "triple/grpc", "http" })
            {
                data.Add(caller, between, callee);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task DeclaredException_KeepsItsClassFieldsAndCause(string caller, string between, string callee)
    {
        await using var behind = await GatewayUnderTest.StartAsync(TripleShop.Contract, static e => Throw(e, Declared));
        await using var front = await FrontAsync(behind, between);
        var seen = await front.CallAsync(caller, callee, "place", "java.lang.String", static e => e.Request.AddString("o1"));
        Assert.Equal(("no stock", Declared), (seen.Message, seen.ExceptionType?.Text));
        Assert.Equal(7, seen.Reply[seen.Reply.FindField(0, "code"u8)].AsInt64);
        Assert.Equal("sold out", seen.Reply.Text(seen.Reply.FindField(0, "reason"u8)));
        AssertCause(seen.Reply);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task JdkException_KeepsItsClassAndCause(string caller, string between, string callee)
    {
        await using var behind = await GatewayUnderTest.StartAsync(TripleShop.Contract, static e => Throw(e, Illegal));
        await using var front = await FrontAsync(behind, between);
        var seen = await front.CallAsync(caller, callee, "place", "java.lang.String", static e => e.Request.AddString("o1"));
        Assert.Equal(("no stock", Illegal), (seen.Message, seen.ExceptionType?.Text));
        AssertCause(seen.Reply);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Call_TimeHopsAndMetadata_ReachTheCallee(string caller, string between, string callee)
    {
        var told = new List<(string Key, string Value)>();
        var time = 0;
        await using var behind = await GatewayUnderTest.StartAsync(TripleShop.Contract, e =>
        {
            time = e.CallerTimeoutMs;
            told.AddRange(e.RequestMetadata.Entries.ToArray().Select(static p => (p.Key, p.Value)));
            e.ReplyMetadata.TryAdd("x-answer", "fine");
            e.Reply.AddString("done"u8);
        });
        await using var front = await FrontAsync(behind, between);
        var seen = await front.CallAsync(caller, callee, "place", "java.lang.String", static e =>
        {
            e.RemainingMs = 9_000;
            e.RequestMetadata.TryAdd("tenant", "acme");
            e.RequestMetadata.TryAdd("userId", "u-1");
            e.RequestMetadata.TryAdd("city", "Zürich 界");
            e.RequestMetadata.TryAdd("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            e.Request.AddString("o1");
        });
        Assert.Equal((ExchangeStatus.Ok, "done"), (seen.Status, seen.Reply.Text(0)));
        Assert.InRange(time, 1, 9_000);
        Assert.Contains((HopList.Key, $"{GatewayUnderTest.FrontId},{GatewayUnderTest.Id}"), told);
        Assert.Contains(("tenant", "acme"), told);
        Assert.Contains("00-0af7651916cd43dd8448eb211c80319c", told.Single(static p => p.Key == "traceparent").Value, StringComparison.Ordinal);
        Assert.Contains("u-1", told.Where(static p => p.Key.Equals("userId", StringComparison.OrdinalIgnoreCase)).Select(static p => p.Value));
        Assert.Equal("fine", seen.ReplyMetadata.Find("x-answer"));

        // HTTP and Triple have a form for text that is not ASCII; gRPC has none, and no case in names.
        Assert.Contains(
            between switch { "http" => ("city", "Zürich 界"), "grpc" => ("userid", "u-1"), _ => ("city-bin", "WsO8cmljaCDnlYw") }, told);
    }

    private static Task<GatewayUnderTest> FrontAsync(GatewayUnderTest behind, string between)
    {
        var (protocol, form) = between.Split('/') is [var p, var f] ? (p, f) : (between, null);
        var metadata = ImmutableDictionary<string, string>.Empty;
        return GatewayUnderTest.StartAsync(TripleShop.Contract, behind: (behind, protocol, form is null ? metadata : metadata.Add("form", form)));
    }

    private static void AssertCause(ValueTape reply)
    {
        var cause = ThrowableValue.CauseOf(reply, 0);
        Assert.True(cause > 0, "no cause");
        Assert.Equal(("java.lang.IllegalArgumentException", "shelf gone"), (reply[cause].Type?.Text, ThrowableValue.MessageOf(reply, cause)));
    }

    private static void Throw(Exchange exchange, string type)
    {
        exchange.Status = ExchangeStatus.RuntimeException;
        exchange.ExceptionType = TypeName.Of(type);
        exchange.Message = "no stock";
        exchange.Reply.BeginObject(exchange.ExceptionType);
        if (type == Declared)
        {
            exchange.Reply.Name(FieldName.Of("code"));
            exchange.Reply.AddInt32(7);
            exchange.Reply.Name(FieldName.Of("reason"));
            exchange.Reply.AddString("sold out");
        }

        exchange.Reply.Name(ThrowableValue.Message);
        exchange.Reply.AddString("no stock");
        exchange.Reply.Name(ThrowableValue.Cause);
        exchange.Reply.BeginObject(TypeName.Of("java.lang.IllegalArgumentException"));
        exchange.Reply.Name(ThrowableValue.Message);
        exchange.Reply.AddString("shelf gone");
        AddStack(exchange.Reply);
        exchange.Reply.End();
        AddStack(exchange.Reply);
        exchange.Reply.End();
    }

    /// <summary>By which a JVM's exceptions are known.</summary>
    private static void AddStack(ValueTape tape)
    {
        tape.Name(ThrowableValue.StackTrace);
        tape.BeginArray(TypeName.Of("[java.lang.StackTraceElement"));
        tape.End();
    }
}
