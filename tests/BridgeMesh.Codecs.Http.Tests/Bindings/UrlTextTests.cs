using System.Text;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Tests.Bindings;

public sealed class UrlTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a%2Fb%2fc", "a/b/c")]
    [InlineData("%E4%B8%AD%F0%9F%8C%8D", "中🌍")]
    [InlineData("a+b", "a+b")]
    [InlineData("", "")]
    public void Decode_ValidEscapes_GiveText(string raw, string expected) => Assert.Equal(expected, UrlText.Decode(raw));

    [Theory]
    [InlineData("%")]
    [InlineData("%4")]
    [InlineData("%G0")]
    [InlineData("%ff")]
    [InlineData("%C0%AF")]
    [InlineData("%ED%A0%80")]
    public void Decode_BrokenEscapeOrUtf8_GivesNothing(string raw) => Assert.Null(UrlText.Decode(raw));

    [Fact]
    public void TryDecode_FormBytes_TakePlusAndRawUtf8()
    {
        var raw = Encoding.UTF8.GetBytes("a+b%2B中");
        var to = new byte[raw.Length];

        Assert.True(UrlText.TryDecode<byte>(raw, plusIsSpace: true, to, out var written));

        Assert.Equal("a b+中", Encoding.UTF8.GetString(to, 0, written));
    }

    [Fact]
    public void TryDecode_TargetThatIsNotAscii_IsRefused()
    {
        var to = new byte[8];

        Assert.False(UrlText.TryDecode<char>("é", plusIsSpace: true, to, out _));
    }

    [Theory]
    [InlineData("o/7 ü", false, "o%2F7%20%C3%BC")]
    [InlineData("a/b c", true, "a/b%20c")]
    [InlineData("-._~", false, "-._~")]
    [InlineData("a&b=c+d?#%", false, "a%26b%3Dc%2Bd%3F%23%25")]
    public void Encode_Value_RoundTrips(string text, bool keepSlash, string expected)
    {
        using var to = new FrameWriter();

        UrlText.Encode(Encoding.UTF8.GetBytes(text), to, keepSlash);

        var encoded = Encoding.UTF8.GetString(to.Written);
        Assert.Equal(expected, encoded);
        Assert.Equal(text, UrlText.Decode(encoded));
    }

    [Theory]
    [InlineData("/a/../b", true)]
    [InlineData("/a/.", true)]
    [InlineData("/a/%2e%2E/b", true)]
    [InlineData("/a/.%2e", true)]
    [InlineData("/a/...", false)]
    [InlineData("/a/.b/c.", false)]
    [InlineData("/", false)]
    public void HasDotSegment_Paths_AsNormalisersSeeThem(string path, bool expected) => Assert.Equal(expected, UrlText.HasDotSegment(path));
}
