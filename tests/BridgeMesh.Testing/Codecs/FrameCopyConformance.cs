using BridgeMesh.Testing.Bytes;
using BridgeMesh.Wire;

namespace BridgeMesh.Testing.Codecs;

/// <summary>The forward lane: a frame is copied and only its id, and the time left, change.</summary>
public abstract class FrameCopyConformance : FrameScanConformance
{
    private const ulong NewId = 0xA1B2_C3D4_E5F6_0718;

    [Fact]
    public void CopyPatched_NewId_ChangesTheIdAlone()
    {
        foreach (var sample in Copied())
        {
            var header = ScanWhole(SegmentedBytes.Whole(sample.Bytes), sample.Name);
            var copy = Copy(sample.Bytes, Mask(NewId), 0);
            Assert.Equal(sample.Bytes.Length, copy.Length);
            var changed = sample.Bytes.Zip(copy).Count(p => p.First != p.Second);
            Assert.True(changed <= (Codec.CorrelationBits / 8) + ChecksumBytes, $"{sample}: {changed} bytes changed");

            var copied = ScanWhole(SegmentedBytes.Whole(copy), sample.Name);
            Assert.Equal(header with { CorrelationId = Mask(NewId) }, copied);
            Assert.Equal(sample.Bytes, Copy(copy, header.CorrelationId, 0));
        }
    }

    [Fact]
    public void CopyPatched_TimeLeft_IsWrittenWhereTheFixedPartHasAPlace()
    {
        foreach (var sample in Copied())
        {
            var header = ScanWhole(SegmentedBytes.Whole(sample.Bytes), sample.Name);
            var copied = ScanWhole(SegmentedBytes.Whole(Copy(sample.Bytes, header.CorrelationId, 777)), sample.Name);
            var expected = header.Kind == FrameKind.Request && header.TimeoutMs > 0 ? 777 : header.TimeoutMs;
            Assert.True(expected == copied.TimeoutMs, $"{sample}: {copied.TimeoutMs} instead of {expected}");
        }
    }

    [Fact]
    public void CopyPatched_EverySplitPoint_GivesTheSame()
    {
        foreach (var sample in Copied())
        {
            var header = ScanWhole(SegmentedBytes.Whole(sample.Bytes), sample.Name);
            var whole = Copy(sample.Bytes, Mask(NewId), 5);
            foreach (var at in Cuts(sample.Bytes.Length + 1).Where((_, i) => i < 256 || i % 10 == 0))
            {
                using var output = new FrameWriter();
                Assert.True(Codec.CopyPatched(header, SegmentedBytes.SplitAt(sample.Bytes, at), new(Mask(NewId), 5, null), output).IsOk);
                Assert.True(output.Written.SequenceEqual(whole), $"{sample} split at {at}");
            }
        }
    }

    [Fact]
    public void CopyPatched_BehindOtherFrames_LeavesThemAlone()
    {
        using var output = new FrameWriter(16);
        var expected = new List<byte>();
        foreach (var sample in Copied())
        {
            var header = ScanWhole(SegmentedBytes.Whole(sample.Bytes), sample.Name);
            Assert.True(Codec.CopyPatched(header, SegmentedBytes.Whole(sample.Bytes), new(Mask(NewId), 0, null), output).IsOk);
            expected.AddRange(Copy(sample.Bytes, Mask(NewId), 0));
            Assert.True(output.Written.SequenceEqual(expected.ToArray()), sample.Name);
        }
    }

    [Fact]
    public void CopyPatched_SteadyState_AllocatesNothing()
    {
        foreach (var sample in Copied())
        {
            var frame = SegmentedBytes.Whole(sample.Bytes);
            using var output = new FrameWriter(sample.Bytes.Length + 64);
            var allocated = long.MaxValue;

            // The first rounds may compile and fill caches.
            for (var round = 0; round < 3 && allocated != 0; round++)
            {
                allocated = PoolBalance.AllocatedBytes(() =>
                {
                    for (var i = 0; i < 100; i++)
                    {
                        output.Truncate(0);
                        Codec.Scan(frame, Limits, out var header);
                        Codec.CopyPatched(header, frame, new(NewId, 0, null), output);
                    }
                });
            }

            Assert.True(allocated == 0, $"{sample}: {allocated} bytes in 100 copies");
        }
    }

    protected IEnumerable<FrameSample> Copied() => Samples.Where(s => s.Kind is FrameKind.Request or FrameKind.Reply);

    private byte[] Copy(byte[] bytes, ulong id, int timeoutMs)
    {
        var frame = SegmentedBytes.Whole(bytes);
        using var output = new FrameWriter();
        var status = Codec.CopyPatched(ScanWhole(frame, "copy"), frame, new(id, timeoutMs, null), output);
        Assert.True(status.IsOk, status.ToString());
        return output.Written.ToArray();
    }
}
