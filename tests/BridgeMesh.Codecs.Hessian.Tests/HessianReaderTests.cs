using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Tests;

public sealed class HessianReaderTests
{
    [Theory]
    [InlineData(HessianDialect.Final, "7a4317636f6d2e6578616d706c652e6272696467652e4974656d9305707269636503736b7502696460f86405736b752d31915191")]
    [InlineData(HessianDialect.Final, "7a04f09f98805191", CodecError.Malformed)]
    [InlineData(HessianDialect.Draft, "567400055b5b696e746e03567400045b696e746e0291927a76919193769191907a")]
    [InlineData(HessianDialect.Draft, "4da7636f6d2e657861")]
    public void ReadValue_Bytes_AnswersTheSameWhereverTheyAreSplit(HessianDialect dialect, string hex, CodecError expected = CodecError.None)
    {
        var bytes = Convert.FromHexString(hex);
        using var whole = new ValueTape();
        var status = Bytes.Read(Bytes.Whole(bytes), dialect, whole, out var consumed);
        if (expected != CodecError.None)
        {
            Assert.Equal(expected, status.Error);
        }

        for (var at = 0; at <= bytes.Length; at++)
        {
            using var split = new ValueTape();
            Assert.Equal(status, Bytes.Read(Bytes.Split(bytes, at), dialect, split, out var taken));
            Assert.Equal(consumed, taken);
            Assert.Equal(whole.Count, split.Count);
        }

        using var single = new ValueTape();
        Assert.Equal(status, Bytes.Read(Bytes.OneByOne(bytes), dialect, single, out _));
    }

    [Theory]
    [InlineData(HessianDialect.Final, "72136a6176612e7574696c2e41727261794c6973744317636f6d2e6578616d706c652e6272696467652e4974656d9305707269636503736b7502696460fabc05736b752d37975191")]
    [InlineData(HessianDialect.Draft, "567400055b5b696e746e03567400045b696e746e0291927a76919193769191907a")]
    public void WriteValue_WhatJavaWrote_GivesTheSameBytes(HessianDialect dialect, string hex)
    {
        var bytes = Convert.FromHexString(hex);
        using var tape = new ValueTape();
        var status = Bytes.Read(Bytes.Whole(bytes), dialect, tape, out var consumed);
        Assert.True(status.IsOk, status.ToString());
        Assert.Equal(bytes.Length, consumed);
        Assert.Equal(hex, Convert.ToHexStringLower(Bytes.Write(tape, dialect)));
    }

    /// <summary>A pooled state expects the classes of the stream before; another definition at the same place must not be taken for it.</summary>
    [Fact]
    public void ReadValue_StateUsedBefore_TakesNoClassOfAnEarlierStream()
    {
        string[] streams =
        [
            "4303412e42920161016260" + "9192",
            "4303412e42910161" + "6093",
            "4303412e429201610163" + "609495",
            "4303412e42920161016260" + "9192",
        ];
        string[][] fields = [["a", "b"], ["a"], ["a", "c"], ["a", "b"]];
        var state = HessianReadState.Rent();
        for (var i = 0; i < streams.Length; i++)
        {
            using var tape = new ValueTape();
            var reader = new HessianReader(Bytes.Whole(Convert.FromHexString(streams[i])), HessianDialect.Final, state);
            Assert.True(reader.ReadValue(tape).IsOk);
            Assert.True(reader.End);
            Assert.Equal(fields[i], Enumerable.Range(1, tape[0].Count).Select(child => tape[child].Name?.Text));
            state.Reset();
        }

        // An instance of a class that only the stream before defined.
        var last = new HessianReader(Bytes.Whole([0x60, 0x91, 0x92]), HessianDialect.Final, state);
        using var none = new ValueTape();
        Assert.Equal(CodecError.Malformed, last.ReadValue(none).Error);
        state.Return();
    }

    /// <summary>What a wire codec does: an envelope's fields one by one, arguments onto a tape, a map behind them.</summary>
    [Fact]
    public void Reader_Envelope_GivesItsPartsInTurn()
    {
        var state = HessianReadState.Rent();
        using var output = new Wire.FrameWriter();
        var writing = HessianWriteState.Rent();
        var writer = new HessianWriter(output, HessianDialect.Draft, writing);
        writer.BeginObject(HessianClass.Of("com.acme.Call", "method", "types", "oneway", "count"));
        writer.WriteString("echo");
        var mark = writer.BeginTypedList("[string", 2);
        writer.WriteString("int");
        writer.WriteString("中😀");
        writer.EndList(mark);
        writer.WriteBool(true);
        writer.WriteInt32(300);
        writer.WriteInt64(7);
        writer.BeginMap();
        writer.WriteString("k");
        writer.WriteNull();
        writer.EndMap();
        writing.Return();

        var reader = new HessianReader(Bytes.OneByOne(output.Written.ToArray()), HessianDialect.Draft, state);
        Assert.True(reader.NextIsObject);
        Assert.True(reader.TryBeginObject(out var cls));
        Assert.Equal(1, cls.Find("types"u8));
        Assert.True(reader.TryReadString(out var method));
        Assert.Equal("echo", method);
        Assert.True(reader.NextIsList);
        Assert.True(reader.TryBeginList(out var head));
        Assert.Equal(("[string", 2), (head.Type?.Text, head.Count));
        var types = new List<string?>();
        while (reader.TryNextElement(ref head))
        {
            Assert.True(reader.TryReadString(out var type));
            types.Add(type);
        }

        Assert.Equal(["int", "中😀"], types);
        Assert.True(reader.TryReadBool(out var oneway) && oneway);
        Assert.True(reader.TryReadInt32(out var count));
        Assert.Equal(300, count);
        using var tape = new ValueTape();
        Assert.True(reader.ReadValue(tape).IsOk);
        Assert.Equal(7, tape[0].AsInt64);
        Assert.True(reader.NextIsMap && reader.TryBeginMap(out _));
        Assert.True(reader.TryNextEntry() && reader.NextIsString);
        Assert.True(reader.TryReadUtf8(out var key));
        Assert.Equal("k"u8, key);
        Assert.True(reader.NextIsNull && reader.TryReadNull());
        Assert.False(reader.TryNextEntry());
        Assert.True(reader.Fault.IsOk && reader.End);

        // A step that does not fit is a fault, and every later one fails too.
        Assert.False(reader.TryReadBool(out _));
        Assert.Equal(CodecError.Truncated, reader.Fault.Error);
        Assert.False(reader.TryReadString(out _) || reader.TryReadNull() || reader.TryNextEntry());
        state.Return();
    }
}
