using BridgeMesh.Codecs.Http.Faults;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Http.Tests.Faults;

public sealed class StatusTablesTests
{
    [Theory]
    [InlineData(ExchangeStatus.Ok, 200)]
    [InlineData(ExchangeStatus.BusinessException, 422)]
    [InlineData(ExchangeStatus.RuntimeException, 500)]
    [InlineData(ExchangeStatus.InvalidArgument, 400)]
    [InlineData(ExchangeStatus.Unauthenticated, 401)]
    [InlineData(ExchangeStatus.PermissionDenied, 403)]
    [InlineData(ExchangeStatus.Unimplemented, 404)]
    [InlineData(ExchangeStatus.RequestTooLarge, 413)]
    [InlineData(ExchangeStatus.ReplyTooLarge, 413)]
    [InlineData(ExchangeStatus.Exhausted, 429)]
    [InlineData(ExchangeStatus.Unavailable, 503)]
    [InlineData(ExchangeStatus.BadGateway, 502)]
    [InlineData(ExchangeStatus.DeadlineExceeded, 504)]
    [InlineData(ExchangeStatus.Cancelled, 499)]
    [InlineData(ExchangeStatus.Internal, 500)]
    public void Outbound_EachStatus_HasItsCode(ExchangeStatus status, int http) => Assert.Equal(http, OutboundStatuses.Of(status).Http);

    [Fact]
    public void Outbound_Rows_CoverEveryStatusInOrder() =>
        Assert.Equal(Enum.GetValues<ExchangeStatus>(), OutboundStatuses.Rows.Select(r => r.Status));

    [Fact]
    public void Outbound_Types_AreDistinct() => Assert.Distinct(OutboundStatuses.Rows.Select(r => r.Type));

    [Theory]
    [InlineData(100, ExchangeStatus.BadGateway, ExchangeStatus.BadGateway, true)]
    [InlineData(200, ExchangeStatus.Ok, ExchangeStatus.Ok, true)]
    [InlineData(204, ExchangeStatus.Ok, ExchangeStatus.Ok, true)]
    [InlineData(302, ExchangeStatus.BadGateway, ExchangeStatus.BadGateway, true)]
    [InlineData(400, ExchangeStatus.InvalidArgument, ExchangeStatus.InvalidArgument, false)]
    [InlineData(401, ExchangeStatus.Unauthenticated, ExchangeStatus.Unauthenticated, false)]
    [InlineData(403, ExchangeStatus.PermissionDenied, ExchangeStatus.PermissionDenied, false)]
    [InlineData(404, ExchangeStatus.Unimplemented, ExchangeStatus.RuntimeException, false)]
    [InlineData(405, ExchangeStatus.Unimplemented, ExchangeStatus.Unimplemented, false)]
    [InlineData(406, ExchangeStatus.InvalidArgument, ExchangeStatus.RuntimeException, true)]
    [InlineData(408, ExchangeStatus.DeadlineExceeded, ExchangeStatus.DeadlineExceeded, true)]
    [InlineData(409, ExchangeStatus.InvalidArgument, ExchangeStatus.RuntimeException, true)]
    [InlineData(413, ExchangeStatus.RequestTooLarge, ExchangeStatus.RequestTooLarge, false)]
    [InlineData(414, ExchangeStatus.RequestTooLarge, ExchangeStatus.RequestTooLarge, false)]
    [InlineData(415, ExchangeStatus.InvalidArgument, ExchangeStatus.RuntimeException, true)]
    [InlineData(422, ExchangeStatus.RuntimeException, ExchangeStatus.RuntimeException, true)]
    [InlineData(429, ExchangeStatus.Exhausted, ExchangeStatus.Exhausted, false)]
    [InlineData(431, ExchangeStatus.RequestTooLarge, ExchangeStatus.RequestTooLarge, false)]
    [InlineData(499, ExchangeStatus.RuntimeException, ExchangeStatus.RuntimeException, true)]
    [InlineData(500, ExchangeStatus.RuntimeException, ExchangeStatus.RuntimeException, true)]
    [InlineData(501, ExchangeStatus.Unimplemented, ExchangeStatus.Unimplemented, false)]
    [InlineData(502, ExchangeStatus.BadGateway, ExchangeStatus.BadGateway, true)]
    [InlineData(503, ExchangeStatus.Unavailable, ExchangeStatus.Unavailable, false)]
    [InlineData(504, ExchangeStatus.DeadlineExceeded, ExchangeStatus.DeadlineExceeded, true)]
    [InlineData(599, ExchangeStatus.RuntimeException, ExchangeStatus.RuntimeException, true)]
    [InlineData(600, ExchangeStatus.BadGateway, ExchangeStatus.BadGateway, true)]
    public void Inbound_EachCode_HasItsMeaning(int code, ExchangeStatus bare, ExchangeStatus application, bool mayHaveExecuted)
    {
        var row = InboundStatuses.Of(code);

        Assert.Equal((bare, application, mayHaveExecuted), (row.Bare, row.Application, row.MayHaveExecuted));
    }

    [Fact]
    public void Inbound_AnyCode_NeverSaysThatTheCallerWentAway() =>
        Assert.DoesNotContain(
            Enumerable.Range(0, 1_000).Select(InboundStatuses.Of),
            row => row.Bare == ExchangeStatus.Cancelled || row.Application == ExchangeStatus.Cancelled);
}
