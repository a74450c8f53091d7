using System.Globalization;
using System.Text.Json;
using BridgeMesh.Codecs.Dubbo.Attachments;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Tests.Golden;

/// <summary>Every recorded request of Java consumers: scanned, opened, decoded and compared with what the recorder saw.</summary>
public class GoldenRequestTests
{
    public static TheoryData<string, string> Files
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var version in GoldenCase.Versions)
            {
                foreach (var group in GoldenCase.Groups)
                {
                    data.Add(version, group);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void RecordedRequest_Opened_RoutesAsTheProviderDid(string version, string group)
    {
        var compared = 0;
        foreach (var golden in GoldenCase.Load(version, group))
        {
            // list-of-java9: Java itself cannot decode it.
            if (golden.Request is not { } frame || golden.Find("requestDecoded") is not { } decoded
                || decoded.TryGetProperty("decodeError", out _))
            {
                continue;
            }

            var header = Frames.Scan(frame);
            Assert.Equal(FrameKind.Request, header.Kind);
            Assert.Equal(Id(decoded.GetProperty("id")), header.CorrelationId);
            Assert.Equal(!decoded.GetProperty("twoWay").GetBoolean(), header.OneWay);
            Assert.Equal(decoded.GetProperty("bodyLength").GetInt32() + 16, header.Length);

            var exchange = Frames.Opened(frame);
            var attachments = decoded.GetProperty("attachments");
            var serviceVersion = decoded.GetProperty("serviceVersion").ToString();
            var expected = new ServiceKey(
                decoded.GetProperty("path").ToString(),
                serviceVersion == "0.0.0" ? "" : serviceVersion,
                attachments.TryGetProperty("group", out var g) ? g.ToString() : "");
            Assert.Equal(expected, exchange.Service);
            var timeout = attachments.TryGetProperty("timeout", out var t) ? t.ToString() : "0";
            Assert.Equal(timeout, exchange.CallerTimeoutMs.ToString(CultureInfo.InvariantCulture));
            var descriptor = decoded.GetProperty("parameterTypesDesc").ToString();
            if (!GoldenGenericTests.IsGeneric(golden))
            {
                Assert.Equal((decoded.GetProperty("method").ToString(), descriptor), (exchange.Method, exchange.Signature?.Descriptor));
            }

            compared++;
        }

        Assert.True(compared > 0, "nothing was compared");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void RecordedRequest_Read_HasTheArgumentsAndAttachmentsOfTheConsumer(string version, string group)
    {
        var differences = new List<string>();
        var compared = 0;
        foreach (var golden in GoldenCase.Load(version, group))
        {
            var expected = golden.Find("expected", "argsDecodedByJava") ?? golden.Find("expected", "args");
            if (golden.Request is not { } frame || golden.IsHandMade
                || expected is not { ValueKind: JsonValueKind.Array } args || GoldenGenericTests.IsGeneric(golden))
            {
                continue;
            }

            var exchange = Frames.Read(frame);
            var view = new ValueView(exchange.Request);
            var root = 0;
            var ordinal = 0;
            foreach (var arg in args.EnumerateArray())
            {
                if (view.Difference(root, arg, $"args[{ordinal++}]") is { } difference)
                {
                    differences.Add($"{golden}: {difference}");
                }

                root = exchange.Request.Next(root);
            }

            Assert.Equal(args.GetArrayLength(), exchange.Request.RootCount());
            CompareAttachments(golden, exchange.RequestMetadata, golden.Find("requestDecoded", "attachments"), differences);
            compared++;
        }

        Assert.True(compared > 0 || group == "generic", "nothing was compared");
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    internal static void CompareAttachments(GoldenCase golden, Metadata metadata, JsonElement? recorded, List<string> differences)
    {
        if (recorded is not { } attachments)
        {
            return;
        }

        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var attachment in attachments.EnumerateObject())
        {
            var text = attachment.Value.ValueKind == JsonValueKind.String ? attachment.Value.GetString()
                : attachment.Value.TryGetProperty("value", out var value) ? value.ToString()
                : null;
            if (text is not null && !AttachmentKeys.IsReserved(attachment.Name))
            {
                expected[attachment.Name] = text;
            }
        }

        var pairs = metadata.Entries.ToArray().ToDictionary(e => e.Key, e => e.Value);
        var actual = new SortedDictionary<string, string>(pairs, StringComparer.Ordinal);
        if (!expected.SequenceEqual(actual))
        {
            differences.Add($"{golden}: attachments {string.Join(",", actual)} instead of {string.Join(",", expected)}");
        }
    }

    private static ulong Id(JsonElement id) =>
        id.ValueKind == JsonValueKind.String ? ulong.Parse(id.ToString(), CultureInfo.InvariantCulture) : (ulong)id.GetInt64();
}
