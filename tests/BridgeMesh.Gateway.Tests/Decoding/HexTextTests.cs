using BridgeMesh.Gateway.Decoding;

namespace BridgeMesh.Gateway.Tests.Decoding;

public sealed class HexTextTests
{
    private static readonly byte[] Wanted = [0xDA, 0xBB, 0x22, 0x00, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D];

    [Theory]
    [InlineData("dabb22004142434445464748494a4b4c4d")]
    [InlineData("DABB 2200 4142 4344\n4546 4748 494A\r\n4B4C4D\n")]
    [InlineData("0xda,0xbb,0x22,0x00, 0x41,0x42,0x43,0x44,0x45,0x46,0x47,0x48,0x49,0x4a,0x4b,0x4c,0x4d")]
    [InlineData("da:bb:22:00:41:42:43:44:45:46:47:48:49:4a:4b:4c:4d")]
    [InlineData(@"\xda\xbb\x22\x00\x41\x42\x43\x44\x45\x46\x47\x48\x49\x4a\x4b\x4c\x4d")]
    [InlineData("# a comment\ndabb22004142434445464748494a4b4c4d")]
    [InlineData("00000000: dabb 2200 4142 4344 4546 4748 494a 4b4c  ..\".ABCDEFGHIJKL\n00000010: 4d                                       M\n")]
    [InlineData("00000000  da bb 22 00 41 42 43 44  45 46 47 48 49 4a 4b 4c  |..\".ABCDEFGHIJKL|\n00000010  4d                  |M|\n00000011\n")]
    [InlineData("0000000 da bb 22 00 41 42 43 44 45 46 47 48 49 4a 4b 4c\n0000010 4d\n0000011\n")]
    [InlineData("\t0x0000:  dabb 2200 4142 4344 4546 4748 494a 4b4c  ..\".ABCDEFGHIJKL\n\t0x0010:  4d                                       M\n")]
    public void Parse_AnyForm_GivesTheBytes(string text) => Assert.Equal(Wanted, HexText.Parse(text, out _));

    [Fact]
    public void Parse_EightDigitsAlone_AreBytes() => Assert.Equal([0, 0, 0, 1], HexText.Parse("00000001", out _));

    [Theory]
    [InlineData("dabbz0", "line 1: 'z'")]
    [InlineData("da\nbg", "line 2: 'g'")]
    [InlineData("dab", "3 hexadecimal digits")]
    [InlineData("  \n", "no hexadecimal digits")]
    public void Parse_AnythingElse_SaysWhere(string text, string problem)
    {
        Assert.Null(HexText.Parse(text, out var told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }
}
