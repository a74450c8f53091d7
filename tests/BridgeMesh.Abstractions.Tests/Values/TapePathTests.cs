namespace BridgeMesh.Values;

public class TapePathTests
{
    [Fact]
    public void CurrentPath_EmptyTape_IsFirstArgument()
    {
        using var tape = new ValueTape();
        Assert.Equal("args[0]", tape.CurrentPath());
        tape.AddNull();
        Assert.Equal("args[1]", tape.CurrentPath());
    }

    [Fact]
    public void CurrentPath_InsideNestedContainers_NamesEveryStep()
    {
        using var tape = new ValueTape();
        tape.AddInt32(1);
        tape.BeginObject(null);
        tape.Name(FieldName.Of("order"));
        tape.BeginObject(null);
        tape.Name(FieldName.Of("id"));
        tape.AddInt32(1);
        tape.Name(FieldName.Of("items"));
        tape.BeginList();
        for (var i = 0; i < 3; i++)
        {
            tape.BeginObject(null);
            tape.Name(FieldName.Of("sku"));
            tape.AddString("x"u8);
            tape.End();
        }

        tape.BeginObject(null);
        tape.Name(FieldName.Of("price"));
        Assert.Equal("args[1].order.items[3].price", tape.CurrentPath());
    }

    [Fact]
    public void CurrentPath_InsideMap_NamesKeyByTextOrOrdinal()
    {
        using var tape = new ValueTape();
        tape.BeginMap();
        Assert.Equal("args[0].key[0]", tape.CurrentPath());
        tape.AddString("first"u8);
        Assert.Equal("args[0][first]", tape.CurrentPath());
        tape.AddNull();
        tape.AddInt64(-9);
        Assert.Equal("args[0][-9]", tape.CurrentPath());
        tape.AddNull();
        tape.AddBool(true);
        Assert.Equal("args[0][true]", tape.CurrentPath());
        tape.AddNull();
        tape.AddText(ValueKind.Decimal, "1.50"u8);
        Assert.Equal("args[0][1.50]", tape.CurrentPath());
        tape.AddNull();
        tape.BeginList();
        tape.End();
        Assert.Equal("args[0].value[4]", tape.CurrentPath());
    }

    [Fact]
    public void PathOf_AnyToken_OpenOrClosed_IsTheSame()
    {
        using var tape = new ValueTape();
        tape.AddNull();
        tape.BeginObject(null);
        tape.Name(FieldName.Of("list"));
        tape.BeginList();
        var inner = tape.AddInt32(0);
        var last = tape.AddInt32(1);
        Assert.Equal("args[0]", tape.PathOf(0));
        Assert.Equal("args[1].list[0]", tape.PathOf(inner));
        Assert.Equal("args[1].list[1]", tape.PathOf(last));
        tape.End();
        tape.Name(FieldName.Of("map"));
        tape.BeginMap();
        var key = tape.AddString("k"u8);
        var value = tape.AddInt32(2);
        tape.End();
        tape.End();
        Assert.Equal("args[1]", tape.PathOf(1));
        Assert.Equal("args[1].list[1]", tape.PathOf(last));
        Assert.Equal("args[1].map.key[0]", tape.PathOf(key));
        Assert.Equal("args[1].map[k]", tape.PathOf(value));
    }

    [Fact]
    public void Path_LongNamesAndKeys_AreCut()
    {
        using var tape = new ValueTape();
        tape.BeginObject(null);
        tape.Name(FieldName.Of(new string('f', 100_000)));
        tape.BeginMap();
        tape.AddString(new string('k', 100_000));
        Assert.Equal($"args[0].{new string('f', 64)}[{new string('k', 64)}]", tape.CurrentPath());
    }
}
