using BridgeMesh.Exchanges;
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
    public void CopyPatched_Hops_AreToldWhenTheCopyIsOpenedAndNothingElseChanges()
    {
        var copied = 0;
        foreach (var sample in Samples.Where(s => s.Kind == FrameKind.Request))
        {
            var frame = SegmentedBytes.Whole(sample.Bytes);
            var exchange = new Exchange();
            if (!ReadRequest(exchange, ScanWhole(frame, sample.Name), frame).IsOk)
            {
                continue;
            }

            copied++;
            var once = CopyWithHops(exchange.CallerHeader, sample.Bytes, "gw-1");
            if (!CarriesHops)
            {
                Assert.True(once.AsSpan().SequenceEqual(sample.Bytes), sample.Name);
                continue;
            }

            Assert.Null(exchange.Hops);
            var second = ReadCopy(once, "gw-1", exchange, sample);
            ReadCopy(CopyWithHops(second.CallerHeader, once, "gw-1,gw-2"), "gw-1,gw-2", exchange, sample);
        }

        Assert.True(copied > 0, "no sample is a request that can be read");
    }

    [Fact]
    public void CopyPatched_HopsAtEverySplitPoint_GiveTheSame()
    {
        foreach (var sample in Samples.Where(s => s.Kind == FrameKind.Request).Take(20))
        {
            var frame = SegmentedBytes.Whole(sample.Bytes);
            var exchange = new Exchange();
            if (!ReadRequest(exchange, ScanWhole(frame, sample.Name), frame).IsOk)
            {
                continue;
            }

            var whole = CopyWithHops(exchange.CallerHeader, sample.Bytes, "gw-1");
            foreach (var at in Cuts(sample.Bytes.Length + 1).Where((_, i) => i < 64 || i % 10 == 0))
            {
                using var output = new FrameWriter();
                var split = SegmentedBytes.SplitAt(sample.Bytes, at);
                Assert.True(Codec.CopyPatched(exchange.CallerHeader, split, new(exchange.CallerHeader.CorrelationId, 0, null, "gw-1"), output).IsOk);
                Assert.True(output.Written.SequenceEqual(whole), $"{sample} split at {at}");
            }
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

    private byte[] CopyWithHops(in FrameHeader header, byte[] bytes, string hops)
    {
        using var output = new FrameWriter();
        var status = Codec.CopyPatched(header, SegmentedBytes.Whole(bytes), new(header.CorrelationId, 0, null, hops), output);
        Assert.True(status.IsOk, status.ToString());
        return output.Written.ToArray();
    }

    private Exchange ReadCopy(byte[] copy, string hops, Exchange original, FrameSample sample)
    {
        var exchange = new Exchange();
        var frame = SegmentedBytes.Whole(copy);
        var status = ReadRequest(exchange, ScanWhole(frame, sample.Name), frame);
        Assert.True(status.IsOk, $"{sample}: {status}");
        Assert.True(exchange.Hops == hops, $"{sample}: {exchange.Hops}");
        Assert.Equal(hops, Assert.Single(exchange.RequestMetadata.Entries.ToArray(), p => p.Key == HopList.Key).Value);
        exchange.RequestMetadata.Remove(HopList.Key);
        Assert.Equal(ExchangeText.Of(original), ExchangeText.Of(exchange));
        return exchange;
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
