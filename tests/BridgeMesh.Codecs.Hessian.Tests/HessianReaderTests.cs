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
}
