using BridgeMesh.Codecs.Grpc.Dialects.Grpc;

namespace BridgeMesh.Codecs.Grpc.Tests.Dialects.Grpc;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 3_600_000)]
    [InlineData("2M", 120_000)]
    [InlineData("3S", 3_000)]
    [InlineData("250m", 250)]
    [InlineData("1500u", 2)]
    [InlineData("1u", 1)]
    [InlineData("1000001n", 2)]
    [InlineData("0m", 1)]
    [InlineData("99999999H", int.MaxValue)]
    [InlineData("99999999n", 100)]
    public void TryParse_EachUnit_GivesMillisecondsRoundedUp(string text, int timeoutMs)
    {
        Assert.True(GrpcTimeout.TryParse(text, out var parsed));
        Assert.Equal(timeoutMs, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1.5S")]
    [InlineData("123456789m")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Theory]
    [InlineData(1, "1m")]
    [InlineData(99_999_999, "99999999m")]
    [InlineData(100_000_001, "100001S")]
    [InlineData(int.MaxValue, "2147484S")]
    public void Format_Milliseconds_ReadsBackAsLongOrLonger(int timeoutMs, string text)
    {
        Assert.Equal(text, GrpcTimeout.Format(timeoutMs));
        Assert.True(GrpcTimeout.TryParse(text, out var parsed));
        Assert.True(parsed >= timeoutMs);
    }
}
