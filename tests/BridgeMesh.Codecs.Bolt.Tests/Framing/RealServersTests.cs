using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Framing;

/// <summary>
/// Every recorded frame that is odd in some way: what the real server did with it, what the gateway does, and why where that is not the
/// same. docs/bolt.md has the table.
/// </summary>
public sealed class RealServersTests
{
    private const string TakesIt = "takes it";
    private const string PassesOn = "passes it on";
    private const string Closes = "closes the connection";
    private const string Waits = "waits for the rest";

    /// <summary>Files of which every case is odd, or a control for those that are.</summary>
    private static readonly string[] OddFiles = ["bolt-odd-frames", "sofarpc-envelope"];

    /// <summary>Odd cases among ordinary ones: a real server refused the request.</summary>
    private static readonly (string File, string Name)[] OddCases =
    [
        ("bolt-java-frames", "v1-no-processor"),
        ("bolt-java-frames", "v2-ver2-nocrc-no-processor"),
        ("bolt-java-frames", "v2-ver2-crc-no-processor"),
        ("sofarpc-java-json", "ping"),
        ("sofarpc-java-protobuf", "echo-empty"),
        ("sofarpc-java-values", "enum-with-body"),
    ];

    /// <summary>Why the gateway does something else. A case that is not here must do the same.</summary>
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["bolt-odd-frames/good-again"] = "the recorded server knew a processor for strings; one of SOFARPC knows SofaRequest alone",
        ["bolt-odd-frames/other-ver2"] = "it is a string again",
        ["bolt-odd-frames/two-frames-at-once"] = "strings again, each answered",
        ["sofarpc-envelope/truncated-content"] =
            "SOFARPC takes a string that is cut short as ending there: a call with other arguments than were meant",
        ["sofarpc-envelope/unknown-argument-class"] = "the gateway has no classes of its own: the callee says so",
        ["sofarpc-java-protobuf/echo-empty"] = "no bytes are a message like any other, in which no field is set",
        ["sofarpc-java-values/enum-with-body"] = "a SOFARPC callee says so; others can read it",
    };

    [Fact]
    public void Frames_ThatAreOdd_GetARealServersAnswerOrThereIsAReason()
    {
        var rows = new List<string>
        {
            "| recording | what is odd | real server | gateway, passing on | gateway, translating | why |",
            "|---|---|---|---|---|---|",
        };
        var cases = GoldenCase.OfAll(OddFiles).Concat(OddCases.Select(c => GoldenCase.Of(c.File, c.Name))).ToList();
        foreach (var golden in cases)
        {
            var real = RealAnswer(golden);
            var ours = OurAnswer(golden.Request);
            var passing = OurAnswer(golden.Request, translates: false);
            var reason = Reasons.GetValueOrDefault(golden.Id, string.Empty);
            Assert.True((real == ours) == (reason.Length == 0), $"{golden.Id}: {real}, {ours}, and the reason is '{reason}'");

            // What is passed on is answered by a real server; what is not must not differ from what translation makes of it.
            Assert.True(passing == ours || passing == PassesOn, $"{golden.Id}: {passing}, {ours}");
            rows.Add($"| {golden.Id} | {golden.Description} | {real} | {passing} | {ours} | {reason} |");
        }

        Assert.True(cases.Count >= 28, $"only {cases.Count} odd frames");
        Assert.Empty(Reasons.Keys.Except(cases.Select(c => c.Id)));
        DocumentedTable.AssertIs("odd-frames", rows);
    }

    /// <summary>Where the gateway answers as the real server does, its text says what the real one's says.</summary>
    [Theory]
    [InlineData("bolt-odd-frames", "class-length-32768", "No user processor found for request: null")]
    [InlineData("sofarpc-envelope", "unknown-request-class", "No user processor found for request: com.example.Unknown")]
    [InlineData("bolt-java-frames", "v1-no-processor", "No user processor found for request: ")]
    public void Answers_OfNoProcessor_HaveTheRealServersText(string file, string name, string says)
    {
        var golden = GoldenCase.Of(file, name);
        Assert.Contains(says, Frames.ReadReply(golden.Answer).Message, StringComparison.Ordinal);
        Assert.Contains(says, Frames.ReadReply(AnswerTo(golden.Request)!).Message, StringComparison.Ordinal); // It has an answer.
    }

    [Theory]
    [InlineData("bolt-odd-frames", "unknown-codec", "unknown Bolt codec 77")]
    [InlineData("sofarpc-envelope", "no-header", "no header map")]
    [InlineData("sofarpc-envelope", "garbled-content", "expected an object")]
    [InlineData("sofarpc-envelope", "empty-content", "no content")]
    [InlineData("sofarpc-envelope", "truncated-content", "inside a value")]
    [InlineData("sofarpc-java-json", "ping", "methods without a result")]
    public void Answers_ToUnreadableRequests_SayWhatIsWrongUnderTheCallersId(string file, string name, string says)
    {
        var request = GoldenCase.Of(file, name).Request;
        var reply = Frames.ReadReply(AnswerTo(request)!); // It has an answer.
        Assert.Equal((ExchangeStatus.InvalidArgument, Frames.Scan(request).CorrelationId), (reply.Status, reply.ReplyHeader.CorrelationId));
        Assert.Contains(says, reply.Message, StringComparison.Ordinal);
    }

    private static string RealAnswer(GoldenCase golden)
    {
        if (golden.Response is { } response)
        {
            return Answered(Frames.Scan(response).Status);
        }

        return golden.Expected.TryGetProperty("peerClosedConnection", out var closed) && closed.GetBoolean() ? Closes : Waits;
    }

    private static string OurAnswer(byte[] bytes, bool translates = true)
    {
        var scan = Frames.Codec.Scan(Frames.Sequence(bytes), FrameLimits.Default, out _);
        if (!scan.Fault.IsOk)
        {
            return Closes;
        }

        if (scan.NeedBytes > 0)
        {
            return Waits;
        }

        return AnswerTo(bytes, translates) is { } answer ? Answered(Frames.Scan(answer).Status) : translates ? TakesIt : PassesOn;
    }

    /// <summary>What the gateway answers by itself to the first frame; null where it takes the call.</summary>
    private static byte[]? AnswerTo(byte[] bytes, bool translates = true)
    {
        Assert.True(Frames.Codec.Scan(Frames.Sequence(bytes), FrameLimits.Default, out var header).IsWhole);
        var exchange = new Exchange { CallerHeader = header, RequestFrame = Frames.Sequence(bytes[..header.Length]) };
        var status = Frames.Codec.OpenRequest(exchange);
        if (status.IsOk && translates)
        {
            ServiceContract[] contracts = [DemoTypes.JsonService, DemoTypes.ProtoService];
            exchange.Contract = Array.Find(contracts, c => c.Service == exchange.Service);
            status = Frames.Codec.ReadRequest(exchange);
        }

        if (status.IsOk)
        {
            return null;
        }

        exchange.SetFault(ExchangeStatus.InvalidArgument, status);
        return Frames.WriteReply(exchange);
    }

    private static string Answered(int status) => status == 0 ? TakesIt : $"answers with status {status}";
}
