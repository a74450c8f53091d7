using System.Text.Json;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Tests.Golden;

/// <summary>Every recorded reply of Java providers, compared with what the Java consumer decoded.</summary>
public class GoldenReplyTests
{
    public static TheoryData<string, string> Files => GoldenRequestTests.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void RecordedReply_Read_HasTheResultOfTheProvider(string version, string group)
    {
        var differences = new List<string>();
        var compared = 0;
        foreach (var golden in GoldenCase.Load(version, group))
        {
            if (golden.Response is not { } frame || golden.Find("status") is not { ValueKind: JsonValueKind.Number } status)
            {
                continue;
            }

            var header = Frames.Scan(frame);
            Assert.Equal((FrameKind.Reply, status.GetInt32()), (header.Kind, header.Status));
            var exchange = Frames.Answered(NewCall(), frame);
            var decoded = golden.Find("responseDecoded") ?? golden.Find("responsesDecoded")?[0] ?? default;
            Compare(golden, exchange, decoded, differences);
            compared++;
        }

        Assert.True(compared > 0, "nothing was compared");
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    /// <summary>With a signature, so that the call is not taken for one that was sent through $invoke.</summary>
    private static Exchange NewCall() => new() { Method = "any", Signature = Contracts.JavaSignature.None };

    private static void Compare(GoldenCase golden, Exchange exchange, JsonElement decoded, List<string> differences)
    {
        if (golden.Find("status")?.GetInt32() != 20)
        {
            Assert.NotEqual(ExchangeStatus.Ok, exchange.Status);
            Assert.False(string.IsNullOrEmpty(exchange.Message), golden.ToString());
            Assert.DoesNotContain("\tat ", exchange.Message, StringComparison.Ordinal);
            return;
        }

        GoldenRequestTests.CompareAttachments(
            golden, exchange.ReplyMetadata, decoded.TryGetProperty("attachments", out var attachments) ? attachments : null, differences);
        var exception = golden.Find("expected", "exception") ?? (decoded.TryGetProperty("exception", out var own) ? own : null);
        if (decoded.GetProperty("resultFlag").GetInt32() % 3 == 0)
        {
            Assert.Equal(ExchangeStatus.RuntimeException, exchange.Status);
            Assert.Equal(ValueKind.Object, exchange.Reply[0].Kind);
            Assert.Equal(exchange.Reply[0].Type, exchange.ExceptionType);
            Add(golden, exchange, exception, differences);
            return;
        }

        Assert.Equal(ExchangeStatus.Ok, exchange.Status);
        if (decoded.GetProperty("resultFlag").GetInt32() % 3 == 2)
        {
            Assert.Equal((1, ValueKind.Null), (exchange.Reply.Count, exchange.Reply[0].Kind));
            return;
        }

        var result = golden.Find("expected", "result") ?? (decoded.TryGetProperty("value", out var value) ? value : null);
        Add(golden, exchange, result, differences);
    }

    private static void Add(GoldenCase golden, Exchange exchange, JsonElement? view, List<string> differences)
    {
        // Where Java itself could not decode its own answer there is nothing to compare with.
        if (view is { } expected && new ValueView(exchange.Reply).Difference(0, expected, "result") is { } difference)
        {
            differences.Add($"{golden}: {difference}");
        }
    }
}
