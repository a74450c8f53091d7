using System.Buffers;
using System.Text.Json;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Tests.Golden;

/// <summary>
/// Every frame that the recorder made by hand: odd, malformed, hostile. What two real providers answered stands beside what the gateway
/// makes of the same bytes. docs/dubbo.md has the table; where the gateway differs from either, it says why.
/// </summary>
public class GoldenMalformedTests
{
    private const string NoPart = "no byte behind it can be trusted to begin a frame";
    private const string NoConsole = "the gateway has no telnet console";
    private const string NobodyWaits = "nobody should wait for an answer that never comes";
    private const string Callee = "the callee judges; under a contract the gateway answers 40 and names the argument";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["raw-unknown-method"] = "the callee judges; where it speaks another protocol, what it says comes back as 60",
        ["raw-wrong-desc"] = "the callee judges; under a contract the only method of that name is called if the argument fits",
        ["raw-empty-body"] = NobodyWaits,
        ["raw-unknown-serialization-id"] = NobodyWaits,
        ["raw-arg-type-mismatch"] = Callee,
        ["raw-map-for-pojo"] = "the callee judges; under a contract the map becomes the object",
        ["raw-string-for-enum"] = "the callee judges; under a contract the text becomes the constant",
        ["raw-negative-length"] = NoPart,
        ["raw-not-dubbo-telnet"] = NoConsole,
        ["raw-http"] = NoConsole,
    };

    public static TheoryData<string> Names =>
        [.. HandMade(GoldenCase.Versions[0]).Select(g => g.Name)];

    [Fact]
    public void BothVersions_WereSentTheSameFrames()
    {
        Assert.Equal(31, Names.Count);
        Assert.Equal(HandMade(GoldenCase.Versions[0]).Select(g => g.Name), HandMade(GoldenCase.Versions[1]).Select(g => g.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Answer_OfTheGateway_IsTheProvidersOrDiffersForAReason(string name)
    {
        var recorded = GoldenCase.Versions.Select(v => Recorded(GoldenCase.Get(v, "errors", name))).ToArray();
        var ours = GoldenCase.Versions.Select(v => Ours(GoldenCase.Get(v, "errors", name))).Distinct().ToArray();
        Assert.True(ours.Length == 1, $"the gateway answers {string.Join(" and ", ours)} to the same frame");
        Assert.Equal(Reasons.ContainsKey(name), recorded.Any(r => r != ours[0].Replace("passed on: ", "", StringComparison.Ordinal)));
    }

    [Fact]
    public void Table_OfAllFrames_IsTheDocumentedOne() => DocumentedTable.AssertIs(
        "frames",
        "| frame | 2.7.23 | 3.2.16 | gateway | why it differs |",
        HandMade(GoldenCase.Versions[0]).Select(g =>
        {
            var newer = GoldenCase.Get(GoldenCase.Versions[1], "errors", g.Name);
            var what = g.Find("description")?.GetString()?.Split(':')[0];
            return $"| {what} | {Recorded(g)} | {Recorded(newer)} | {Ours(g)} | {Reasons.GetValueOrDefault(g.Name, "")} |";
        }));

    private static IEnumerable<GoldenCase> HandMade(string version) => GoldenCase.Load(version, "errors").Where(g => g.IsHandMade);

    /// <summary>Status and result flag; "nothing" where the connection stayed open and silent.</summary>
    private static string Recorded(GoldenCase golden)
    {
        Assert.Equal(false, golden.Find("connectionClosedByProvider")?.GetBoolean());
        if (golden.Find("status") is not { ValueKind: JsonValueKind.Number } status)
        {
            return golden.Find("responseText") is null ? "nothing" : "a telnet prompt";
        }

        return status.GetInt32() == 20 ? $"20, flag {(golden.Response ?? [])[16] - 0x90}" : $"{status}";
    }

    private static string Ours(GoldenCase golden)
    {
        var bytes = golden.Request ?? [];
        var answers = new HashSet<string>();
        while (bytes.Length > 0)
        {
            var scan = Frames.Codec.Scan(new ReadOnlySequence<byte>(bytes), FrameLimits.Default, out var header);
            if (!scan.IsWhole)
            {
                // A declared length within the limit: the rest of the frame may still come.
                return scan.Fault.IsOk ? "nothing" : "closes the connection";
            }

            answers.Add(Answer(bytes[..header.Length], golden));
            bytes = bytes[header.Length..];
        }

        return string.Join(" and ", answers);
    }

    private static string Answer(byte[] frame, GoldenCase golden)
    {
        var exchange = Frames.Request(frame);
        var status = Frames.Codec.OpenRequest(exchange);
        if (status.IsOk)
        {
            status = Frames.Codec.ReadRequest(exchange);
        }

        if (!status.IsOk)
        {
            exchange.SetFault(ExchangeStatus.InvalidArgument, status);
            var reply = Frames.Reply(exchange);
            Assert.Equal(exchange.CallerHeader.CorrelationId, Frames.Scan(reply).CorrelationId);
            return $"{Frames.Scan(reply).Status}";
        }

        if (exchange.OneWay)
        {
            Assert.Empty(Frames.Reply(exchange));
            return "nothing";
        }

        var flags = GoldenCase.Versions.Select(v => Recorded(GoldenCase.Get(v, "errors", golden.Name))).Distinct().ToArray();
        if (flags.Length > 1 || !flags[0].StartsWith("20", StringComparison.Ordinal))
        {
            return "passed on";
        }

        // The outcome that both providers had, in the flags that this caller decodes.
        const int AttachmentsFollow = 3;
        switch ((flags[0][^1] - '0') % AttachmentsFollow)
        {
            case 0:
                exchange.Status = ExchangeStatus.RuntimeException;
                break;
            case 1:
                exchange.Reply.AddInt32(1);
                break;
            default:
                exchange.Reply.AddNull();
                break;
        }

        return $"passed on: 20, flag {Frames.Reply(exchange)[16] - 0x90}";
    }
}
