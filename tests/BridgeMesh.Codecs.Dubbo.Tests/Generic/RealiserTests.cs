using BridgeMesh.Codecs.Dubbo.Generic;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Tests.Generic;

/// <summary>What <c>generic=true</c> arguments become by the type names that the caller gives, without a contract.</summary>
public class RealiserTests
{
    [Theory]
    [InlineData("int", "7", "7")]
    [InlineData("java.lang.Boolean", "true", "true")]
    [InlineData("java.util.Date", "2024-01-02 03:04:05", "@1704164645000")]
    [InlineData("java.sql.Timestamp", "2024-01-02 03:04:05", "(java.sql.Timestamp)@1704164645000")]
    [InlineData("java.util.Date", "2024-01-02T03:04:05Z", "@1704164645000")]
    [InlineData("com.acme.Status", "NEW", "\"NEW\"")]
    public void Text_ForANamedType_IsTyped(string declared, string text, string expected)
    {
        using var from = new ValueTape();
        from.AddString(text);
        Assert.Equal(expected, Copied(from, declared));
    }

    [Fact]
    public void DateWithoutZone_IsInTheContractsZone()
    {
        using var from = new ValueTape();
        from.AddString("2024-01-02 03:04:05");
        using var into = new ValueTape();
        using var transfer = new TapeTransfer(from, into) { ZoneOffsetMinutes = 480 };
        Realiser.Copy(in transfer, 0, NamedTypes.Find("java.util.Date"), "java.util.Date");
        Assert.Equal(1_704_164_645_000 - (8 * 3_600_000), into[0].EpochMs);
    }

    [Fact]
    public void List_ForANamedArray_IsThatArray()
    {
        using var from = new ValueTape();
        from.BeginList();
        from.AddString("1");
        from.AddInt32(2);
        from.End();
        Assert.Equal("([int)array[1, 2]", Copied(from, "[I"));
    }

    [Fact]
    public void MapsInANamedArray_AreItsElements()
    {
        using var from = new ValueTape();
        from.BeginList();
        from.BeginMap();
        from.AddString("sku");
        from.AddString("a");
        from.End();
        from.AddNull();
        from.End();
        Assert.Equal("([com.acme.Item)array[(com.acme.Item){sku: \"a\"}, null]", Copied(from, "[Lcom.acme.Item;"));
    }

    private static string Copied(ValueTape from, string declared)
    {
        using var into = new ValueTape();
        using var transfer = new TapeTransfer(from, into);
        Realiser.Copy(in transfer, 0, NamedTypes.Find(declared), declared);
        Assert.False(into.Failed, into.Status.ToString());
        return TapeText.Of(into);
    }
}
