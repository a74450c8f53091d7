using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Tests.Faults;

public sealed class StatusTablesTests
{
    [Theory]
    [InlineData(ExchangeStatus.Ok, 0)]
    [InlineData(ExchangeStatus.BusinessException, 2)]
    [InlineData(ExchangeStatus.RuntimeException, 2)]
    [InlineData(ExchangeStatus.InvalidArgument, 3)]
    [InlineData(ExchangeStatus.Unauthenticated, 16)]
    [InlineData(ExchangeStatus.PermissionDenied, 7)]
    [InlineData(ExchangeStatus.Unimplemented, 12)]
    [InlineData(ExchangeStatus.RequestTooLarge, 8)]
    [InlineData(ExchangeStatus.ReplyTooLarge, 8)]
    [InlineData(ExchangeStatus.Exhausted, 8)]
    [InlineData(ExchangeStatus.Unavailable, 14)]
    [InlineData(ExchangeStatus.BadGateway, 13)]
    [InlineData(ExchangeStatus.DeadlineExceeded, 4)]
    [InlineData(ExchangeStatus.Cancelled, 1)]
    [InlineData(ExchangeStatus.Internal, 13)]
    public void Outbound_EachStatus_HasItsCode(ExchangeStatus status, int code) => Assert.Equal(code, OutboundStatuses.Of(status).Code);

    [Fact]
    public void Outbound_Rows_CoverEveryStatusInOrder() =>
        Assert.Equal(Enum.GetValues<ExchangeStatus>(), OutboundStatuses.Rows.Select(r => r.Status));

    [Fact]
    public void Outbound_AfterExecution_NothingSaysUnavailable() =>
        Assert.DoesNotContain(OutboundStatuses.Rows, r => r.CodeAfterExecution == GrpcStatus.Unavailable);

    [Theory]
    [InlineData(0, ExchangeStatus.Ok, true)]
    [InlineData(1, ExchangeStatus.RuntimeException, true)]
    [InlineData(2, ExchangeStatus.RuntimeException, true)]
    [InlineData(3, ExchangeStatus.InvalidArgument, true)]
    [InlineData(4, ExchangeStatus.DeadlineExceeded, true)]
    [InlineData(5, ExchangeStatus.RuntimeException, true)]
    [InlineData(6, ExchangeStatus.RuntimeException, true)]
    [InlineData(7, ExchangeStatus.PermissionDenied, false)]
    [InlineData(8, ExchangeStatus.Exhausted, true)]
    [InlineData(9, ExchangeStatus.RuntimeException, true)]
    [InlineData(10, ExchangeStatus.RuntimeException, true)]
    [InlineData(11, ExchangeStatus.RuntimeException, true)]
    [InlineData(12, ExchangeStatus.Unimplemented, false)]
    [InlineData(13, ExchangeStatus.BadGateway, true)]
    [InlineData(14, ExchangeStatus.Unavailable, true)]
    [InlineData(15, ExchangeStatus.RuntimeException, true)]
    [InlineData(16, ExchangeStatus.Unauthenticated, false)]
    [InlineData(17, ExchangeStatus.RuntimeException, true)]
    [InlineData(-1, ExchangeStatus.RuntimeException, true)]
    public void Inbound_EachCode_HasItsMeaning(int code, ExchangeStatus status, bool mayHaveExecuted)
    {
        Assert.Equal(new InboundStatus(code, status, mayHaveExecuted), InboundStatuses.Of(code));
    }

    [Theory]
    [InlineData(400, 13)]
    [InlineData(401, 16)]
    [InlineData(403, 7)]
    [InlineData(404, 12)]
    [InlineData(429, 14)]
    [InlineData(502, 14)]
    [InlineData(503, 14)]
    [InlineData(504, 14)]
    [InlineData(200, 2)]
    [InlineData(500, 2)]
    public void CodeOfHttp_EachCode_IsThatOfTheSpecification(int http, int code) => Assert.Equal(code, InboundStatuses.CodeOfHttp(http));
}
