using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Tests.Faults;

/// <summary>Causes as another gateway lists them, a line each.</summary>
public sealed class ReceivedCausesTests
{
    [Theory]
    [InlineData("com.acme.A: one", "com.acme.A=one")]
    [InlineData("com.acme.A: one\ncom.acme.B$C\njava.lang.D: x: y", "com.acme.A=one com.acme.B$C= java.lang.D=x: y")]
    [InlineData("com.acme.A: one\ngoes on\ncom.acme.B: two", "com.acme.A=one\ngoes on com.acme.B=two")]
    [InlineData("no class at all", "")]
    [InlineData("", "")]
    public void Add_Lines_AreNested(string lines, string expected)
    {
        var exchange = new Exchange { ExceptionType = TypeName.Of("com.acme.Thrown") };
        ReceivedCauses.Add(exchange, lines);
        var seen = new List<string>();
        for (var cause = ThrowableValue.CauseOf(exchange.Reply, 0); cause > 0; cause = ThrowableValue.CauseOf(exchange.Reply, cause))
        {
            seen.Add($"{exchange.Reply[cause].Type?.Text}={ThrowableValue.MessageOf(exchange.Reply, cause)}");
        }

        Assert.Equal(expected, string.Join(' ', seen));
        Assert.Equal("com.acme.Thrown", exchange.Reply[0].Type?.Text);
    }

    [Fact]
    public void Add_ToAnObjectThatIsThere_KeepsItsFields()
    {
        var exchange = new Exchange { ExceptionType = TypeName.Of("com.acme.Thrown") };
        exchange.Reply.BeginObject(exchange.ExceptionType);
        exchange.Reply.Name(FieldName.Of("code"));
        exchange.Reply.AddInt32(7);
        exchange.Reply.End();
        ReceivedCauses.Add(exchange, "com.acme.A: one");
        Assert.Equal(7, exchange.Reply[exchange.Reply.FindField(0, "code"u8)].AsInt32);
        Assert.Equal("one", ThrowableValue.MessageOf(exchange.Reply, ThrowableValue.CauseOf(exchange.Reply, 0)));
    }

    [Fact]
    public void Add_MoreThanAreFollowed_StopsThere()
    {
        var exchange = new Exchange { ExceptionType = TypeName.Of("com.acme.Thrown") };
        ReceivedCauses.Add(exchange, string.Join('\n', Enumerable.Repeat("com.acme.A: again", 1_000)));
        var count = 0;
        for (var cause = ThrowableValue.CauseOf(exchange.Reply, 0); cause > 0; cause = ThrowableValue.CauseOf(exchange.Reply, cause))
        {
            count++;
        }

        Assert.Equal(ThrowableValue.MaxCauses, count);
    }
}
