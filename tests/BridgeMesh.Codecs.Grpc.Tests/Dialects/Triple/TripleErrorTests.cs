using System.Buffers;
using System.Text;
using System.Text.Json;
using BridgeMesh.Codecs.Grpc.Dialects.Triple;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Tests.Dialects.Triple;

public sealed class TripleErrorTests
{
    [Theory]
    [InlineData("""{"status":7,"message":"no"}""", 403, ExchangeStatus.PermissionDenied, "no")]
    [InlineData("""{"code":"unavailable","message":"later"}""", 503, ExchangeStatus.Unavailable, "later")]
    [InlineData("""{"status":"404","message":"no invoker"}""", 404, ExchangeStatus.Unimplemented, "no invoker")]
    [InlineData("""{"status":3.5,"message":9}""", 400, ExchangeStatus.InvalidArgument, "gRPC status 3")]
    [InlineData("<html>", 503, ExchangeStatus.Unavailable, "the callee answered HTTP 503")]
    [InlineData("", 404, ExchangeStatus.Unimplemented, "the callee answered HTTP 404")]
    [InlineData("[1]", 401, ExchangeStatus.Unauthenticated, "the callee answered HTTP 401")]
    public void Read_EachPeersBody_IsItsStatusAndMessage(string body, int http, ExchangeStatus status, string message)
    {
        var exchange = new Exchange();
        TripleError.Read(exchange, http, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)));
        Assert.Equal((status, message), (exchange.Status, exchange.Message));
    }

    [Fact]
    public void Write_AFault_IsReadByNodeAndGo()
    {
        var exchange = new Exchange();
        exchange.SetFault(ExchangeStatus.PermissionDenied, "no \"entry\" 缺货");
        var error = JsonDocument.Parse(Write(exchange)).RootElement;
        Assert.Equal((7, "permission_denied"), (error.GetProperty("status").GetInt32(), error.GetProperty("code").GetString()));
        Assert.Equal("no \"entry\" 缺货", error.GetProperty("message").GetString());
    }

    [Fact]
    public void Write_AnException_KeepsItsClassInTheDetails()
    {
        var thrown = new Exchange
        {
            Status = ExchangeStatus.RuntimeException,
            ExceptionType = TypeName.Of("com.acme.Broken"),
            Message = "boom",
        };
        var body = Write(thrown);
        var caught = new Exchange();
        TripleError.Read(caught, 500, new ReadOnlySequence<byte>(body));
        Assert.Equal((ExchangeStatus.RuntimeException, "boom"), (caught.Status, caught.Message));
        Assert.Equal("com.acme.Broken", caught.ExceptionType?.Text);
    }

    /// <summary>The tables of dubbo-js and dubbo-go, which agree but for 409 and 415.</summary>
    [Fact]
    public void Codes_OfHttp_AreThoseOfTheFirstCodeWithThatStatus()
    {
        Assert.Equal(Enumerable.Range(0, 17), TripleCodes.Rows.Select(static r => r.Code));
        Assert.All(TripleCodes.Rows, static r => Assert.Equal(r.Code, TripleCodes.Find(r.Name)));
        foreach (var code in new[] { 2, 3, 7, 12, 14, 16 })
        {
            Assert.Equal(code, TripleCodes.OfHttp(TripleCodes.Of(code).HttpStatus));
        }

        Assert.Equal(2, TripleCodes.Of(99).Code);
    }

    [Theory]
    [InlineData("3000", true, 3_000)]
    [InlineData("0", true, 1)]
    [InlineData("9999999999", true, int.MaxValue)]
    [InlineData("", false, 0)]
    [InlineData("12345678901", false, 0)]
    [InlineData("-1", false, 0)]
    [InlineData("5s", false, 0)]
    public void Timeout_OneToTenDigits_AreMilliseconds(string text, bool parses, int timeoutMs)
    {
        Assert.Equal(parses, TripleTimeout.TryParse(text, out var read));
        Assert.Equal(timeoutMs, read);
    }

    private static byte[] Write(Exchange exchange)
    {
        using var output = new MemoryStream();
        using (var json = new Utf8JsonWriter(output))
        {
            TripleError.Write(exchange, json);
        }

        return output.ToArray();
    }
}
