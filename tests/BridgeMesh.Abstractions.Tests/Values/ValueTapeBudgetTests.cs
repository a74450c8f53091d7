namespace BridgeMesh.Values;

public class ValueTapeBudgetTests
{
    [Fact]
    public void Tokens_PastBudget_FailWithPathAndDropTheRest()
    {
        using var tape = new ValueTape(TapeBudget.Default with { MaxTokens = 4 });
        tape.AddInt32(0);
        tape.BeginObject(null);
        tape.Name(FieldName.Of("items"));
        tape.BeginList();
        tape.AddInt32(1);
        Assert.Equal(-1, tape.AddInt32(2));
        tape.AddString("dropped"u8);
        Assert.Equal(-1, tape.BeginMap());
        tape.AddInt32(1);
        tape.End();
        tape.End();
        tape.End();

        Assert.Equal(4, tape.Count);
        Assert.Equal(CodecError.OverBudget, tape.Status.Error);
        Assert.Equal("args[1].items[1]", tape.Status.Path);
    }

    [Fact]
    public void Depth_PastBudget_FailsWithTheFieldInThePath()
    {
        using var tape = new ValueTape(TapeBudget.Default with { MaxDepth = 2 });
        tape.BeginObject(null);
        tape.Name(FieldName.Of("a"));
        tape.BeginObject(null);
        tape.Name(FieldName.Of("b"));
        Assert.Equal(-1, tape.BeginObject(null));
        Assert.Equal("args[0].a.b", tape.Status.Path);
        Assert.Equal(CodecError.OverBudget, tape.Status.Error);
        Assert.Equal(2, tape.Count);
    }

    [Fact]
    public void Depth_OfAnUnboundedBudget_StopsAtOneThousand()
    {
        using var tape = new ValueTape(TapeBudget.Default with { MaxDepth = int.MaxValue });
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(i, tape.BeginList());
        }

        Assert.Equal(-1, tape.BeginList());
        Assert.True(tape.Failed);
    }

    [Fact]
    public void Failed_WithContainersOpen_LeavesAWellFormedTape()
    {
        using var tape = new ValueTape();
        tape.BeginObject(null);
        tape.Name(FieldName.Of("m"));
        tape.BeginMap();
        tape.AddInt32(1);
        tape.AddInt32(2);
        tape.AddInt32(3);
        tape.Fail(CodecError.Malformed, "bad byte", 17);

        Assert.Equal(1, tape.RootCount());
        Assert.Equal(tape.Count, tape.Next(0));
        Assert.Equal(tape.Count, tape.Next(1));
        Assert.Equal(1, tape[1].Count);
        Assert.Equal(0, tape.Depth);
        Assert.Equal("bad byte at args[0].m[3] (offset 17)", tape.Status.ToString());
    }

    [Fact]
    public void Failed_Tape_TakesNoMoreTokensTextOrReferences()
    {
        using var tape = new ValueTape();
        tape.AddNull();
        tape.Fail(CodecStatus.Fail(CodecError.Truncated, "first"));
        tape.Fail(CodecError.Malformed, "second");
        var text = tape.TextPosition;

        Assert.Equal(-1, tape.AddString("text"));
        Assert.Equal(-1, tape.AddString("text"u8));
        Assert.Equal(-1, tape.AddReference(-1));
        Assert.False(tape.TryReserveText(1, out _));
        Assert.Equal(text, tape.TextPosition);
        Assert.Equal(1, tape.Count);
        Assert.Equal("first", tape.Status.Detail);
    }

    [Fact]
    public void ReserveText_HugeClaim_IsRefusedWithoutMemory()
    {
        using var tape = new ValueTape();
        Assert.False(tape.TryReserveText(int.MaxValue, out _));
        Assert.Equal(CodecError.OverBudget, tape.Status.Error);
        Assert.InRange(tape.RetainedBytes, 0, 64 << 10);
    }
}
