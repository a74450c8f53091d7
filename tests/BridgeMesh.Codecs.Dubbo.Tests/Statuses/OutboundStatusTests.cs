using BridgeMesh.Codecs.Dubbo.Statuses;
using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Tests.Statuses;

public class OutboundStatusTests
{
    [Theory]
    [InlineData(ExchangeStatus.InvalidArgument, 40)]
    [InlineData(ExchangeStatus.Unauthenticated, 70)]
    [InlineData(ExchangeStatus.PermissionDenied, 70)]
    [InlineData(ExchangeStatus.Unimplemented, 60)]
    [InlineData(ExchangeStatus.RequestTooLarge, 40)]
    [InlineData(ExchangeStatus.ReplyTooLarge, 50)]
    [InlineData(ExchangeStatus.Exhausted, 100)]
    [InlineData(ExchangeStatus.Unavailable, 80)]
    [InlineData(ExchangeStatus.BadGateway, 50)]
    [InlineData(ExchangeStatus.DeadlineExceeded, 31)]
    [InlineData(ExchangeStatus.Internal, 80)]
    public void Status_NothingExecuted_IsTheTablesCodeAndOneString(ExchangeStatus status, int code)
    {
        var exchange = Calls.FromDubbo();
        exchange.SetFault(status, "why it failed");
        var reply = Frames.Reply(exchange);
        Assert.Equal((code, Calls.Id), (Frames.Scan(reply).Status, Frames.Scan(reply).CorrelationId));
        Assert.Equal("0d" + Convert.ToHexStringLower("why it failed"u8), Convert.ToHexStringLower(reply.AsSpan(16)));
    }

    [Fact]
    public void Rows_AreEveryStatusOnce_AndOnly20AndNothingAreNotRetried()
    {
        Assert.Equal(Enum.GetValues<ExchangeStatus>(), OutboundStatuses.Rows.Select(r => r.Status));
        Assert.All(OutboundStatuses.Rows, r => Assert.Equal(r.Code is not (20 or OutboundStatuses.None), r.Retried));
    }

    public static TheoryData<ExchangeStatus> Statuses => [.. Enum.GetValues<ExchangeStatus>()];

    [Theory]
    [MemberData(nameof(Statuses))]
    public void Status_PerhapsExecuted_IsNeverOneThatFailoverRetries(ExchangeStatus status)
    {
        var exchange = Calls.FromDubbo();
        exchange.Status = status;
        exchange.MayHaveExecuted = true;
        Assert.Contains(OutboundStatuses.FormOf(exchange), new byte[] { 20, OutboundStatuses.None });
    }

    // A JDK class with exactly the fields, in the order, that a 3.2 provider sends for one: both versions decode and load it.
    [Fact]
    public void Throwable_ForAFault_HasTheRecordedDefinition()
    {
        var exchange = Calls.FromDubbo();
        exchange.SetFault(ExchangeStatus.DeadlineExceeded, "late", mayHaveExecuted: true);
        var ours = Fields(Frames.Reply(exchange), "java.lang.RuntimeException"u8);
        Assert.NotEmpty(ours);
        foreach (var version in GoldenCase.Versions)
        {
            var recorded = GoldenCase.Get(version, "semantics", "throw-runtime-jdk");
            Assert.Equal(Fields(recorded.Response ?? [], "java.lang.IllegalStateException"u8), ours);
        }

        static byte[] Fields(byte[] frame, ReadOnlySpan<byte> name)
        {
            const int FieldNames = 1 + 21 + 11 + 6 + 14;
            var at = frame.AsSpan().IndexOf(name) + name.Length;
            return frame.AsSpan(at, FieldNames).ToArray();
        }
    }

    [Fact]
    public void Cancelled_IsNotAnswered()
    {
        var exchange = Calls.FromDubbo();
        exchange.SetFault(ExchangeStatus.Cancelled, "gone");
        Assert.Empty(Frames.Reply(exchange));
    }

    [Fact]
    public void OneWay_IsNotAnswered()
    {
        var exchange = Calls.FromDubbo();
        exchange.OneWay = true;
        exchange.SetFault(ExchangeStatus.Internal, "bug");
        Assert.Empty(Frames.Reply(exchange));
    }

    [Theory]
    [InlineData(ExchangeStatus.DeadlineExceeded)]
    [InlineData(ExchangeStatus.BadGateway)]
    [InlineData(ExchangeStatus.ReplyTooLarge)]
    [InlineData(ExchangeStatus.Unavailable)]
    [InlineData(ExchangeStatus.Internal)]
    public void Status_PerhapsExecuted_IsAThrowableThatFailoverDoesNotRetry(ExchangeStatus status)
    {
        var exchange = Calls.FromDubbo();
        exchange.SetFault(status, "no answer in time", mayHaveExecuted: true);
        var reply = Frames.Reply(exchange);
        Assert.Equal(20, Frames.Scan(reply).Status);
        var seen = Frames.Answered(new Exchange { Signature = JavaSignature.None }, reply);
        Assert.Equal(
            (ExchangeStatus.RuntimeException, "java.lang.RuntimeException", "no answer in time"),
            (seen.Status, seen.ExceptionType?.Text, seen.Message));
    }

    [Fact]
    public void Status_PerhapsExecutedButIdempotent_MayBeRetried()
    {
        var exchange = Calls.FromDubbo();
        exchange.Shape = new MethodShape
        {
            Name = "get",
            Parameters = [],
            Returns = new() { Kind = ShapeKind.Any, JavaType = TypeName.Of("java.lang.Object"), JavaDescriptor = "Ljava/lang/Object;" },
            Signature = JavaSignature.None,
            Idempotent = true,
        };
        exchange.SetFault(ExchangeStatus.DeadlineExceeded, "no answer in time", mayHaveExecuted: true);
        Assert.Equal(31, Frames.Scan(Frames.Reply(exchange)).Status);
    }

    [Fact]
    public void Status_WithoutMessage_StillSaysWhatItIs()
    {
        var exchange = Calls.FromDubbo();
        exchange.Status = ExchangeStatus.Unavailable;
        Assert.True(Frames.Reply(exchange).AsSpan().IndexOf("Unavailable"u8) > 0);
    }
}
