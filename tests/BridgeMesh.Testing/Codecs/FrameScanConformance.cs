using System.Buffers;
using System.Buffers.Binary;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Testing.Codecs;

/// <summary>Finding frames in a stream of bytes: whole, cut, joined, lying, foreign.</summary>
public abstract class FrameScanConformance : FrameCodecSubject
{
    [Fact]
    public void Codec_Itself_StatesPlausibleProperties()
    {
        Assert.Matches("^[a-z][a-z0-9-]*$", Codec.Protocol);
        Assert.InRange(Codec.CorrelationBits, 16, 64);
        Assert.True(Codec.HeartbeatIntervalMs is 0 or >= 1_000, "milliseconds");
        Assert.NotEmpty(Samples);
        Assert.Contains(Samples, s => s.Kind == FrameKind.Request);
        Assert.Contains(Samples, s => s.Kind == FrameKind.Reply);
        Assert.NotEmpty(LengthFields);
    }

    [Fact]
    public void Scan_WholeFrame_FindsItsKindAndLength()
    {
        foreach (var sample in Samples)
        {
            var header = ScanWhole(SegmentedBytes.Whole(sample.Bytes), sample.Name);
            Assert.True(sample.Kind == header.Kind, $"{sample}: {header.Kind}");
            Assert.True(sample.Bytes.Length == header.Length, $"{sample}: {header.Length} of {sample.Bytes.Length} bytes");
        }
    }

    [Fact]
    public void Scan_EveryPrefix_AsksForNoMoreThanTheFrame()
    {
        foreach (var sample in Samples)
        {
            foreach (var length in Cuts(sample.Bytes.Length))
            {
                var scan = Codec.Scan(SegmentedBytes.Whole(sample.Bytes.AsSpan(0, length)), Limits, out _);
                Assert.True(scan.Fault.IsOk, $"{sample}, {length} bytes: {scan.Fault}");
                Assert.True(
                    scan.NeedBytes >= 1 && scan.NeedBytes <= sample.Bytes.Length - length,
                    $"{sample}, {length} of {sample.Bytes.Length} bytes: asks for {scan.NeedBytes}");
            }
        }
    }

    [Fact]
    public void Read_EverySplitPoint_FindsTheSame()
    {
        foreach (var sample in Samples)
        {
            var whole = Describe(SegmentedBytes.Whole(sample.Bytes), sample.Name);
            var step = Math.Max(1, sample.Bytes.Length / 500);
            for (var at = 0; at <= sample.Bytes.Length; at += at < 128 ? 1 : step)
            {
                var split = Describe(SegmentedBytes.SplitAt(sample.Bytes, at), $"{sample} split at {at}");
                Assert.True(whole == split, $"{sample} split at {at}:\n{whole}\n{split}");
            }
        }
    }

    [Fact]
    public void Read_OneByteASegment_FindsTheSame()
    {
        foreach (var sample in Samples)
        {
            var whole = Describe(SegmentedBytes.Whole(sample.Bytes), sample.Name);
            Assert.Equal(whole, Describe(SegmentedBytes.OneByteEach(sample.Bytes), sample.Name));
            Assert.Equal(whole, Describe(SegmentedBytes.Chunked(sample.Bytes, 3), sample.Name));
        }
    }

    [Fact]
    public void Scan_CoalescedFrames_FindsOneAfterAnother()
    {
        byte[] all = [.. Samples.SelectMany(s => s.Bytes), .. Samples[0].Bytes[..^1]];
        foreach (var buffer in new[] { SegmentedBytes.Whole(all), SegmentedBytes.Chunked(all, 7) })
        {
            var rest = buffer;
            foreach (var sample in Samples)
            {
                var header = ScanWhole(rest, sample.Name);
                Assert.Equal((sample.Kind, sample.Bytes.Length), (header.Kind, header.Length));
                rest = rest.Slice(header.Length);
            }

            Assert.Equal(1, Codec.Scan(rest, Limits, out _).NeedBytes);
        }
    }

    [Fact]
    public void Scan_WrongMagic_IsBroken()
    {
        foreach (var sample in Samples)
        {
            for (var at = 0; at < MagicBytes; at++)
            {
                var bytes = sample.Bytes.ToArray();
                bytes[at] ^= 0xFF;
                AssertBroken(bytes, $"{sample} with byte {at} wrong");
            }
        }
    }

