using System.Buffers;
using BridgeMesh.Codecs.Dubbo.Tests.Golden;
using BridgeMesh.Exchanges;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Tests.Copying;

public class CopyPatchedTests
{
    private const ulong NewId = 0xFFEE_DDCC_BBAA_9988;

    private static readonly ServiceKey NewService = new("com.acme.blue.OtherService", "2.0.0", "blue");

    [Fact]
    public void Forward_OpenedAndCopied_AllocatesNothing()
    {
        (string, string)[] calls = [("strings", "sayHello"), ("pojo", "saveUser-nullfields"), ("semantics", "group-g1-version-1.0.0")];
        foreach (var (group, name) in calls)
        {
            var frame = Calls.Frame(group, name);
            var bytes = new ReadOnlySequence<byte>(frame);
            using var output = new FrameWriter(frame.Length + 64);
            var exchange = new Exchange();
            var allocated = long.MaxValue;
            for (var round = 0; round < 3 && allocated != 0; round++)
            {
                allocated = PoolBalance.AllocatedBytes(() =>
                {
                    for (var i = 0; i < 100; i++)
                    {
                        output.Truncate(0);
                        exchange.Reset();
                        Frames.Codec.Scan(bytes, FrameLimits.Default, out var header);
                        exchange.CallerHeader = header;
                        exchange.RequestFrame = bytes;
                        Frames.Codec.OpenRequest(exchange);
                        Frames.Codec.CopyPatched(exchange.CallerHeader, bytes, new FramePatch(NewId, 500, null), output);
                    }
                });
            }

            Assert.Equal(0, allocated);
            Assert.Equal(frame.Length, output.Length);
        }
    }

    // Every recorded request: whatever its arguments define or refer to, they must mean the same behind the splice.
    [Fact]
    public void Splice_EveryRecordedRequest_ChangesNamesAndAttachmentsAlone()
    {
        var spliced = 0;
        foreach (var golden in GoldenCase.LoadAll())
        {
            if (golden.Request is not { } frame || golden.IsHandMade || golden.Name == "list-of-java9")
            {
                continue;
            }

            foreach (var layoutIsKnown in new[] { true, false })
            {
                var before = Frames.Opened(frame);
                var copy = Splice(before, frame, NewPatch(), layoutIsKnown);
                var after = Frames.Opened(copy);
                Assert.Equal((NewService, 321), (after.Service, after.CallerTimeoutMs));
                Assert.Equal((before.Method, before.Signature), (after.Method, after.Signature));
                Assert.Equal((NewId, before.OneWay), (after.CallerHeader.CorrelationId, after.OneWay));
                if (Frames.Codec.ReadRequest(before).IsOk && !before.AnsweredLocally)
                {
                    Assert.True(Frames.Codec.ReadRequest(after).IsOk);
                    Assert.Equal(TapeText.Of(before.Request), TapeText.Of(after.Request));
                    Assert.Equal(("7", "é"), (after.RequestMetadata.Find("hops"), after.RequestMetadata.Find("tenant")));
                    Assert.Equal(before.RequestMetadata.Count + 2, after.RequestMetadata.Count);
                }

                spliced++;
            }
        }

        Assert.True(spliced > 500, $"only {spliced}");
    }

    [Fact]
    public void Splice_KeyThatIsThere_IsReplaced()
    {
        var frame = Splice(Calls.FromDubbo(), Calls.Frame("strings", "sayHello"), NewPatch(), layoutIsKnown: true);
        var patch = new SplicePatch();
        patch.Set.Set("hops", "8");
        var again = Frames.Read(Splice(Frames.Opened(frame), frame, patch, layoutIsKnown: true));
        Assert.Equal("8", again.RequestMetadata.Find("hops"));
        Assert.Equal(2, again.RequestMetadata.Count);
        Assert.Equal(NewService, again.Service);
    }

