using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>What is broken is refused with the place in the bytes and in the value.</summary>
public sealed class ReadFaultTests
{
    [Theory]
    [InlineData("18FFFFFFFFFFFFFFFFFFFF01", CodecError.Malformed, 1, "a varint of more than ten bytes at args[0].anInt32 (offset 1)")]
    [InlineData("18FFFFFFFFFFFFFFFFFF02", CodecError.Malformed, 1, "a varint past 64 bits at args[0].anInt32 (offset 1)")]
    [InlineData("18FF", CodecError.Truncated, 1, "the message ends inside a number at args[0].anInt32 (offset 1)")]
    [InlineData("4D0102", CodecError.Truncated, 1, "the message ends inside a number at args[0].aFixed32 (offset 1)")]
    [InlineData("720561", CodecError.Truncated, 1, "a length of 5 with 1 bytes left at args[0].aString (offset 1)")]
    [InlineData("72FFFFFFFFFFFFFFFFFF01", CodecError.Truncated, 1, "a length of 18446744073709551615 with 0 bytes left at args[0].aString (offset 1)")]
    [InlineData("7202C328", CodecError.Malformed, 2, "the text is not UTF-8 at args[0].aString (offset 2)")]
    [InlineData("7203EDA0BD", CodecError.Malformed, 2, "the text is not UTF-8 at args[0].aString (offset 2)")]
    [InlineData("1D01020304", CodecError.TypeMismatch, 0, "field 3 comes with wire type 5, but int has 0 at args[0].anInt32 (offset 0)")]
    [InlineData("0001", CodecError.Malformed, 0, "the field number 0 at args[0] (offset 0)")]
    [InlineData("808080801001", CodecError.Malformed, 0, "a field number past 536870911 at args[0] (offset 0)")]
    [InlineData("F607", CodecError.Malformed, 2, "the wire type 6, which protobuf does not have here at args[0] (offset 2)")]
    [InlineData("F407", CodecError.Malformed, 0, "the end of a group 126 that did not begin at args[0] (offset 0)")]
    [InlineData("F307FC07", CodecError.Malformed, 2, "the end of a group 127 inside the group 126 at args[0] (offset 2)")]
    [InlineData("F3070801", CodecError.Truncated, 4, "the message ends inside the group 126 at args[0] (offset 4)")]
    [InlineData("8A038403", CodecError.Truncated, 2, "a length of 388 with 0 bytes left at args[0].fixed32s[0] (offset 2)")]
    [InlineData("8A0303010203", CodecError.Malformed, 3, "packed values of 4 bytes in 3 bytes at args[0].fixed32s[0] (offset 3)")]
    [InlineData("8A01038A0105", CodecError.Truncated, 5, "a length of 5 with 0 bytes left at args[0].aMessage.aMessage (offset 5)")]
    [InlineData("8A01058A01027205", CodecError.Truncated, 7, "a length of 5 with 0 bytes left at args[0].aMessage.aMessage.aString (offset 7)")]
    [InlineData("8A01068A0102720561", CodecError.Truncated, 7, "a length of 5 with 0 bytes left at args[0].aMessage.aMessage.aString (offset 7)")]
    [InlineData("CA0303720561", CodecError.Truncated, 4, "a length of 5 with 1 bytes left at args[0].messages[0].aString (offset 4)")]
    [InlineData("BA04050A016B1005", CodecError.TypeMismatch, 6, "a map's value with wire type 0 at args[0].byString.key[0] (offset 6)")]
    [InlineData("BA04060A016B1201FF", CodecError.Malformed, 8, "the text is not UTF-8 at args[0].byString[k] (offset 8)")]
    [InlineData("8A05061080A8D6B907", CodecError.TypeMismatch, 3, "a Timestamp outside the years 1 to 9999, or with nanoseconds past a second at args[0].aTime (offset 3)")]
    [InlineData("920504080110FF", CodecError.Truncated, 6, "the message ends inside a number at args[0].aDuration (offset 6)")]
    public void Read_BrokenBytes_SaysWhatAndWhere(string hex, CodecError error, long offset, string text)
    {
        var status = Peer.Fault(hex, Peer.Kinds);
        Assert.Equal((error, offset, text), (status.Error, status.Offset, status.ToString()));
    }

    [Fact]
    public void Read_WithoutARequiredField_IsRefused() =>
        Assert.Equal("the required field is missing at args[0].id (offset 0)", Peer.Fault("", Peer.Legacy).ToString());

    [Fact]
    public void Read_WithoutAContract_IsRefused()
    {
        using var tape = new ValueTape();
        var status = ProtobufPayloadCodec.Instance.Read(default, null, ValuePolicy.Default, tape);
        Assert.Equal(CodecError.Unsupported, status.Error);
    }

    [Fact]
    public void Read_NestedWithoutEnd_StopsAtTheBudget()
    {
        var bytes = Array.Empty<byte>();
        for (var i = 0; i < 200; i++)
        {
            bytes = [0x8A, 0x01, .. Length(bytes.Length), .. bytes];
        }

        Assert.Equal(CodecError.OverBudget, Peer.Fault(Convert.ToHexString(bytes), Peer.Kinds).Error);
    }

    [Fact]
    public void Read_GroupsWithoutEnd_StopsAtTheBudget() => Assert.Equal(
        CodecError.OverBudget, Peer.Fault(string.Concat(Enumerable.Repeat("F307", 100_000)), Peer.Kinds).Error);

    /// <summary>A payload that repeats its fields on every level is still read in a time that its size explains.</summary>
    [Fact]
    public void Read_RepeatedFieldsOnEveryLevel_TakesNoTimeOfItsOwn()
    {
        byte[] bytes = [0x18, 0x01];
        for (var i = 0; i < 60; i++)
        {
            byte[] child = [0x8A, 0x01, .. Length(bytes.Length), .. bytes];
            bytes = [.. child, 0x18, 0x01, 0x18, 0x02];
        }

        using var tape = Peer.Read(bytes, Peer.Kinds);
        Assert.InRange(tape.Count, 61, 61 * 60);
    }

    private static byte[] Length(int length) => length < 0x80 ? [(byte)length] : [(byte)(length | 0x80), (byte)(length >> 7)];
}
