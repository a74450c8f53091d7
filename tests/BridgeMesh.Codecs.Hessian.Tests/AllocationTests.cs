using System.Buffers;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Hessian.Tests;

/// <summary>Alone, as tests beside it would empty the pools.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    [Theory]
    [InlineData(HessianDialect.Final)]
    [InlineData(HessianDialect.Draft)]
    public void ReadWriteAndSkip_Order_AllocatesNothingOnceWarm(HessianDialect dialect)
    {
        using var order = new ValueTape();
        OrderSample.Fill(order);
        var bytes = Bytes.Write(order, dialect);
        var payload = Bytes.Whole(bytes);
        using var tape = new ValueTape();
        using var output = new FrameWriter();
        for (var i = 0; i < 200; i++)
        {
            RoundTrip(payload, dialect, tape, output);
        }

        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(output.Written));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            RoundTrip(payload, dialect, tape, output);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(HessianDialect.Final)]
    [InlineData(HessianDialect.Draft)]
    public void Read_SplitOrder_AllocatesNothingOnceWarm(HessianDialect dialect)
    {
        using var order = new ValueTape();
        OrderSample.Fill(order);
        var bytes = Bytes.Write(order, dialect);
        var payload = Bytes.Split(bytes, bytes.Length / 2);
        using var tape = new ValueTape();
        using var output = new FrameWriter();
        for (var i = 0; i < 200; i++)
        {
            RoundTrip(payload, dialect, tape, output);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            RoundTrip(payload, dialect, tape, output);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void RoundTrip(in ReadOnlySequence<byte> payload, HessianDialect dialect, ValueTape tape, FrameWriter output)
    {
        var reading = HessianReadState.Rent();
        tape.Reset();
        var skipper = new HessianReader(payload, dialect, reading);
        var skipped = skipper.Skip();
        reading.Reset();
        var reader = new HessianReader(payload, dialect, reading);
        var read = reader.ReadValue(tape);
        reading.Return();
        var writing = HessianWriteState.Rent();
        output.Clear();
        var written = new HessianWriter(output, dialect, writing).WriteValue(tape, 0);
        writing.Return();
        if (!skipped.IsOk || !read.IsOk || !written.IsOk)
        {
            throw new InvalidOperationException($"{skipped} {read} {written}");
        }
    }
}