    [Fact]
    public void Scan_AnotherProtocol_IsBrokenAtOnce()
    {
        AssertBroken("GET /orders HTTP/1.1\r\nHost: shop\r\n\r\n"u8.ToArray(), "HTTP/1.1");
        AssertBroken("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray(), "HTTP/2");
        AssertBroken([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03, .. new byte[32]], "TLS");
        AssertBroken(new byte[64], "zeros");
        AssertBroken([.. Enumerable.Repeat((byte)0xFF, 64)], "ones");
    }

    [Fact]
    public void Scan_AtAndPastTheLimit_TakesAndRefuses()
    {
        foreach (var sample in Samples)
        {
            var fits = Codec.Scan(SegmentedBytes.Whole(sample.Bytes), Limits with { MaxFrameBytes = sample.Bytes.Length }, out _);
            Assert.True(fits.IsWhole, $"{sample} at the limit: {fits}");

            // Refused as soon as the length is known, never after asking for bytes past the limit.
            var limits = Limits with { MaxFrameBytes = sample.Bytes.Length - 1 };
            for (var length = 0; ; length++)
            {
                Assert.True(length <= sample.Bytes.Length, $"{sample} past the limit is never refused");
                var scan = Codec.Scan(SegmentedBytes.Whole(sample.Bytes.AsSpan(0, length)), limits, out _);
                if (!scan.Fault.IsOk)
                {
                    Assert.Equal(CodecError.OverBudget, scan.Fault.Error);
                    break;
                }

                Assert.True(scan.NeedBytes > 0 && length + scan.NeedBytes <= limits.MaxFrameBytes + 1, $"{sample}, {length} bytes: {scan}");
            }
        }
    }

    [Fact]
    public void Scan_LyingLengths_AskForNothingUnbounded()
    {
        foreach (var sample in Samples)
        {
            foreach (var field in LengthFields.Where(f => f.Applies?.Invoke(sample.Bytes) ?? true))
            {
                foreach (var lie in Lies(sample.Bytes, field))
                {
                    var bytes = sample.Bytes.ToArray();
                    Write(bytes, field, lie);
                    var scan = Codec.Scan(SegmentedBytes.Whole(bytes), Limits, out var header);
                    var about = $"{sample}, {field.Name}={lie}: {scan}";
                    Assert.True(scan.NeedBytes >= 0 && bytes.Length + scan.NeedBytes <= Limits.MaxFrameBytes, about);
                    if (scan.IsWhole)
                    {
                        Assert.True(header.Length > 0 && header.Length <= bytes.Length, about);
                        Describe(SegmentedBytes.Whole(bytes.AsSpan(0, header.Length)), about);
                    }

                    if (!field.Unchecked && field.Bytes == 4 && lie is < 0 or >= 1 << 30)
                    {
                        Assert.False(scan.Fault.IsOk, about);
                    }
                }
            }
        }
    }

    private static IEnumerable<long> Lies(byte[] bytes, LengthField field)
    {
        var truth = field.Bytes == 2
            ? BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(field.Offset))
            : BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(field.Offset));
        long[] lies = [0, 1, truth - 1, truth + 1, truth * 2L, short.MaxValue, 0x8000, ushort.MaxValue];
        long[] wide = [-1, int.MinValue, 1 << 30, int.MaxValue, -truth];
        return (field.Bytes == 2 ? lies.Select(v => v & 0xFFFF) : lies.Concat(wide)).Where(v => v != truth).Distinct();
    }

    private static void Write(byte[] bytes, LengthField field, long value)
    {
        if (field.Bytes == 2)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(field.Offset), (ushort)value);
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(field.Offset), (int)value);
        }
    }

    private void AssertBroken(byte[] bytes, string about)
    {
        foreach (var buffer in new[] { SegmentedBytes.Whole(bytes), SegmentedBytes.OneByteEach(bytes) })
        {
            var scan = Codec.Scan(buffer, Limits, out _);
            Assert.False(scan.Fault.IsOk, $"{about}: taken for {Codec.Protocol}, {scan}");
            Assert.False(string.IsNullOrEmpty(scan.Fault.Detail), $"{about}: says nothing");
        }
    }
}
