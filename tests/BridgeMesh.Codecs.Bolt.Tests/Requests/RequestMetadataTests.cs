using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Tests.Requests;

/// <summary>docs/metadata.md, row by row: what a Bolt caller says, and what a Bolt callee is told.</summary>
public sealed class RequestMetadataTests
{
    [Fact]
    public void ReadRequest_ProtocolsOwnKeys_DoNotLeak()
    {
        foreach (var golden in GoldenCase.OfAll(GoldenCase.HessianCallFiles))
        {
            foreach (var pair in Frames.Read(golden.Request).RequestMetadata.Entries)
            {
                Assert.False(
                    pair.Key is "service" or "app" or "protocol" or "type" || pair.Key.StartsWith("sofa_head_", StringComparison.Ordinal)
                    || pair.Key.StartsWith("rpc_", StringComparison.Ordinal) || pair.Key.StartsWith("generic.", StringComparison.Ordinal),
                    $"{golden.Id}: {pair.Key}");
            }
        }
    }

    [Fact]
    public void ReadRequest_TraceContext_BecomesTraceParentAndKeepsItsIds()
    {
        var metadata = Frames.Read(GoldenCase.Of("sofarpc-java-calls", "future").Request).RequestMetadata;
        var traceId = metadata.Find("sofa-trace-id");
        Assert.Equal(30, traceId?.Length);
        Assert.Equal("0", metadata.Find("sofa-rpc-id"));
        Assert.Matches($"^00-00{traceId}-[0-9a-f]{{16}}-01$", metadata.Find("traceparent"));
        Assert.Null(metadata.Find("sofa-sampled"));
        Assert.Null(metadata.Find("sofa-pen-attrs"));
    }

    [Fact]
    public void ReadRequest_SameCallTwice_GetsTheSameSpanId()
    {
        var golden = GoldenCase.Of("sofarpc-java-calls", "future");
        Assert.Equal(TraceParentOf(golden.Request), TraceParentOf(golden.Request));
        Assert.NotEqual(TraceParentOf(golden.Request), TraceParentOf(GoldenCase.Of("sofarpc-java-calls", "callback").Request));
    }

    [Theory]
    [InlineData("node-client-java-server")]
    [InlineData("node-hessian4")]
    public void ReadRequest_NodesNestedProps_AreFlattened(string file)
    {
        var metadata = Frames.Read(GoldenCase.Of(file, "baggage").Request).RequestMetadata;
        Assert.Equal("n-1", metadata.Find("uid"));
        Assert.Equal("0a0b0c0d1700000000000100112345", metadata.Find("sofa-trace-id"));
        Assert.Equal(4, metadata.Count); // The caller's application goes no further.
    }

    [Fact]
    public void ReadRequest_PairInHeaderAndProps_CountsOnce()
    {
        var metadata = Frames.Read(GoldenCase.Of("sofarpc-java-calls", "custom-header").Request).RequestMetadata;
        Assert.Equal(["t-9"], metadata.Entries.ToArray().Where(p => p.Key == "x-tenant").Select(p => p.Value));
    }

    [Fact]
    public void ReadRequest_NullHeaderValue_IsTaken() =>
        Assert.Equal(string.Empty, Frames.Read(GoldenCase.Of("sofarpc-envelope", "null-header-value").Request).RequestMetadata.Find("nil"));

    [Fact]
    public void OpenRequest_HeaderAgainstContent_TheHeadersServiceCounts() =>
        Assert.Equal("2.0", Frames.Opened(GoldenCase.Of("sofarpc-envelope", "header-service-wins").Request).Service.Version);

    [Fact]
    public void WriteRequest_Metadata_GoesOutInHeaderAndPropsAndAsBaggage()
    {
        var call = NewCall();
        call.RequestMetadata.TryAdd("x-tenant", "租户 1");
        var frame = Frames.WriteRequest(call, 1);
        var pairs = HeaderPairs.Of(frame);
        Assert.Contains(("x-tenant", "租户 1"), pairs);
        Assert.Contains(("rpc_req_baggage.x-tenant", "租户 1"), pairs);
        Assert.Equal("租户 1", Frames.Read(frame).RequestMetadata.Find("x-tenant"));

        // Only the content reaches a Node provider.
        var asNodeSees = WithHeaderOf(frame, GoldenCase.Of("node-client-java-server", "void").Request);
        Assert.Equal("租户 1", Frames.Read(asNodeSees).RequestMetadata.Find("x-tenant"));
    }

