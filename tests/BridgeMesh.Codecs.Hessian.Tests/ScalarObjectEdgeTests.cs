using System.Buffers;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Hessian.Tests;

/// <summary>What fuzzing found about classes that are one value to a reader.</summary>
public sealed class ScalarObjectEdgeTests
{
    [Fact]
    public void Enum_InTheDeepestList_IsReadAndSkippedAlike()
    {
        var budget = TapeBudget.Default;
        byte[] bytes =
        [
            .. "C\u0001E"u8, 0x91, .. "\u0004name"u8,
            .. Enumerable.Repeat((byte)0x79, budget.MaxDepth),
            0x60, .. "\u0001A"u8,
        ];

        using var tape = new ValueTape(budget);
        var state = new HessianReadState();
        var reader = new HessianReader(new ReadOnlySequence<byte>(bytes), HessianDialect.Final, state);
        Assert.True(reader.ReadValue(tape).IsOk);
        Assert.Equal(ValueKind.Enum, tape[tape.Count - 1].Kind);

        state.Reset();
        var skipper = new HessianReader(new ReadOnlySequence<byte>(bytes), HessianDialect.Final, state);
        Assert.True(skipper.Skip().IsOk);
        Assert.Equal(bytes.Length, skipper.Consumed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Europe/Berlin")]
    public void ZoneId_AnyText_IsWrittenAndReadBackTheSame(string zone)
    {
        using var first = new ValueTape();
        byte[] bytes =
        [
            .. "C\u0030\u0037com.alibaba.com.caucho.hessian.io.java8.ZoneIdHandle"u8, 0x91, .. "\u0006zoneId"u8,
            0x60, (byte)zone.Length, .. System.Text.Encoding.ASCII.GetBytes(zone),
        ];
        bytes[2] = (byte)"com.alibaba.com.caucho.hessian.io.java8.ZoneIdHandle".Length;
        var state = new HessianReadState();
        var reader = new HessianReader(new ReadOnlySequence<byte>(bytes), HessianDialect.Final, state);
        Assert.True(reader.ReadValue(first).IsOk);

        // An empty zone names none: the object is kept by its fields.
        Assert.Equal(zone.Length == 0 ? ValueKind.Object : ValueKind.Text, first[0].Kind);

        using var output = new FrameWriter();
        Assert.True(new HessianWriter(output, HessianDialect.Final, new HessianWriteState()).WriteValue(first, 0).IsOk);
        using var second = new ValueTape();
        state.Reset();
        var again = new HessianReader(new ReadOnlySequence<byte>(output.WrittenMemory), HessianDialect.Final, state);
        Assert.True(again.ReadValue(second).IsOk);
        Assert.Equal((first.Count, first[0].Kind), (second.Count, second[0].Kind));
    }
}
