using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Bolt.Tests.Requests;

/// <summary>Every recorded call, opened, read and written again.</summary>
public sealed class RecordedRequestsTests
{
    [Fact]
    public void OpenRequest_EveryRecordedCall_FindsServiceAndMethod()
    {
        foreach (var golden in GoldenCase.OfAll([.. GoldenCase.HessianCallFiles, "sofarpc-java-json", "sofarpc-java-protobuf"]))
        {
            var exchange = Frames.Opened(golden.Request);
            var pairs = HeaderPairs.Of(golden.Request);
            var service = pairs.First(p => p.Key == "service").Value;
            Assert.Equal(service, exchange.Service.ToString());
            Assert.Equal(service.Split(':')[0], exchange.Service.Interface);
            Assert.Equal(service.Split(':')[1], exchange.Service.Version);
            Assert.Equal(MethodOf(golden), exchange.Method);
            Assert.Equal(golden.Expected.GetProperty("request").GetProperty("type").GetInt32() == BoltFrame.TypeOneWay, exchange.OneWay);
            Assert.Equal(Math.Max(0, golden.Expected.GetProperty("request").GetProperty("timeoutMs").GetInt32()), exchange.CallerTimeoutMs);
        }
    }

    [Fact]
    public void OpenRequest_EverySplitPoint_FindsTheSame()
    {
        foreach (var golden in new[] { GoldenCase.Of("sofarpc-java-calls", "future"), GoldenCase.Of("node-hessian4", "string") })
        {
            var whole = Frames.Opened(golden.Request);
            for (var at = 0; at <= golden.Request.Length; at++)
            {
                var split = new Exchange { CallerHeader = whole.CallerHeader, RequestFrame = Frames.Split(golden.Request, at) };
                Frames.AssertOk(Frames.Codec.OpenRequest(split));
                Assert.Equal((whole.Service, whole.Method, whole.CallerFlags), (split.Service, split.Method, split.CallerFlags));
                Frames.AssertOk(Frames.Codec.ReadRequest(split));
                Assert.Equal(1, split.Request.RootCount());
            }
        }
    }

    [Fact]
    public void ReadRequest_EveryRecordedJavaCall_GivesItsArguments()
    {
        var arguments = 0;
        foreach (var golden in GoldenCase.OfAll(["sofarpc-java-values", "sofarpc-java-calls", "java-client-node-server"]))
        {
            var exchange = Frames.Read(golden.Request);
            Assert.Equal(golden.ExpectedText("method"), exchange.Method);
            var argTypes = golden.Expected.GetProperty("argTypes").EnumerateArray().Select(t => t.GetString() ?? string.Empty);
            Assert.Equal(JavaSignature.OfTypeNames(argTypes), exchange.Signature);
            arguments += AssertArguments(golden, exchange);
        }

        Assert.True(arguments > 150, $"only {arguments} arguments compared");
    }

    [Fact]
    public void ReadRequest_EveryRecordedNodeCall_GivesItsArguments()
    {
        foreach (var golden in GoldenCase.OfAll(["node-client-java-server", "node-hessian4"]))
        {
            var exchange = Frames.Read(golden.Request);
            Assert.Equal(golden.ExpectedText("method"), exchange.Method);
            Assert.Equal(golden.Expected.GetProperty("args").GetArrayLength(), exchange.Request.RootCount());
            Assert.Equal(golden.Expected.GetProperty("args").GetArrayLength(), exchange.Signature?.TypeNames.Length);
        }
    }

    /// <summary>The recorder's own caller could have sent what the gateway sends: byte for byte, trace ids included.</summary>
    [Fact]
    public void WriteRequest_EveryRecordedJavaCall_GivesTheSameBytes()
    {
        var same = 0;
        var different = new List<string>();
        foreach (var golden in GoldenCase.OfAll(["sofarpc-java-values", "sofarpc-java-calls", "java-client-node-server"]))
        {
            var exchange = Frames.Read(golden.Request);
            exchange.CalleeService = exchange.Service;
            exchange.RemainingMs = exchange.CallerTimeoutMs;

            // The recorder's registry said which application the provider belongs to, in one case.
            exchange.Instance = Instances.Of(null, golden.Name == "target-app" ? "bridge-provider" : null);

            // The recorded caller knew no W3C header; the gateway adds it to what it passes on.
            exchange.RequestMetadata.Remove("traceparent");
            if (Frames.WriteRequest(exchange, exchange.CallerHeader.CorrelationId).AsSpan().SequenceEqual(golden.Request))
            {
                same++;
            }
            else
            {
                different.Add(golden.Id);
            }
        }

        Assert.Equal(ExpectedDivergences, different);
        Assert.True(same > 150, $"{same} same");
    }

    private static readonly string[] ExpectedDivergences =
    [
        "sofarpc-java-calls/future", // The gateway waits for every answer: type=sync.
        "sofarpc-java-calls/callback",
        "sofarpc-java-calls/callback-exception",
        "sofarpc-java-calls/custom-header", // Metadata goes to the end, and goes out as baggage too.
    ];

    private static int AssertArguments(GoldenCase golden, Exchange exchange)
    {
        var at = 0;
        var ordinal = 0;
        foreach (var view in golden.Expected.GetProperty("args").EnumerateArray())
        {
            JavaView.AssertSame(view, exchange.Request, at, $"{golden.Id} args[{ordinal++}]");
            at = exchange.Request.Next(at);
        }

        Assert.Equal(exchange.Request.Count, at);
        return ordinal;
    }

    private static string? MethodOf(GoldenCase golden) => golden.File == "sofarpc-java-generic"
        ? golden.Expected.GetProperty("args")[0].GetProperty("value").GetString()
        : golden.ExpectedText("method");
}