    [Fact]
    public void WriteRequest_NamesOfTheProtocolInMetadata_AreNotPassedOff()
    {
        var call = NewCall();
        string[] names = ["service", "app", "type", "sofa_head_method_name", "rpc_trace_context.samp", "rpc_req_baggage", "generic.x"];
        foreach (var name in names)
        {
            call.RequestMetadata.TryAdd(name, "evil");
        }

        var frame = Frames.WriteRequest(call, 1);
        Assert.DoesNotContain(HeaderPairs.Of(frame), p => names.Contains(p.Key) && p.Value == "evil");

        // As baggage, under which no name means anything to SOFARPC, they get through; in the map of the content too.
        string[] kept = ["service", "app", "type", "sofa_head_method_name", "generic.x"];
        Assert.Equal(kept.Select(n => ("rpc_req_baggage." + n, "evil")), HeaderPairs.Of(frame).Where(p => p.Value == "evil"));
        var read = Frames.Read(frame);
        Assert.Equal(("com.example.bridge.DemoService", "ping"), (read.Service.Interface, read.Method));
        Assert.Equal(kept, read.RequestMetadata.Entries.ToArray().Where(p => p.Value == "evil").Select(p => p.Key));
        var fromContent = Frames.Read(WithHeaderOf(frame, GoldenCase.Of("node-client-java-server", "void").Request));
        Assert.Equal(kept, fromContent.RequestMetadata.Entries.ToArray().Where(p => p.Value == "evil").Select(p => p.Key));
    }

