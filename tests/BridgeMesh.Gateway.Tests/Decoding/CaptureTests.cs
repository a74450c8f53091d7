using System.Text;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Gateway.Decoding;
using BridgeMesh.Gateway.Plugins;

namespace BridgeMesh.Gateway.Tests.Decoding;

public sealed class CaptureTests
{
    private static readonly GoldenCase Call =
        GoldenRecordings.Cases().First(c => c.File == "bolt/sofarpc-java-values.json" && c.Name == "short");

    private static readonly byte[] Request = GoldenRecordings.BytesOf(Call.Said, "request") ?? [];
    private static readonly byte[] Reply = GoldenRecordings.BytesOf(Call.Said, "response") ?? [];

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(101, false)]
    [InlineData(101, true)]
    [InlineData(113, false)]
    [InlineData(113, true)]
    [InlineData(276, false)]
    [InlineData(276, true)]
    public void Decode_CallOverAnyLink_IsPaired(int linkType, bool v6)
    {
        var capture = new CaptureBytes(linkType)
            .Send(true, 99, [], syn: true, v6)
            .Send(false, 499, [], syn: true, v6)
            .Send(true, 100, Request, v6: v6, seconds: 1.5)
            .Send(false, 500, Reply, v6: v6, seconds: 1.75);

        Assert.All([capture.ToPcap(), capture.ToPcap(bigEndianNanoseconds: true), capture.ToPcapng()], IsTheCall);
    }

    [Fact]
    public void Decode_RepeatedOverlappingAndOutOfOrder_IsTheCall()
    {
        // Sequence numbers that wrap in the middle of the request.
        const uint start = uint.MaxValue - 300;
        IsTheCall(new CaptureBytes(101)
            .Send(true, start - 1, [], syn: true)
            .Send(false, 499, [], syn: true)
            .Send(true, unchecked(start + 400), Request.AsSpan(400))
            .Send(true, start, Request.AsSpan(0, 200), seconds: 1.5)
            .Send(true, start, Request.AsSpan(0, 200), seconds: 1.5)
            .Send(true, unchecked(start + 100), Request.AsSpan(100, 350), seconds: 1.5)
            .Send(false, 500, Reply, seconds: 1.75)
            .ToPcap());
    }

    [Fact]
    public void Decode_BegunInTheMiddle_FindsTheCall() =>
        IsTheCall(new CaptureBytes(1).Send(true, 7_000, Request, seconds: 1.5).Send(false, 9_000, Reply, seconds: 1.75).ToPcap());

    [Fact]
    public void Decode_PortsUsedAgain_AreTwoConnections()
    {
        var capture = new CaptureBytes(1)
            .Send(true, 99, [], syn: true).Send(true, 100, Request)
            .Send(true, 70_099, [], syn: true).Send(true, 70_100, Request);

        Assert.Equal(2, Read(capture.ToPcap()).Connections.Count);
    }

    [Fact]
    public void Decode_LostSegment_TellsTheHole()
    {
        var capture = new CaptureBytes(1)
            .Send(true, 99, [], syn: true)
            .Send(true, 100, Request.AsSpan(0, 60))
            .Send(true, (uint)(100 + 90), Request.AsSpan(90));

        var decoded = Decode(capture.ToPcap());

        Assert.Contains(decoded.Problems, p => p is { At: 60, What: var what } && what.Contains("30 bytes from 127.0.0.1:40000 are missing", StringComparison.Ordinal));
        Assert.Contains(decoded.Frames, f => f.Problem?.What.Contains("end inside a frame", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Read_CutShort_KeepsWhatIsWhole()
    {
        var capture = new CaptureBytes(1).Send(true, 100, Request).Send(false, 500, Reply);
        foreach (var file in (byte[][])[capture.ToPcap(), capture.ToPcapng()])
        {
            for (var length = 0; length < file.Length; length++)
            {
                var recording = RecordingSource.Of("test", file[..length], isBytes: true, out _);
                Assert.True(length < 4 || recording is not null);
            }

            var cut = Read(file[..^10]);
            Assert.Contains(cut.Notes, n => n.Contains("ends inside", StringComparison.Ordinal));
            Assert.Equal(Request, Assert.Single(cut.Connections).Directions[0].Runs[0].Bytes);
        }
    }

    [Fact]
    public void Read_OtherPackets_AreCounted()
    {
        var file = new CaptureBytes(1).Send(true, 100, Request).ToPcap();
        file[24 + 16 + 18 + 9] = 17; // UDP

        Assert.Contains(Read(file).Notes, n => n.StartsWith("1 packets without", StringComparison.Ordinal));
    }

    private static void IsTheCall(byte[] file)
    {
        var decoded = Decode(file);
        Assert.Equal(("bolt", 0), (decoded.Protocol, decoded.ProblemCount));
        Assert.Equal(2, decoded.Frames.Count);
        var (request, reply) = (decoded.Frames[0], decoded.Frames[1]);
        Assert.Equal(("request", "incShort"), (request.Kind, request.Method));
        Assert.Same(reply, request.Peer);
        Assert.Equal("-32768", Encoding.UTF8.GetString(reply.Result?.Json ?? []));
        Assert.EndsWith(":40000", request.From, StringComparison.Ordinal);
        Assert.Equal(0.25, (reply.Seconds - request.Seconds) ?? 0, 6);
    }

    private static Recording Read(byte[] file) => RecordingSource.Of("test", file, isBytes: false, out _) ?? throw new InvalidDataException();

    private static DecodedConnection Decode(byte[] file)
    {
        var catalog = new PluginCatalog();
        BuiltInPlugins.Register(catalog);
        return new ConnectionDecoder(catalog, BuiltInPlugins.Payloads).Decode(Assert.Single(Read(file).Connections), null);
    }
}
