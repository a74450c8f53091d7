using System.Buffers;
using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Tests.Copying;

/// <summary>The time left of forwarded calls, in the attachment that named it.</summary>
public class TimeoutPatchTests
{
    [Theory]
    [InlineData(3_000, "03000")]
    [InlineData(1, "00001")]
    [InlineData(9_990, "09990")]
    [InlineData(9_991, "10000")] // Too little to matter.
    [InlineData(20_000, "10000")] // Never more than the caller said.
    [InlineData(0, "10000")] // No limit is known.
    public void Forward_LessTimeIsLeft_IsToldInTheSameNumberOfDigits(int leftMs, string expected)
    {
        var frame = Calls.Frame("strings", "sayHello");
        var exchange = Frames.Opened(frame);
        Assert.Equal(10_000, exchange.CallerTimeoutMs);
        var copy = Copy(exchange, exchange.RequestFrame, leftMs);
        Assert.Equal(frame.Length, copy.Length);
        Assert.Equal(int.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), Frames.Opened(copy).CallerTimeoutMs);
        Assert.True(copy.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(expected)) > 0);

        // Nothing else changed but the id.
        var digits = frame.AsSpan().IndexOf("10000"u8);
        "10000"u8.CopyTo(copy.AsSpan(digits));
        frame.AsSpan(4, 8).CopyTo(copy.AsSpan(4));
        Assert.Equal(frame, copy);
    }

    [Fact]
    public void Forward_EverySplitPoint_GivesTheSame()
    {
        var frame = Calls.Frame("strings", "sayHello");
        var exchange = Frames.Opened(frame);
        var whole = Copy(exchange, exchange.RequestFrame, 42);
        for (var at = 0; at <= frame.Length; at++)
        {
            Assert.Equal(whole, Copy(exchange, SegmentedBytes.SplitAt(frame, at), 42));
        }
    }

    // 2.7 names no time, and the map of this call of 3.2 holds objects: neither has digits that could be overwritten.
    [Theory]
    [InlineData("2.7.23", "strings", "sayHello")]
    [InlineData("3.2.16", "semantics", "attachments-both-ways")]
    public void Forward_NoPlainTimeout_CopiesEveryByteButTheId(string version, string group, string name)
    {
        var frame = GoldenCase.Get(version, group, name).Request ?? [];
        var exchange = Frames.Opened(frame);
        var copy = Copy(exchange, exchange.RequestFrame, 5);
        Assert.Equal(frame[12..], copy[12..]);
    }

    // Every recorded call: the arguments are never touched.
    [Fact]
    public void Forward_EveryRecordedRequestWithATimeout_KeepsAllButIt()
    {
        var patched = 0;
        foreach (var golden in GoldenCase.LoadAll().Where(g => g.Request is not null && g.Name != "list-of-java9" && !g.IsHandMade))
        {
            var exchange = Frames.Opened(golden.Request ?? []);
            var copy = Copy(exchange, exchange.RequestFrame, 7);
            var after = Frames.Opened(copy);
            Assert.Equal((exchange.Service, exchange.Method), (after.Service, after.Method));
            if (after.CallerTimeoutMs == 7)
            {
                patched++;
            }
        }

        Assert.True(patched > 200, $"only {patched}");
    }

    private static byte[] Copy(Exchange exchange, in ReadOnlySequence<byte> frame, int leftMs)
    {
        using var output = new FrameWriter();
        Assert.True(Frames.Codec.CopyPatched(exchange.CallerHeader, frame, new FramePatch(9, leftMs, null), output).IsOk);
        return output.Written.ToArray();
    }
}
