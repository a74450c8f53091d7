using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Testing.Codecs;

/// <summary>The conformance kit of payload codecs: derive once, give the codec and samples of real writers, and inherit these tests.</summary>
public abstract class PayloadCodecConformance
{
    private const int Rounds = 5_000;

    protected abstract IPayloadCodec Codec { get; }

    protected abstract IReadOnlyList<PayloadSample> Samples { get; }

    protected virtual ValuePolicy Policy => ValuePolicy.Default;

    /// <summary>How much of a value survives being written and read again.</summary>
    protected virtual TapeComparison Comparison => TapeComparison.Exact;

    /// <summary>Bytes that reading one payload may allocate, whatever the payload says.</summary>
    protected virtual long MaxAllocatedBytes(int payloadBytes) => (4 << 20) + (payloadBytes * 64L);

    /// <summary>Walks one value without decoding it. Formats that have such a walk override this and <see cref="CanSkip"/>.</summary>
    /// <param name="consumed">Bytes of the value.</param>
    protected virtual CodecStatus Skip(in ReadOnlySequence<byte> payload, out long consumed)
    {
        consumed = 0;
        return CodecStatus.Fail(CodecError.Unsupported, "no skipper");
    }

    protected virtual bool CanSkip => false;

    /// <summary>Bytes that reading consumes; by default all, for formats that take the whole payload for one value.</summary>
    protected virtual long Consumed(in ReadOnlySequence<byte> payload, TypeShape? shape) => payload.Length;

    [Fact]
    public void Read_EverySample_GivesOneRoot()
    {
        Assert.NotEmpty(Samples);
        foreach (var sample in Samples)
        {
            using var tape = new ValueTape();
            var status = Codec.Read(SegmentedBytes.Whole(sample.Bytes), sample.Shape, Policy, tape);
            Assert.True(status.IsOk, $"{sample}: {status}");
            Assert.Equal(1, tape.RootCount());
            Assert.Equal(0, tape.Depth);
            Assert.False(tape.Failed);
        }
    }

    [Fact]
    public void Read_EverySplitPoint_GivesTheSame()
    {
        foreach (var sample in Samples)
        {
            var whole = Describe(SegmentedBytes.Whole(sample.Bytes), sample);
            var step = Math.Max(1, sample.Bytes.Length / 500);
            for (var at = 0; at <= sample.Bytes.Length; at += at < 256 ? 1 : step)
            {
                var split = Describe(SegmentedBytes.SplitAt(sample.Bytes, at), sample);
                Assert.True(whole == split, $"{sample} split at {at}:\n{whole}\n{split}");
            }
        }
    }

    [Fact]
    public void Read_OneByteASegment_GivesTheSame()
    {
        foreach (var sample in Samples)
        {
            var whole = Describe(SegmentedBytes.Whole(sample.Bytes), sample);
            Assert.Equal(whole, Describe(SegmentedBytes.OneByteEach(sample.Bytes), sample));
            Assert.Equal(whole, Describe(SegmentedBytes.Chunked(sample.Bytes, 3), sample));
        }
    }

    [Fact]
    public void Read_EveryTruncation_FailsAndSaysWhere()
    {
        foreach (var sample in Samples)
        {
            var step = Math.Max(1, sample.Bytes.Length / 1_000);
            for (var length = 0; length < sample.Bytes.Length; length += length < 512 ? 1 : step)
            {
                using var tape = new ValueTape();
                var status = Codec.Read(SegmentedBytes.Whole(sample.Bytes.AsSpan(0, length)), sample.Shape, Policy, tape);
                if (status.IsOk && sample.PrefixMayBeWhole)
                {
                    continue;
                }

                Assert.False(status.IsOk, $"{sample} cut to {length} of {sample.Bytes.Length} bytes reads as {TapeText.Of(tape)}");
                Assert.False(string.IsNullOrEmpty(status.Detail), $"{sample} cut to {length}: says nothing");
                Assert.True(status.Offset <= length, $"{sample} cut to {length}: fault at {status.Offset}");
                Assert.Equal(0, tape.Depth);
            }
        }
    }

