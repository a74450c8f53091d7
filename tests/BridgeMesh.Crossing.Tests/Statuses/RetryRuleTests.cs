using System.Buffers;
using BridgeMesh.Codecs.Bolt;
using BridgeMesh.Codecs.Bolt.Replies;
using BridgeMesh.Codecs.Dubbo;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using DubboOut = BridgeMesh.Codecs.Dubbo.Statuses.OutboundStatuses;
using GrpcOut = BridgeMesh.Codecs.Grpc.Faults.OutboundStatuses;
using HttpOut = BridgeMesh.Codecs.Http.Faults.OutboundStatuses;

namespace BridgeMesh.Crossing.Statuses;

/// <summary>All listeners agree: what may have been executed, and is not idempotent, is never put in a form that is retried.</summary>
public sealed class RetryRuleTests
{
    public static TheoryData<ExchangeStatus, bool, bool> Cases()
    {
        var data = new TheoryData<ExchangeStatus, bool, bool>();
        foreach (var status in Enum.GetValues<ExchangeStatus>())
        {
            foreach (var (mayHaveExecuted, idempotent) in new[] { (false, false), (false, true), (true, false), (true, true) })
            {
                data.Add(status, mayHaveExecuted, idempotent);
            }
        }

        return data;
    }

    [Fact]
    public void Tables_CoverEveryStatusInItsOrder()
    {
        Assert.Equal(Enum.GetValues<ExchangeStatus>(), DubboOut.Rows.Select(static r => r.Status));
        Assert.Equal(Enum.GetValues<ExchangeStatus>(), HttpOut.Rows.Select(static r => r.Status));
        Assert.Equal(Enum.GetValues<ExchangeStatus>(), GrpcOut.Rows.Select(static r => r.Status));
        Assert.True(OutboundTable.IsInOrder);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Answer_OfEveryListener_KeepsTheRetryRule(ExchangeStatus status, bool mayHaveExecuted, bool idempotent)
    {
        var must = mayHaveExecuted && !idempotent;
        var retriedByDubbo = AnswerOf(new DubboPlugin(), status, mayHaveExecuted, idempotent) is not (null or 20);
        Assert.Equal(DubboOut.Rows[(int)status].Retried && !must, retriedByDubbo);

        // SOFARPC's failover client calls again upon busy (4) and upon a timeout (7).
        var retriedByBolt = AnswerOf(new BoltPlugin(), status, mayHaveExecuted, idempotent) is 4 or 7;
        Assert.Equal(OutboundTable.Of(status, false).Retried && !must, retriedByBolt);

        var http = HttpOut.CodeOf(Ended(new Exchange(), status, mayHaveExecuted, idempotent));
        Assert.Equal(HttpOut.Of(status).Retried && !must, http is 429 or 503);

        // The retry policy of gRPC's own examples, and the code that its libraries treat as "not begun": UNAVAILABLE.
        var grpc = GrpcOut.CodeOf(Ended(new Exchange(), status, mayHaveExecuted, idempotent));
        Assert.Equal(GrpcOut.Of(status).Code == 14 && !must, grpc == 14);
        Assert.False(must && (retriedByDubbo || retriedByBolt || http is 429 or 503 || grpc == 14));
    }

    /// <summary>The status of the frame that a codec answers a call of its own with; null without a frame.</summary>
    private static int? AnswerOf(IBridgePlugin plugin, ExchangeStatus status, bool mayHaveExecuted, bool idempotent)
    {
        var codec = Door.Open(plugin);
        using var output = new FrameWriter();
        var call = new Exchange { Method = "m", Service = new ServiceKey("a.B"), CalleeService = new ServiceKey("a.B"), Signature = JavaSignature.None, RemainingMs = 1 };
        Assert.True(codec.WriteRequest(call, 1, output).IsOk);
        var frame = new ReadOnlySequence<byte>(output.Written.ToArray());
        Assert.True(codec.Scan(frame, FrameLimits.Default, out var header).IsWhole);
        var exchange = new Exchange { CallerHeader = header, RequestFrame = frame };
        Assert.True(codec.OpenRequest(exchange).IsOk);
        output.Clear();
        Assert.True(codec.WriteReply(Ended(exchange, status, mayHaveExecuted, idempotent), output).IsOk);
        if (output.Length == 0)
        {
            return null;
        }

        Assert.True(codec.Scan(new ReadOnlySequence<byte>(output.Written.ToArray()), FrameLimits.Default, out header).IsWhole);
        return header.Status;
    }

    private static Exchange Ended(Exchange exchange, ExchangeStatus status, bool mayHaveExecuted, bool idempotent)
    {
        exchange.Status = status;
        exchange.Message = "why";
        exchange.MayHaveExecuted = mayHaveExecuted;
        exchange.Shape = new MethodShape
        {
            Name = "m",
            Parameters = [],
            Returns = new TypeShape { Kind = ShapeKind.Void, JavaType = TypeName.Of("void"), JavaDescriptor = "V" },
            Signature = JavaSignature.None,
            Idempotent = idempotent,
        };
        return exchange;
    }

    private sealed class Door : IPluginBuilder
    {
        private IFrameCodec? _codec;

        internal static IFrameCodec Open(IBridgePlugin plugin)
        {
            var door = new Door();
            plugin.Configure(door);
            return door._codec ?? throw new InvalidOperationException("no frame codec");
        }

        public IPluginBuilder AddFrameCodec(IFrameCodec codec)
        {
            _codec = codec;
            return this;
        }

        public IPluginBuilder AddListener(IListenerFactory factory) => this;

        public IPluginBuilder AddChannel(IChannelFactory factory) => this;

        public IPluginBuilder AddRegistry(IRegistryFactory factory) => this;
    }
}
