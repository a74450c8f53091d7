using System.Collections.Immutable;
using System.Text.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Dubbo.Tests.Golden;

/// <summary>
/// Recorded frames read and written again must come out byte for byte, id and all, except for the name of the calling application and for
/// what <see cref="GoldenDivergences"/> lists.
/// </summary>
public class GoldenRewriteTests
{
    private static readonly byte[] RecordedApplication = [0x14, .. "bridge-demo-consumer"u8];
    private static readonly byte[] OurApplication = [0x0A, .. "bridgemesh"u8];

    public static TheoryData<string, string> Files => GoldenRequestTests.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void RecordedRequest_WrittenAgain_IsTheSameFrame(string version, string group)
    {
        var differences = new List<string>();
        var compared = 0;
        foreach (var golden in GoldenCase.Load(version, group))
        {
            if (golden.Request is not { } frame || golden.IsHandMade || GoldenGenericTests.IsGeneric(golden)
                || golden.Find("requestDecoded", "method")?.GetString() == "$echo")
            {
                continue;
            }

            var exchange = Frames.Read(frame);
            exchange.RemainingMs = exchange.CallerTimeoutMs;
            exchange.Instance = ProviderOf(golden, exchange);
            var written = Frames.Request(exchange, exchange.CallerHeader.CorrelationId);
            Compare(golden, "request", Normalised(frame), written, differences);
            compared++;
        }

        Assert.True(compared > 0 || group == "generic", "nothing was compared");
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void RecordedReply_WrittenAgain_IsTheSameFrame(string version, string group)
    {
        var differences = new List<string>();
        var compared = 0;
        foreach (var golden in GoldenCase.Load(version, group))
        {
            if (golden.Response is not { } frame || golden.Request is not { } request || golden.IsHandMade
                || golden.Find("status") is not { ValueKind: JsonValueKind.Number } status || status.GetInt32() != 20)
            {
                continue;
            }

            var exchange = Frames.Opened(request);
            exchange.CallerFlags &= ~14; // The value is already in the form that a generic caller gets.
            exchange.Signature ??= JavaSignature.None;
            Frames.Answered(exchange, frame);
            var written = Frames.Reply(exchange);
            Compare(golden, "reply", frame, written, differences);
            compared++;
        }

        Assert.True(compared > 0, "nothing was compared");
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    /// <summary>As a registry describes the provider: one with a token says so there.</summary>
    private static ServiceInstance? ProviderOf(GoldenCase golden, Exchange exchange) =>
        golden.Find("requestDecoded", "attachments", "token") is { } token
            ? new ServiceInstance
            {
                Service = exchange.Service,
                Protocol = "dubbo",
                Host = "127.0.0.1",
                Port = 20_880,
                Metadata = ImmutableDictionary<string, string>.Empty.Add("token", token.ToString()),
            }
            : null;

    private static void Compare(
        GoldenCase golden, string which, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, List<string> differences)
    {
        var isSame = expected.SequenceEqual(actual);
        if (isSame && GoldenDivergences.Of(golden, which))
        {
            differences.Add($"{golden} {which} is listed as divergent and is not");
        }
        else if (!isSame && !GoldenDivergences.Of(golden, which))
        {
            var at = expected[16..].CommonPrefixLength(actual[16..]) + 16;
            var from = Math.Max(0, at - 12);
            differences.Add($"{golden} {which} at {at}: expected {Text(expected, from)} found {Text(actual, from)}");
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes, int from) =>
        string.Concat(bytes[from..].ToArray().Take(60).Select(b => b is >= 32 and < 127 ? $"{(char)b}" : $"~{b:x2}"));

    /// <summary>The recorded frame with the name of our application.</summary>
    private static byte[] Normalised(byte[] frame)
    {
        var at = frame.AsSpan().IndexOf(RecordedApplication);
        if (at < 0)
        {
            return frame;
        }

        byte[] changed = [.. frame[..at], .. OurApplication, .. frame[(at + RecordedApplication.Length)..]];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(12), changed.Length - 16);
        return changed;
    }
}