    [Theory]
    [InlineData("rpc_req_baggage.x-bridgemesh-hops", "x-bridgemesh-hops")]
    [InlineData("rpc_req_baggage.", "")]
    [InlineData("rpc_trace_context.callerAppName", "callerAppName")]
    public void ReadRequest_BaggageThatDescribesOneHop_IsNotBelieved(string key, string name)
    {
        var call = NewCall();
        call.RequestMetadata.TryAdd(Placeholder(key), "v");
        var frame = Renamed(Frames.WriteRequest(call, 1), Placeholder(key), key);
        var metadata = Frames.Read(frame).RequestMetadata;
        Assert.Null(metadata.Find(name));
        Assert.DoesNotContain(metadata.Entries.ToArray(), p => p.Key.StartsWith("rpc_", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Metadata.MaxEntries, true)]
    [InlineData(Metadata.MaxEntries + 1, false)]
    public void ReadRequest_PairsOfAMessage_AreBounded(int pairs, bool isOk)
    {
        using var output = new FrameWriter();
        for (var i = 0; i < pairs; i++)
        {
            HeaderMap.Write(output, default, $"k{i}", "v");
        }

        var recorded = GoldenCase.Of("node-client-java-server", "void").Request;
        var exchange = Frames.Opened(WithPairs(recorded, output.Written));
        Assert.Equal(isOk ? CodecError.None : CodecError.OverBudget, Frames.Codec.ReadRequest(exchange).Error);
    }

    [Theory]
    [InlineData(65_535, true)]
    [InlineData(65_536, false)]
    public void WriteRequest_MetadataOfAMessage_IsBounded(int valueLength, bool isOk)
    {
        var call = NewCall();
        call.RequestMetadata.TryAdd("x", new string('v', valueLength));
        using var output = new FrameWriter();
        Assert.Equal(isOk ? CodecError.None : CodecError.Unrepresentable, Frames.Codec.WriteRequest(call, 1, output).Error);
    }

    /// <summary>From just below to just above what a header map holds: never a length that a real peer reads as negative.</summary>
    [Fact]
    public void WriteRequest_HeaderMap_StaysBelowASignedShort()
    {
        for (var length = 16_200; length < 16_400; length++)
        {
            var call = NewCall();
            call.RequestMetadata.TryAdd("x", new string('v', length));
            var header = Frames.Scan(Frames.WriteRequest(call, 1));
            Assert.InRange(header.HeaderLength(), 1, short.MaxValue);
        }
    }

    [Fact]
    public void WriteRequest_HopNames_DoNotBecomeBaggage()
    {
        var call = NewCall();
        call.RequestMetadata.TryAdd("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        call.RequestMetadata.TryAdd("x-bridgemesh-hops", "gw-1");
        var pairs = HeaderPairs.Of(Frames.WriteRequest(call, 1));
        Assert.DoesNotContain(pairs, p => p.Key.StartsWith("rpc_req_baggage", StringComparison.Ordinal));
        Assert.Contains(("x-bridgemesh-hops", "gw-1"), pairs);
    }

    [Theory]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "4bf92f3577b34da6a3ce929d0e0e4736", "true")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", "4bf92f3577b34da6a3ce929d0e0e4736", "false")]
    [InlineData("00-007f0000011795340535998119317552-00f067aa0ba902b7-01", "7f0000011795340535998119317552", "true")]
    public void WriteRequest_TraceParentAlone_BecomesATraceContext(string traceParent, string traceId, string sampled)
    {
        var call = NewCall();
        call.RequestMetadata.TryAdd("traceparent", traceParent);
        var pairs = HeaderPairs.Of(Frames.WriteRequest(call, 1));
        Assert.Contains(("rpc_trace_context.sofaTraceId", traceId), pairs);
        Assert.Contains(("rpc_trace_context.sofaRpcId", "0"), pairs);
        Assert.Contains(("rpc_trace_context.samp", sampled), pairs);
        Assert.Contains(("traceparent", traceParent), pairs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7")]
    public void WriteRequest_NoUsableTrace_WritesNoTraceContext(string traceParent)
    {
        var call = NewCall();
        call.RequestMetadata.TryAdd("traceparent", traceParent);
        var pairs = HeaderPairs.Of(Frames.WriteRequest(call, 1));
        Assert.DoesNotContain(pairs, p => p.Key.StartsWith("rpc_trace_context", StringComparison.Ordinal));
    }

    [Fact]
    public void WriteRequest_NewerTraceParent_WinsOverOldSofaIds()
    {
        var call = NewCall();
        call.RequestMetadata.TryAdd("sofa-trace-id", "7f0000011795340535998119317552");
        call.RequestMetadata.TryAdd("sofa-rpc-id", "0.3");
        call.RequestMetadata.TryAdd("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        var pairs = HeaderPairs.Of(Frames.WriteRequest(call, 1));
        Assert.Contains(("rpc_trace_context.sofaTraceId", "4bf92f3577b34da6a3ce929d0e0e4736"), pairs);
    }

    [Fact]
    public void WriteRequest_SofaIdsOfTheSameTrace_AreKept()
    {
        var call = NewCall();
        call.RequestMetadata.TryAdd("sofa-trace-id", "7f0000011795340535998119317552");
        call.RequestMetadata.TryAdd("sofa-rpc-id", "0.3");
        call.RequestMetadata.TryAdd("sofa-pen-attrs", "uid=7");
        call.RequestMetadata.TryAdd("traceparent", "00-007f0000011795340535998119317552-00f067aa0ba902b7-01");
        var pairs = HeaderPairs.Of(Frames.WriteRequest(call, 1));
        Assert.Contains(("rpc_trace_context.sofaTraceId", "7f0000011795340535998119317552"), pairs);
        Assert.Contains(("rpc_trace_context.sofaRpcId", "0.3"), pairs);
        Assert.Contains(("rpc_trace_context.sofaPenAttrs", "uid=7"), pairs);
        Assert.DoesNotContain(pairs, p => p.Key == "sofa-trace-id");
    }

    [Fact]
    public void WriteRequest_TraceIdThatIsNotHexadecimal_StaysAsItIs()
    {
        var call = NewCall();
        call.RequestMetadata.TryAdd("sofa-trace-id", "not-hex");
        call.RequestMetadata.TryAdd("sofa-sampled", "false");
        var read = Frames.Read(Frames.WriteRequest(call, 1)).RequestMetadata;
        Assert.Equal(("not-hex", "false", null), (read.Find("sofa-trace-id"), read.Find("sofa-sampled"), read.Find("traceparent")));
    }

    [Fact]
    public void WriteRequest_MetadataLongerThanAHeaderMap_StaysInTheContent()
    {
        var call = NewCall();
        call.RequestMetadata.TryAdd("x-long", new string('x', 40_000));
        var frame = Frames.WriteRequest(call, 1);
        Assert.DoesNotContain(HeaderPairs.Of(frame), p => p.Key.Contains("x-long", StringComparison.Ordinal));
        Assert.Equal(40_000, Frames.Read(frame).RequestMetadata.Find("x-long")?.Length);
    }

    private static Exchange NewCall() => new()
    {
        CalleeService = new ServiceKey("com.example.bridge.DemoService", "1.0"),
        Method = "ping",
        RemainingMs = 1_000,
    };

    private static string? TraceParentOf(byte[] frame) => Frames.Read(frame).RequestMetadata.Find("traceparent");

    private static string Placeholder(string key) => new('q', key.Length);

    /// <summary>The frame with another key of the same length, wherever it stands.</summary>
    private static byte[] Renamed(byte[] frame, string from, string to)
    {
        var renamed = frame.ToArray();
        for (var at = 0; (at = renamed.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(from))) >= 0;)
        {
            System.Text.Encoding.UTF8.GetBytes(to).CopyTo(renamed.AsSpan(at));
        }

        return renamed;
    }

    /// <summary>The frame with more pairs at the end of its header map.</summary>
    private static byte[] WithPairs(byte[] frame, ReadOnlySpan<byte> pairs)
    {
        var layout = Frames.Scan(frame).Layout;
        var end = layout.A + layout.B + layout.C;
        byte[] longer = [.. frame.AsSpan(0, end), .. pairs, .. frame.AsSpan(end)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(layout.A - 6), (ushort)(layout.C + pairs.Length));
        return longer;
    }

    /// <summary>The content of one frame behind the header map of another.</summary>
    private static byte[] WithHeaderOf(byte[] frame, byte[] other)
    {
        var from = Frames.Scan(frame).Layout;
        var header = Frames.Scan(other).Layout;
        byte[] joined =
        [
            .. frame.AsSpan(0, from.A + from.B), .. other.AsSpan(header.A + header.B, header.C), .. frame.AsSpan(from.A + from.B + from.C),
        ];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(joined.AsSpan(from.A - 6), (ushort)header.C);
        return joined;
    }
}