    [Fact]
    public void Splice_ServiceWithoutGroupAndVersion_TakesThemAway()
    {
        var frame = Calls.Frame("semantics", "group-g1-version-1.0.0");
        var before = Frames.Opened(frame);
        Assert.Equal(("g1", "1.0.0"), (before.Service.Group, before.Service.Version));
        var copy = Splice(before, frame, new SplicePatch { Service = new ServiceKey("com.acme.Plain") }, layoutIsKnown: true);
        Assert.Equal(new ServiceKey("com.acme.Plain"), Frames.Opened(copy).Service);
    }

    [Theory]
    [InlineData("raw-null-attachments")]
    [InlineData("raw-no-attachments")]
    [InlineData("raw-extra-bytes")]
    public void Splice_OddEndings_GetTheirMap(string name)
    {
        var frame = GoldenCase.Get("3.2.16", "errors", name).Request ?? [];
        var after = Frames.Read(Splice(Frames.Opened(frame), frame, NewPatch(), layoutIsKnown: true));
        Assert.Equal((NewService, "7"), (after.Service, after.RequestMetadata.Find("hops")));
    }

    [Fact]
    public void Splice_ObjectUnderAReplacedKey_StaysAndLosesToTheNewValue()
    {
        var frame = Calls.Frame("semantics", "attachments-both-ways");
        var patch = new SplicePatch();
        patch.Set.Set("x-obj", "new");
        var after = Frames.Read(Splice(Frames.Opened(frame), frame, patch, layoutIsKnown: true));
        Assert.Equal("new", after.RequestMetadata.Find("x-obj"));
        Assert.Equal("v1", after.RequestMetadata.Find("x-str"));
    }

    [Fact]
    public void Splice_EverySplitPoint_GivesTheSame()
    {
        var frame = Calls.Frame("semantics", "attachments-both-ways");
        var header = Frames.Opened(frame).CallerHeader;
        var whole = Splice(Frames.Opened(frame), frame, NewPatch(), layoutIsKnown: true);
        for (var at = 0; at <= frame.Length; at++)
        {
            using var output = new FrameWriter();
            var split = SegmentedBytes.SplitAt(frame, at);
            Assert.True(Frames.Codec.CopyPatched(header, split, new FramePatch(NewId, 321, NewPatch()), output).IsOk);
            Assert.Equal(whole, output.Written.ToArray());
        }
    }

    [Fact]
    public void Splice_BodyThatEndsEarly_LeavesNoPartialFrame()
    {
        var frame = Calls.Frame("strings", "sayHello");
        using var output = new FrameWriter();
        output.Write([1, 2, 3]);
        for (var kept = 16; kept < frame.Length - 1; kept++)
        {
            var cut = frame[..kept];
            var header = Frames.Opened(frame).CallerHeader with { Layout = default, Length = kept };
            var status = Frames.Codec.CopyPatched(header, new ReadOnlySequence<byte>(cut), new FramePatch(NewId, 5, NewPatch()), output);
            Assert.True(output.Length == 3 || status.IsOk, $"{kept}: {status}");
            output.Truncate(3);
        }
    }

    [Fact]
    public void Splice_OfAReply_IsNotOffered()
    {
        var reply = GoldenCase.Get("3.2.16", "strings", "sayHello").Response ?? [];
        using var output = new FrameWriter();
        Assert.False(Frames.Codec.CopyPatched(Frames.Scan(reply), new(reply), new FramePatch(1, 0, NewPatch()), output).IsOk);
        Assert.Equal(0, output.Length);
    }

    private static SplicePatch NewPatch()
    {
        var patch = new SplicePatch { Service = NewService };
        patch.Set.Set("hops", "7");
        patch.Set.Set("tenant", "é");
        return patch;
    }

    private static byte[] Splice(Exchange opened, byte[] frame, SplicePatch patch, bool layoutIsKnown)
    {
        var header = layoutIsKnown ? opened.CallerHeader : opened.CallerHeader with { Layout = default };
        using var output = new FrameWriter();
        var status = Frames.Codec.CopyPatched(header, opened.RequestFrame, new FramePatch(NewId, 321, patch), output);
        Assert.True(status.IsOk, status.ToString());
        return output.Written.ToArray();
    }
}
