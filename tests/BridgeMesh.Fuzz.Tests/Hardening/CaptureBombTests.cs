using BridgeMesh.Fuzz.Captures;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Gateway.Decoding;

namespace BridgeMesh.Fuzz.Tests.Hardening;

/// <summary>Captures that declare what is not in them.</summary>
public sealed class CaptureBombTests
{
    private const long FewBytes = 256 << 10;
    private const int Sent = 3_000;

    /// <param name="at">Offset of the length in a file of pcap: of a packet's captured bytes, and of those on the wire.</param>
    [Theory]
    [InlineData(32)]
    [InlineData(36)]
    public void Pcap_PacketOfAGigabyte_EndsTheCaptureWithoutMemory(int at)
    {
        var file = Capture(isNext: false);
        file[at + 3] = 0x40;
        Recording? recording = null;
        var allocated = Peer.Allocated(() => recording = RecordingSource.Of("bomb", file, isBytes: false, out _));
        Assert.NotNull(recording);
        Assert.Equal(at == 36, recording.Connections.Count == 1);
        Assert.InRange(allocated, 0, FewBytes);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(32)]
    public void Pcapng_BlockOfAGigabyte_EndsTheCaptureWithoutMemory(int at)
    {
        var file = Capture(isNext: true);
        file[at + 3] = 0x40;
        Recording? recording = null;
        var allocated = Peer.Allocated(() => recording = RecordingSource.Of("bomb", file, isBytes: false, out _));
        Assert.NotNull(recording);
        Assert.Empty(recording.Connections);
        Assert.NotEmpty(recording.Notes);
        Assert.InRange(allocated, 0, FewBytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Capture_EveryHalfOfIt_IsReadAsFarAsItGoes(bool isNext)
    {
        var file = Capture(isNext);
        for (var length = 4; length < file.Length; length += 7)
        {
            var recording = RecordingSource.Of("half", file[..length], isBytes: false, out _);
            Assert.NotNull(recording);
            Assert.InRange(recording.Connections.Sum(static c => c.Directions.Sum(static d => d.Bytes)), 0, Sent);
        }
    }

    /// <summary>The first capture of a number of seeds that is of the format.</summary>
    private static byte[] Capture(bool isNext)
    {
        for (ulong seed = 0; ; seed++)
        {
            var file = CaptureMaker.Capture(new byte[Sent], new FuzzRandom(seed));
            if ((file[0] == 0x0A) == isNext)
            {
                return file;
            }
        }
    }
}
