using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Hessian.Tests;

public sealed class HostileInputTests
{
    public static TheoryData<HessianDialect, string, CodecError> Short => new()
    {
        // A list of 2^31 - 1 values in five bytes.
        { HessianDialect.Final, "58497fffffff", CodecError.Malformed },
        { HessianDialect.Final, "5604" + "5b696e74" + "49ffffffff", CodecError.Malformed },
        { HessianDialect.Draft, "566c7fffffff", CodecError.Malformed },
        { HessianDialect.Draft, "566cffffffff", CodecError.Malformed },

        // A class of 2^31 - 1 fields; one whose name is as long.
        { HessianDialect.Final, "430161497fffffff", CodecError.Malformed },
        { HessianDialect.Draft, "4f497fffffff", CodecError.Malformed },
        { HessianDialect.Draft, "4f9161497fffffff", CodecError.Malformed },

        // A string and octets of 65,535.
        { HessianDialect.Final, "53ffff61", CodecError.Truncated },
        { HessianDialect.Draft, "42ffff61", CodecError.Truncated },

        // References, classes and types that were never defined.
        { HessianDialect.Final, "5190", CodecError.Malformed },
        { HessianDialect.Final, "518f", CodecError.Malformed },
        { HessianDialect.Draft, "4a00", CodecError.Malformed },
        { HessianDialect.Draft, "52ffffffff", CodecError.Malformed },
        { HessianDialect.Final, "6f", CodecError.Malformed },
        { HessianDialect.Final, "4f49ffffffff", CodecError.Malformed },
        { HessianDialect.Draft, "6f90", CodecError.Malformed },
        { HessianDialect.Final, "7190", CodecError.Malformed },
        { HessianDialect.Draft, "769091", CodecError.Malformed },
        { HessianDialect.Draft, "4d75907a", CodecError.Malformed },

        // A chunk of a string followed by something else; an end mark alone; a list that is not closed.
        { HessianDialect.Final, "5200016190", CodecError.Malformed },
        { HessianDialect.Draft, "6200016190", CodecError.Malformed },
        { HessianDialect.Final, "5a", CodecError.Malformed },
        { HessianDialect.Draft, "7a", CodecError.Malformed },
        { HessianDialect.Draft, "566e019191", CodecError.Malformed },
        { HessianDialect.Final, "4891", CodecError.Truncated },
        { HessianDialect.Final, "48915a", CodecError.Malformed },
        { HessianDialect.Final, "", CodecError.Truncated },

        // Continuation bytes: missing, alone, and the four-byte form.
        { HessianDialect.Final, "01c361", CodecError.Truncated },
        { HessianDialect.Final, "02c36161", CodecError.Malformed },
        { HessianDialect.Final, "0180", CodecError.Malformed },
        { HessianDialect.Final, "02f09f9880", CodecError.Malformed },
    };

    [Theory]
    [MemberData(nameof(Short))]
    public void ReadValue_LyingBytes_FailsWithOffsetAndPath(HessianDialect dialect, string hex, CodecError expected)
    {
        using var tape = new ValueTape();
        var status = Bytes.Read(Bytes.Whole(Convert.FromHexString(hex)), dialect, tape, out _);
        Assert.True(hex == "01c361" ? !status.IsOk : status.Error == expected, status.ToString());
        Assert.InRange(status.Offset, 0, hex.Length / 2);
        Assert.StartsWith("args[0]", status.Path, StringComparison.Ordinal);
        Assert.True(tape.Failed);
    }

    [Theory]
    [InlineData(HessianDialect.Final, "79")]
    [InlineData(HessianDialect.Draft, "566e01")]
    [InlineData(HessianDialect.Final, "4890")]
    [InlineData(HessianDialect.Draft, "4d90")]
    public void ReadValue_NestedWithoutEnd_StopsAtTheDepthOfTheBudget(HessianDialect dialect, string level)
    {
        var bytes = Convert.FromHexString(string.Concat(Enumerable.Repeat(level, 200_000)));
        using var tape = new ValueTape();
        var status = Bytes.Read(Bytes.Whole(bytes), dialect, tape, out var consumed);
        Assert.Equal(CodecError.OverBudget, status.Error);
        Assert.True(consumed < 1_000, $"{consumed} bytes");

        var state = HessianReadState.Rent();
        var reader = new HessianReader(Bytes.Whole(bytes), dialect, state);
        Assert.Equal(CodecError.OverBudget, reader.Skip().Error);
        state.Return();
    }

