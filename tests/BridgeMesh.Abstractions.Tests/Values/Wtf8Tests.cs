using System.Text;

namespace BridgeMesh.Values;

public class Wtf8Tests
{
    [Fact]
    public void Text_ThereAndBack_IsTheSame()
    {
        foreach (var text in new[] { string.Empty, "ascii", "é中😀", "\uD800", "\uDFFFx\uD800", "😀\uD83D😀" })
        {
            var utf8 = Wtf8.FromUtf16(text);
            Assert.Equal(text, Wtf8.ToUtf16(utf8));
            Assert.Equal(text.Length, Wtf8.Utf16Length(utf8));
            Assert.Equal(utf8.Length, Wtf8.Utf8Length(text));
            Assert.True(utf8.Length <= Wtf8.MaxBytes(text.Length));
        }
    }

    [Fact]
    public void Pair_Encoded_TakesFourBytes() => Assert.Equal("😀"u8.ToArray(), Wtf8.FromUtf16("😀"));

    [Fact]
    public void LoneSurrogate_Encoded_TakesItsThreeByteForm() => Assert.Equal([0xED, 0xA0, 0xBD], Wtf8.FromUtf16("\uD83D"));

    [Fact]
    public void CesuPair_Decoded_IsThePair() => Assert.Equal("😀", Wtf8.ToUtf16([0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]));

    [Theory]
    [InlineData(new byte[] { 0xED, 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x41 })]
    [InlineData(new byte[] { 0xED, 0xA0 })]
    [InlineData(new byte[] { 0xFF, 0xFE })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    public void Garbage_Decoded_BecomesReplacementCharacters(byte[] bytes)
    {
        var text = Wtf8.ToUtf16(bytes);
        Assert.Contains('\uFFFD', text);
        Assert.DoesNotContain(text, char.IsSurrogate);
    }

    [Fact]
    public void RandomText_ThereAndBack_IsTheSame()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var units = new char[random.Next(40)];
            for (var i = 0; i < units.Length; i++)
            {
                units[i] = (char)(random.Next(4) == 0 ? random.Next(0xD800, 0xE000) : random.Next(0x10000));
            }

            var text = new string(units);
            Assert.True(text == Wtf8.ToUtf16(Wtf8.FromUtf16(text)), $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void RandomBytes_Decoded_NeverThrow()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var bytes = new byte[64];
        for (var round = 0; round < 2_000; round++)
        {
            random.NextBytes(bytes);
            var text = Wtf8.ToUtf16(bytes.AsSpan(0, random.Next(bytes.Length)));
            Assert.True(Encoding.UTF8.GetByteCount(text) >= 0, $"seed {seed}");
        }
    }
}
