namespace BridgeMesh.Values;

public class ValueTapeUnknownTests
{
    [Fact]
    public void AddUnknown_BetweenChildren_KeepsBytesInOrder()
    {
        using var tape = new ValueTape();
        var outer = tape.BeginObject(null);
        Assert.True(tape.AddUnknown(outer, [1, 2]));
        Assert.True(tape.AddUnknown(outer, [3]));
        tape.Name(FieldName.Of("child"));
        var inner = tape.BeginObject(null);
        tape.Name(FieldName.Of("text"));
        tape.AddString("x"u8);
        Assert.True(tape.AddUnknown(inner, [9]));
        tape.End();
        Assert.True(tape.AddUnknown(outer, [4]));
        tape.End();

        Assert.Equal([1, 2, 3, 4], UnknownOf(tape, outer));
        Assert.Equal([9], UnknownOf(tape, inner));
        Assert.Equal(1, tape[outer].Count);
        Assert.Equal(1, tape[inner].Count);
        Assert.Equal(-1, tape.FirstUnknown(inner + 1));
    }

    [Fact]
    public void AddUnknown_OverTheBudget_FailsTheTape()
    {
        using var tape = new ValueTape(TapeBudget.Default with { MaxTokens = 2, MaxTextBytes = 100 });
        var outer = tape.BeginObject(null);
        Assert.True(tape.AddUnknown(outer, [1]));
        Assert.True(tape.AddUnknown(outer, [2]));
        tape.Name(FieldName.Of("text"));
        tape.AddString("x"u8);
        Assert.True(tape.AddUnknown(outer, [3]));
        tape.TryReserveText(1, out _);
        tape.CommitText(1);
        Assert.False(tape.AddUnknown(outer, [4]));
        Assert.Equal(CodecError.OverBudget, tape.Status.Error);
    }

    [Fact]
    public void Copy_OfAnObject_TakesItsUnknownFieldsAlong()
    {
        using var from = new ValueTape();
        var index = from.BeginObject(null);
        from.AddUnknown(index, [7, 8]);
        from.End();
        using var to = new ValueTape();
        to.AddNull();
        var copy = to.BeginCopy(from, index);
        to.End();
        to.Swap(from);
        Assert.Equal([7, 8], UnknownOf(from, copy));
    }

    [Fact]
    public void RollBack_ToAMark_LeavesNoTrace()
    {
        using var tape = new ValueTape();
        var outer = tape.BeginObject(null);
        tape.Name(FieldName.Of("a"));
        tape.AddInt32(1);
        tape.Name(FieldName.Of("b"));
        var mark = tape.Mark();
        tape.BeginList();
        tape.AddString("gone"u8);
        tape.AddUnknown(outer, [2]);
        tape.RollBack(mark);
        tape.AddInt32(2);
        tape.End();

        Assert.Equal(2, tape[outer].Count);
        Assert.Equal(3, tape.Count);
        Assert.Equal("b", tape[2].Name?.Text);
        Assert.Empty(UnknownOf(tape, outer));
        Assert.Equal(0, tape.Depth);
    }

    private static byte[] UnknownOf(ValueTape tape, int index)
    {
        var all = new List<byte>();
        for (var place = tape.FirstUnknown(index); place >= 0; place = tape.NextUnknown(place))
        {
            all.AddRange(tape.Unknown(place));
        }

        return [.. all];
    }
}