    [Theory]
    [InlineData(HessianDialect.Final)]
    [InlineData(HessianDialect.Draft)]
    public void ReadAndWriteValue_DepthOf500_FitsAStackOfOneAndAHalfMegabytes(HessianDialect dialect)
    {
        var status = CodecStatus.Ok;
        using var tape = new ValueTape(TapeBudget.Default with { MaxDepth = 500 });
        var level = dialect == HessianDialect.Final ? "79" : "566e01";
        var end = dialect == HessianDialect.Final ? string.Empty : "7a";
        var bytes = Convert.FromHexString(
            string.Concat(Enumerable.Repeat(level, 499)) + "90" + string.Concat(Enumerable.Repeat(end, 499)));
        var thread = new Thread(
            () =>
            {
                var state = HessianReadState.Rent();
                state.Budget = tape.Budget;
                var reader = new HessianReader(Bytes.Whole(bytes), dialect, state);
                status = reader.ReadValue(tape);
                var writing = HessianWriteState.Rent();
                writing.Budget = tape.Budget;
                using var output = new FrameWriter();
                var written = new HessianWriter(output, dialect, writing).WriteValue(tape, 0);
                status = status.IsOk ? written : status;
            },
            1_536 << 10);
        thread.Start();
        thread.Join();
        Assert.True(status.IsOk, status.ToString());
    }

    [Fact]
    public void ReadValue_FloodOfClassDefinitions_StopsAtTheBound()
    {
        var bytes = Convert.FromHexString(string.Concat(Enumerable.Repeat("43016190", HessianReadState.MaxDefinitions + 1)) + "90");
        using var tape = new ValueTape();
        Assert.Equal(CodecError.OverBudget, Bytes.Read(Bytes.Whole(bytes), HessianDialect.Final, tape, out _).Error);
    }

    [Fact]
    public void ReadValue_FloodOfTypeNames_StopsAtTheBound()
    {
        var count = HessianReadState.MaxDefinitions + 1;
        var bytes = Convert.FromHexString("58" + "49" + count.ToString("x8") + string.Concat(Enumerable.Repeat("700161", count)));
        using var tape = new ValueTape();
        Assert.Equal(CodecError.OverBudget, Bytes.Read(Bytes.Whole(bytes), HessianDialect.Final, tape, out _).Error);
    }

    [Fact]
    public void ReadValue_PastTheBudgetOfTokensOrText_Fails()
    {
        var list = Convert.FromHexString("58" + "c820" + string.Concat(Enumerable.Repeat("90", 32)));
        using var tokens = new ValueTape(TapeBudget.Default with { MaxTokens = 10 });
        Assert.Equal(CodecError.OverBudget, Bytes.Read(Bytes.Whole(list), HessianDialect.Final, tokens, out _).Error);
        var text = Convert.FromHexString("7a0361626303616263");
        using var texts = new ValueTape(TapeBudget.Default with { MaxTextBytes = 5 });
        Assert.Equal(CodecError.OverBudget, Bytes.Read(Bytes.Whole(text), HessianDialect.Final, texts, out _).Error);
    }

    /// <summary>References are cheap on the wire; copies of what they mean must not fill the memory.</summary>
    [Fact]
    public void WriteValue_ReferencesThatGrowExponentially_StopAtTheBudget()
    {
        using var tape = new ValueTape();
        tape.BeginList();
        tape.AddText(ValueKind.Text, "123e4567-e89b-12d3-a456-426614174000"u8, TypeName.Of("java.util.UUID"));
        var last = tape.BeginList();
        tape.AddInt32(1);
        tape.End();
        for (var i = 0; i < 40; i++)
        {
            var next = tape.BeginList();
            tape.AddReference(last);
            tape.AddReference(last);
            tape.End();
            last = next;
        }

        tape.End();
        using var output = new FrameWriter();
        var state = HessianWriteState.Rent();
        state.Budget = TapeBudget.Default with { MaxExpandedTokens = 1_000 };
        Assert.Equal(CodecError.OverBudget, new HessianWriter(output, HessianDialect.Final, state).WriteValue(tape, 0).Error);
        state.Return();
    }

    [Fact]
    public void ReadValue_NumberWithHugeExponent_StaysAnObject()
    {
        var bytes = Convert.FromHexString("43146a6176612e6d6174682e426967446563696d616c910576616c756560" + "0b" + Convert.ToHexString("1E999999999"u8));
        using var tape = new ValueTape();
        Assert.True(Bytes.Read(Bytes.Whole(bytes), HessianDialect.Final, tape, out _).IsOk);
        Assert.Equal(ValueKind.Object, tape[0].Kind);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(Bytes.Write(tape, HessianDialect.Final)));
    }

    [Fact]
    public void ReadValue_ReferenceToAnEnvelope_IsRefused()
    {
        var state = HessianReadState.Rent();
        var reader = new HessianReader(Bytes.Whole(Convert.FromHexString("48015a" + "4e5a" + "5190")), HessianDialect.Final, state);
        Assert.True(reader.TryBeginMap(out _));
        Assert.True(reader.TryReadString(out _));
        Assert.True(reader.TryReadNull());
        Assert.True(reader.TryEndMapOrList());
        using var tape = new ValueTape();
        Assert.Equal(CodecError.Unrepresentable, reader.ReadValue(tape).Error);
        state.Return();
    }
}