    [Fact]
    public void Skip_EverySample_WalksAsFarAsReading()
    {
        if (!CanSkip)
        {
            return;
        }

        foreach (var sample in Samples)
        {
            var step = Math.Max(1, sample.Bytes.Length / 200);
            for (var at = 0; at <= sample.Bytes.Length; at += step)
            {
                var split = SegmentedBytes.SplitAt(sample.Bytes, at);
                var status = Skip(split, out var consumed);
                Assert.True(status.IsOk, $"{sample} split at {at}: {status}");
                Assert.True(Consumed(split, sample.Shape) == consumed, $"{sample} split at {at}: skips {consumed}, reads {Consumed(split, sample.Shape)}");
            }

            for (var length = 0; length < sample.Bytes.Length && !sample.PrefixMayBeWhole; length += step)
            {
                Assert.False(Skip(SegmentedBytes.Whole(sample.Bytes.AsSpan(0, length)), out _).IsOk, $"{sample} cut to {length} is skipped");
            }
        }
    }

    [Fact]
    public void Write_WhatWasRead_ReadsAsTheSame()
    {
        foreach (var sample in Samples)
        {
            using var first = Read(sample, sample.Bytes);
            var bytes = Write(sample, first);
            using var second = Read(sample, bytes);
            TapeAssert.Equal(first, second, Comparison, sample.Name);
            if (sample.Canonical)
            {
                Assert.True(
                    sample.Bytes.AsSpan().SequenceEqual(bytes),
                    $"{sample}:\n{Convert.ToHexString(sample.Bytes)}\n{Convert.ToHexString(bytes)}");
            }
        }
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes()
    {
        foreach (var sample in Samples)
        {
            using var tape = Read(sample, sample.Bytes);
            Assert.Equal(Write(sample, tape), Write(sample, tape));
        }
    }

    [Fact]
    public void Write_ToAWriterOfSmallPieces_GivesTheSameBytes()
    {
        foreach (var sample in Samples)
        {
            using var tape = Read(sample, sample.Bytes);
            var pieces = new PiecewiseWriter();
            Assert.True(Codec.Write(tape, 0, sample.Shape, Policy, pieces).IsOk, sample.Name);
            Assert.Equal(Write(sample, tape), pieces.ToArray());
        }
    }

    [Fact]
    public void Read_OverEachBudget_IsRefused()
    {
        foreach (var sample in Samples)
        {
            using var whole = Read(sample, sample.Bytes);
            if (whole.Count > 1)
            {
                AssertOverBudget(sample, TapeBudget.Default with { MaxTokens = whole.Count - 1 });
            }

            if (whole.TextPosition > 0)
            {
                AssertOverBudget(sample, TapeBudget.Default with { MaxTextBytes = MaxTextOf(whole) - 1 });
            }

            if (DepthOf(whole, 0) is > 1 and var depth)
            {
                AssertOverBudget(sample, TapeBudget.Default with { MaxDepth = depth - 1 });
            }
        }
    }

    [Fact]
    public void Read_WithinExactTokensAndDepth_Succeeds()
    {
        foreach (var sample in Samples)
        {
            using var whole = Read(sample, sample.Bytes);
            using var tape = new ValueTape(TapeBudget.Default with { MaxTokens = whole.Count, MaxDepth = Math.Max(1, DepthOf(whole, 0)) });
            var status = Codec.Read(SegmentedBytes.Whole(sample.Bytes), sample.Shape, Policy, tape);
            Assert.True(status.IsOk, $"{sample}: {status}");
        }
    }

    [Fact]
    public void RandomBytes_Read_NeverThrow() => Seeded.Run(Rounds, random =>
    {
        var bytes = new byte[random.Next(1, 200)];
        random.NextBytes(bytes);
        ReadAnything(bytes, random.Next(2) == 0 ? null : Samples[random.Next(Samples.Count)].Shape, random);
    });

    [Fact]
    public void DamagedPayloads_Read_NeverThrow() => Seeded.Run(Rounds, random =>
    {
        var sample = Samples[random.Next(Samples.Count)];
        ReadAnything(Mutation.Of(sample.Bytes, random), random.Next(4) == 0 ? null : sample.Shape, random);
    });

    [Fact]
    public void Read_IntoATapeThatFailed_FailsAgain()
    {
        using var tape = new ValueTape();
        tape.Fail(CodecError.Malformed, "before");
        Assert.False(Codec.Read(SegmentedBytes.Whole(Samples[0].Bytes), Samples[0].Shape, Policy, tape).IsOk);
    }

    [Fact]
    public void ReadAndWrite_EverySample_GivesAllPooledMemoryBack()
    {
        foreach (var sample in Samples)
        {
            PoolBalance.AssertKeepsNothing(
                () =>
                {
                    using var tape = new ValueTape();
                    Codec.Read(SegmentedBytes.Chunked(sample.Bytes, 5), sample.Shape, Policy, tape);
                    using var output = new FrameWriter();
                    Codec.Write(tape, 0, sample.Shape, Policy, output);
                },
                sample.Name);
        }
    }

    [Fact]
    public void ReadAndWrite_SteadyState_AllocatesNothing()
    {
        foreach (var sample in Samples.Where(s => s.AllocationFree))
        {
            var payload = new ReadOnlySequence<byte>(sample.Bytes);
            using var tape = new ValueTape();
            using var output = new FrameWriter(sample.Bytes.Length * 4);
            var allocated = long.MaxValue;
            for (var round = 0; round < 3 && allocated != 0; round++)
            {
                allocated = PoolBalance.AllocatedBytes(() =>
                {
                    for (var i = 0; i < 100; i++)
                    {
                        tape.Reset();
                        output.Truncate(0);
                        Codec.Read(payload, sample.Shape, Policy, tape);
                        Codec.Write(tape, 0, sample.Shape, Policy, output);
                    }
                });
            }

            Assert.True(allocated == 0, $"{sample}: {allocated} bytes in 100 rounds");
        }
    }

    protected ValueTape Read(PayloadSample sample, byte[] bytes)
    {
        var tape = new ValueTape();
        var status = Codec.Read(SegmentedBytes.Whole(bytes), sample.Shape, Policy, tape);
        Assert.True(status.IsOk, $"{sample}: {status} in {Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 2_000)))}");
        return tape;
    }

    protected byte[] Write(PayloadSample sample, ValueTape tape)
    {
        using var output = new FrameWriter();
        var status = Codec.Write(tape, 0, sample.Shape, Policy, output);
        Assert.True(status.IsOk, $"{sample}: {status} for {TapeText.Of(tape)}");
        return output.Written.ToArray();
    }

    private string Describe(in ReadOnlySequence<byte> payload, PayloadSample sample)
    {
        using var tape = new ValueTape();
        var status = Codec.Read(payload, sample.Shape, Policy, tape);
        return $"{status} {TapeText.Of(tape)}";
    }

    private void AssertOverBudget(PayloadSample sample, TapeBudget budget)
    {
        using var tape = new ValueTape(budget);
        var status = Codec.Read(SegmentedBytes.Whole(sample.Bytes), sample.Shape, Policy, tape);
        Assert.True(status.Error == CodecError.OverBudget, $"{sample}, {budget}: {status}");
    }

    private void ReadAnything(byte[] bytes, TypeShape? shape, Random random)
    {
        var payload = random.Next(2) == 0 ? SegmentedBytes.Whole(bytes) : SegmentedBytes.Random(bytes, random);
        using var tape = new ValueTape(TapeBudget.Default with { MaxTokens = 10_000, MaxTextBytes = 1 << 20 });
        var before = GC.GetAllocatedBytesForCurrentThread();
        var status = Codec.Read(payload, shape, Policy, tape);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= MaxAllocatedBytes(bytes.Length), $"allocates {allocated} bytes for {Convert.ToHexString(bytes)}");
        Assert.Equal(status.IsOk, !tape.Failed && status.Error == CodecError.None);
        if (!status.IsOk)
        {
            Assert.False(string.IsNullOrEmpty(status.Detail), $"says nothing about {Convert.ToHexString(bytes)}");
            return;
        }

        // What was read can be walked and, mostly, written; if not, then with a status.
        TapeText.Of(tape);
        using var output = new FrameWriter();
        Codec.Write(tape, 0, shape, Policy, output);
        if (CanSkip)
        {
            var skipped = Skip(payload, out var consumed);
            Assert.True(skipped.IsOk && consumed == Consumed(payload, shape), $"skips {consumed} ({skipped}) of {Convert.ToHexString(bytes)}");
        }
    }

    private static int MaxTextOf(ValueTape tape)
    {
        var longest = 1;
        for (var i = 0; i < tape.Count; i++)
        {
            if (tape[i].Kind is ValueKind.String or ValueKind.Text or ValueKind.Enum or ValueKind.Bytes or ValueKind.Decimal or ValueKind.BigInteger)
            {
                longest = Math.Max(longest, tape.Utf8(i).Length);
            }
        }

        return longest;
    }

    private static int DepthOf(ValueTape tape, int index)
    {
        if (!tape[index].IsContainer)
        {
            return 0;
        }

        var deepest = 0;
        var end = tape.Next(index);
        for (var i = index + 1; i < end; i = tape.Next(i))
        {
            deepest = Math.Max(deepest, DepthOf(tape, i));
        }

        return deepest + 1;
    }
}
