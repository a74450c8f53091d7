using BridgeMesh.Codecs.Grpc.Dialects.Grpc;

namespace BridgeMesh.Codecs.Grpc.Tests.Dialects.Grpc;

public sealed class StatusMessageTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("no stock", "no stock")]
    [InlineData("100 %", "100 %25")]
    [InlineData("a\r\nb", "a%0D%0Ab")]
    [InlineData("größe", "gr%C3%B6%C3%9Fe")]
    [InlineData("😀", "%F0%9F%98%80")]
    [InlineData("\u007f", "%7F")]
    public void Encode_Text_ReadsBack(string message, string encoded)
    {
        Assert.Equal(encoded, StatusMessage.Encode(message));
        Assert.Equal(message, StatusMessage.Decode(encoded));
    }

    [Theory]
    [InlineData("100%", "100%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz", "%zz")]
    [InlineData("%e4%b8%ad", "中")]
    [InlineData("%ff", "\uFFFD")]
    public void Decode_BrokenEscapes_StayAsTheyAre(string encoded, string message) => Assert.Equal(message, StatusMessage.Decode(encoded));

    [Fact]
    public void Encode_LongMessage_IsCutBetweenCharacters()
    {
        var message = new string('x', StatusMessage.MaxChars - 1) + "😀";
        Assert.Equal(new string('x', StatusMessage.MaxChars - 1), StatusMessage.Encode(message));
    }

    [Fact]
    public void Encode_LoneSurrogate_BecomesTheReplacementCharacter() => Assert.Equal("%EF%BF%BD", StatusMessage.Encode("\uD83D"));
}
