using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Xunit.Sdk;

namespace BridgeMesh.Testing.Codecs;

/// <summary>What broken and hostile peers send: never an exception, never unbounded memory, always an answer that can be written.</summary>
public abstract class FrameGarbageConformance : FrameExchangeConformance
{
    private const int Rounds = 3_000;

    [Fact]
    public void RandomBytes_BehindTheMagic_NeverThrow() => Seeded.Run(Rounds, random =>
    {
        var bytes = new byte[random.Next(1, 400)];
        random.NextBytes(bytes);
        var magic = Samples[random.Next(Samples.Count)].Bytes;
        magic.AsSpan(0, Math.Min(bytes.Length, random.Next(MagicBytes, Math.Min(32, magic.Length)))).CopyTo(bytes);
        ReadAnything(bytes, random);
    });

    [Fact]
    public void DamagedFrames_OfEveryKind_NeverThrow() => Seeded.Run(Rounds, random =>
        ReadAnything(Mutation.Of(Samples[random.Next(Samples.Count)].Bytes, random), random));

    [Fact]
    public void DamagedBodies_InsideWholeFrames_NeverThrow() => Seeded.Run(Rounds, random =>
    {
        var sample = Samples[random.Next(Samples.Count)];
        var bytes = sample.Bytes.ToArray();

        // The head stays, so that the damage reaches the body's reader.
        var head = Math.Min(bytes.Length, LengthFields.Max(f => f.Offset + f.Bytes));
        for (var i = random.Next(1, 6); i > 0 && head < bytes.Length; i--)
        {
            bytes[random.Next(head, bytes.Length)] = (byte)random.Next(256);
        }

        ReadAnything(bytes, random);
    });

    [Fact]
    public void CutBodies_InsideWholeFrames_FailOrReadWithoutThrowing()
    {
        foreach (var sample in Samples.Where(s => s.Bytes.Length < 100_000))
        {
            var refused = 0;
            var cuts = 0;
            for (var kept = 0; kept < sample.Bytes.Length && CutBody(sample.Bytes, kept) is { } cut; kept++)
            {
                cuts++;
                refused += ReadOne(cut, SegmentedBytes.Whole(cut), $"{sample}, body cut to {kept}") ? 0 : 1;
            }

            // Some places are between values, where what is left is a message of its own; most are not.
            Assert.True(cuts < 4 || refused * 2 > cuts, $"{sample}: only {refused} of {cuts} cuts were refused");
        }
    }

    private void ReadAnything(byte[] bytes, Random random)
    {
        var buffer = random.Next(3) switch
        {
            0 => SegmentedBytes.Whole(bytes),
            1 => SegmentedBytes.Random(bytes, random),
            _ => SegmentedBytes.SplitAt(bytes, random.Next(bytes.Length + 1)),
        };
        var scan = Codec.Scan(buffer, Limits, out var header);
        Assert.True(scan.NeedBytes >= 0 && scan.NeedBytes <= Limits.MaxFrameBytes, $"asks for {scan.NeedBytes} bytes");
        Assert.False(scan.NeedBytes > 0 && !scan.Fault.IsOk, "either more bytes or a fault");
        if (scan.IsWhole)
        {
            Assert.InRange(header.Length, 1, bytes.Length);
            ReadOne(bytes[..header.Length], buffer.Slice(0, header.Length), Convert.ToHexString(bytes));
        }
    }

    /// <summary>Does with a whole frame what the gateway would; false when it was refused.</summary>
    private bool ReadOne(byte[] bytes, in System.Buffers.ReadOnlySequence<byte> frame, string about)
    {
        var header = ScanWhole(frame, about);
        var exchange = new Exchange();
        using var output = new FrameWriter();
        try
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var status = CodecStatus.Ok;
            switch (header.Kind)
            {
                case FrameKind.Request:
                    status = ReadRequest(exchange, header, frame);
                    if (!status.IsOk)
                    {
                        exchange.SetFault(ExchangeStatus.InvalidArgument, status);
                    }

                    var written = Codec.WriteReply(exchange, output);
                    Assert.True(written.IsOk, $"the answer to it cannot be written: {written}");
                    break;
                case FrameKind.Reply:
                    status = ReadReply(exchange, header, frame);
                    break;
                default:
                    Codec.WriteControlReply(header, frame, output);
                    break;
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated <= MaxAllocatedBytes(bytes.Length), $"allocates {allocated} bytes for a frame of {bytes.Length}");
            Assert.True(status.IsOk || !string.IsNullOrEmpty(status.Detail), "a fault that says nothing");
            AssertWhole(output, about);
            return status.IsOk;
        }
        catch (Exception failure)
        {
            throw new XunitException($"{about}: {failure.GetType().Name}: {failure.Message}", failure);
        }
        finally
        {
            Release(exchange);
        }
    }

    private void AssertWhole(FrameWriter output, string about)
    {
        if (output.Length > 0)
        {
            Assert.Equal(output.Length, ScanWhole(SegmentedBytes.Whole(output.Written), about).Length);
        }
    }
}
