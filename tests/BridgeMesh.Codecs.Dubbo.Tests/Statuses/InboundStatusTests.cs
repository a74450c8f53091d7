using BridgeMesh.Codecs.Dubbo.Statuses;
using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Dubbo.Tests.Statuses;

public class InboundStatusTests
{
    public static TheoryData<int> Rows => [.. Enumerable.Range(0, InboundStatuses.Rows.Length)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Row_ItsCodeAndMarker_GiveItsStatus(int index)
    {
        var row = InboundStatuses.Rows[index];
        var exchange = Answered(row.Code, $"before {row.Marker} behind");
        Assert.Equal((row.Status, row.MayHaveExecuted), (exchange.Status, exchange.MayHaveExecuted));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(21)]
    [InlineData(99)]
    [InlineData(255)]
    public void UnknownCode_IsABrokenCallee(int code) =>
        Assert.Equal(ExchangeStatus.BadGateway, Answered((byte)code, "?").Status);

    // One row a recording; the markers are those of real providers.
    [Theory]
    [InlineData("2.7.23", "errors", "service-not-exported-group-version", ExchangeStatus.Unimplemented)]
    [InlineData("2.7.23", "errors", "unknown-service", ExchangeStatus.Unimplemented)]
    [InlineData("2.7.23", "errors", "raw-unknown-method", ExchangeStatus.Unimplemented)]
    [InlineData("2.7.23", "errors", "raw-wrong-desc", ExchangeStatus.Unimplemented)]
    [InlineData("2.7.23", "errors", "token-missing", ExchangeStatus.PermissionDenied)]
    [InlineData("3.2.16", "errors", "token-missing", ExchangeStatus.PermissionDenied)]
    [InlineData("2.7.23", "errors", "not-serializable-result", ExchangeStatus.BadGateway)]
    [InlineData("3.2.16", "errors", "not-serializable-result", ExchangeStatus.BadGateway)]
    [InlineData("2.7.23", "errors", "response-over-payload", ExchangeStatus.ReplyTooLarge)]
    [InlineData("3.2.16", "errors", "response-over-payload", ExchangeStatus.ReplyTooLarge)]
    [InlineData("2.7.23", "errors", "threadpool-exhausted", ExchangeStatus.Exhausted)]
    [InlineData("3.2.16", "errors", "threadpool-exhausted", ExchangeStatus.Exhausted)]
    [InlineData("2.7.23", "errors", "raw-map-for-pojo", ExchangeStatus.InvalidArgument)]
    [InlineData("3.2.16", "errors", "raw-string-for-enum", ExchangeStatus.InvalidArgument)]
    // 3.2 says "Fail to decode request" to all of these, and nothing in its text tells them from a bad argument.
    [InlineData("3.2.16", "errors", "service-not-exported-group-version", ExchangeStatus.InvalidArgument)]
    [InlineData("3.2.16", "errors", "unknown-service", ExchangeStatus.InvalidArgument)]
    [InlineData("3.2.16", "errors", "raw-unknown-method", ExchangeStatus.InvalidArgument)]
    [InlineData("2.7.23", "generic", "true-no-such-method", ExchangeStatus.Unimplemented)]
    [InlineData("3.2.16", "generic", "true-no-such-method", ExchangeStatus.Unimplemented)]
    [InlineData("3.2.16", "generic", "nativejava-denied", ExchangeStatus.PermissionDenied)]
    [InlineData("2.7.23", "errors", "codec-status-31", ExchangeStatus.DeadlineExceeded)]
    public void RecordedError_IsUnderstood(string version, string group, string name, ExchangeStatus expected)
    {
        var exchange = Recorded(version, group, name);
        Assert.Equal(expected, exchange.Status);
    }

    [Theory]
    [InlineData(
        "2.7.23",
        "service-not-exported-group-version",
        "org.apache.dubbo.remoting.RemotingException: Not found exported service: nosuch/com.example.bridge.DemoService:9.9.9:24880")]
    [InlineData(
        "2.7.23",
        "token-missing",
        "org.apache.dubbo.rpc.RpcException: Invalid token! Forbid invoke remote service interface com.example.bridge.DemoService "
        + "method sayHello()")]
    [InlineData("2.7.23", "response-over-payload", "Data length too large: 9438063, max payload: 8388608")]
    [InlineData("3.2.16", "threadpool-exhausted", "Server side((address)) thread pool is exhausted")]
    public void RecordedError_ItsText_LosesAddressesAndStack(string version, string name, string expected)
    {
        var exchange = Recorded(version, "errors", name);
        Assert.Equal(expected, exchange.Message);
    }

    // What Node's providers say, in their own words.
    [Theory]
    [InlineData(80, "not found service: com.acme.S:1.0", ExchangeStatus.Unimplemented)]
    [InlineData(80, "Can not find method: com.acme.S:1.0#nope()", ExchangeStatus.Unimplemented)]
    [InlineData(80, "out of stock", ExchangeStatus.RuntimeException)]
    [InlineData(60, "Service not found with com.acme.S and nope, group:, version:1.0", ExchangeStatus.Unimplemented)]
    public void NodeError_IsUnderstood(byte code, string text, ExchangeStatus expected) =>
        Assert.Equal((expected, text), (Answered(code, text).Status, Answered(code, text).Message));

    [Fact]
    public void Rows_OfOneCode_EndWithTheOneForEveryText()
    {
        foreach (var rows in InboundStatuses.Rows.GroupBy(r => r.Code))
        {
            Assert.Null(rows.Last().Marker);
            Assert.All(rows.SkipLast(1), r => Assert.NotNull(r.Marker));
        }
    }

    [Fact]
    public void Error_WithoutText_StillHasAMessage()
    {
        var exchange = Frames.Answered(new Exchange { Signature = JavaSignature.None }, Frame(80, []));
        Assert.Equal((ExchangeStatus.RuntimeException, "the provider answered with status 80"), (exchange.Status, exchange.Message));
    }

    private static Exchange Recorded(string version, string group, string name) =>
        Frames.Answered(new Exchange { Signature = JavaSignature.None }, GoldenCase.Get(version, group, name).Response ?? []);

    private static Exchange Answered(byte code, string text)
    {
        byte[] body = [0x30, (byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text)];
        return Frames.Answered(new Exchange { Signature = JavaSignature.None }, Frame(code, body));
    }

    private static byte[] Frame(byte code, byte[] body) =>
        [0xDA, 0xBB, 2, code, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, (byte)body.Length, .. body];
}
