using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using static BridgeMesh.Core.Tests.Translation.Loose;

namespace BridgeMesh.Core.Tests.Translation;

/// <summary>Values that stand in several places.</summary>
public sealed class PlanRunnerSharingTests
{
    [Fact]
    public void Conform_SharedMap_StaysShared()
    {
        using var tape = new ValueTape();
        tape.BeginList();
        var first = tape.Count;
        AddMap(tape, ("dropped", 1), ("sku", "s"));
        tape.AddReference(first);
        tape.End();
        Assert.True(Conform(tape, Method("list<Item>")).IsOk);
        Assert.Equal("[#1=(com.acme.Item){sku: \"s\"}, #1]", TapeText.Of(tape));
    }

    [Fact]
    public void Conform_SharedWithADroppedMember_MovesToWhereItIsKept()
    {
        using var tape = new ValueTape();
        tape.BeginList();
        tape.BeginMap();
        tape.AddString("unknown");
        var shared = tape.Count;
        AddMap(tape, ("sku", "s"), ("price", "1"));
        tape.End();
        tape.AddReference(shared);
        tape.AddReference(shared);
        tape.End();
        Assert.True(Conform(tape, Method("list<Item>")).IsOk, tape.Status.ToString());
        Assert.Equal("[(com.acme.Item){}, #2=(com.acme.Item){sku: \"s\", price: Decimal \"1\"}, #2]", TapeText.Of(tape));
    }

    [Fact]
    public void Conform_SharedUnderTwoTypes_IsCopiedForTheSecond()
    {
        using var tape = new ValueTape();
        AddMap(tape, ("sku", "s"));
        tape.AddReference(0);
        Assert.True(Conform(tape, Method("any", "Item")).IsOk);
        Assert.Equal("map{\"sku\": \"s\"}, (com.acme.Item){sku: \"s\"}", TapeText.Of(tape));
    }

    [Fact]
    public void Conform_CycleThroughMaps_StaysACycle()
    {
        using var tape = new ValueTape();
        tape.BeginMap();
        tape.AddString("id");
        tape.AddString("o");
        tape.AddString("next");
        tape.AddReference(0);
        tape.End();
        Assert.True(Conform(tape, Method("Order")).IsOk);
        Assert.Equal("#0=(com.acme.Order){id: \"o\", next: #0}", TapeText.Of(tape));
    }

    [Fact]
    public void Conform_CycleDeclaredInTwoWays_IsRefused()
    {
        using var tape = new ValueTape();
        tape.BeginMap();
        tape.AddString("self");
        tape.AddReference(0);
        tape.End();
        var status = Conform(tape, Method("map<string, Item>"));
        Assert.Equal("a value that contains itself is declared in two ways at args[0][self]", status.ToString());
    }
}
