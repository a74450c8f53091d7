using System.Buffers;

namespace BridgeMesh.Wire;

public class FrameWriterTests
{
    [Fact]
    public void Numbers_Written_AreBigEndian()
    {
        using var writer = new FrameWriter(1);
        writer.WriteByte(0x01);
        writer.WriteUInt16(0x0203);
        writer.WriteInt32(0x04050607);
        writer.WriteInt64(0x08090A0B0C0D0E0F);
        Assert.Equal(Enumerable.Range(1, 15).Select(b => (byte)b), writer.Written.ToArray());
        Assert.Equal(15, writer.Length);
    }

    [Fact]
    public void Patch_AfterGrowth_ChangesWhatWasWritten()
    {
        using var writer = new FrameWriter(4);
        var at = writer.Length;
        writer.WriteInt32(0);
        writer.WriteUInt16(0);
        writer.Write(new byte[100_000]);
        writer.PatchInt32(at, 100_006);
        writer.PatchUInt16(at + 4, 9);
        Assert.Equal([0, 1, 0x86, 0xA6, 0, 9], writer.Written[..6].ToArray());
        Assert.Equal(100_006, writer.From(at).Length);
        Assert.Equal(100_006, writer.WrittenMemory.Length);
    }

    [Fact]
    public void Patch_PastWhatIsWritten_Throws()
    {
        using var writer = new FrameWriter(64);
        writer.WriteUInt16(0);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.PatchInt32(0, 1));
    }

    [Fact]
    public void Sequence_OfSeveralSegments_IsWrittenWhole()
    {
        var last = new Segment([4, 5], null, 3);
        var first = new Segment([1, 2, 3], last, 0);
        using var writer = new FrameWriter(2);
        writer.Write(new ReadOnlySequence<byte>(first, 1, last, 1));
        Assert.Equal([2, 3, 4], writer.Written.ToArray());
    }

    [Fact]
    public void Truncate_ToAFrameStart_DropsTheFrameOnly()
    {
        using var writer = new FrameWriter();
        writer.WriteInt32(1);
        var second = writer.Length;
        writer.Write(new byte[10_000]);
        writer.Truncate(second);
        Assert.Equal([0, 0, 0, 1], writer.Written.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Truncate(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Truncate(-1));
    }

    [Fact]
    public void BufferWriter_SpanAndAdvance_AppendAndCheckBounds()
    {
        using var writer = new FrameWriter(1);
        writer.GetSpan(3).Fill(7);
        writer.Advance(3);
        writer.GetMemory(2).Span.Fill(8);
        writer.Advance(2);
        Assert.Equal([7, 7, 7, 8, 8], writer.Written.ToArray());
        Assert.NotEqual(0, writer.GetSpan().Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(writer.Capacity));
    }

    [Fact]
    public void Clear_OfAGrownBuffer_GivesItBack()
    {
        using var writer = new FrameWriter();
        writer.Write(new byte[1 << 20]);
        writer.Clear();
        Assert.Equal(0, writer.Length);
        Assert.InRange(writer.Capacity, 1, 64 << 10);
        writer.WriteByte(1);
        Assert.Equal(1, writer.Length);
    }

    [Fact]
    public void Clear_OfASmallBuffer_KeepsIt()
    {
        using var writer = new FrameWriter();
        writer.Write(new byte[10_000]);
        var capacity = writer.Capacity;
        writer.Clear();
        Assert.Equal(capacity, writer.Capacity);
    }

    [Fact]
    public void Dispose_Twice_IsHarmless()
    {
        var writer = new FrameWriter();
        writer.WriteByte(1);
        writer.Dispose();
        writer.Dispose();
        Assert.Equal(0, writer.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(byte[] bytes, Segment? next, long runningIndex)
        {
            Memory = bytes;
            Next = next;
            RunningIndex = runningIndex;
        }
    }
}
