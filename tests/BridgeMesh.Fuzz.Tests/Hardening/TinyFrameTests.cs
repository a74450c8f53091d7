using System.Buffers;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Tests.Hardening;

/// <summary>Streams of the smallest frames, and frames that arrive byte by byte: the decoders keep nothing and allocate nothing for them.</summary>
[Collection(nameof(WholeHeap))]
public sealed class TinyFrameTests
{
    private const int Frames = 200_000;

    public static TheoryData<string> Protocols => ["dubbo", "bolt"];

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Heartbeats_AStreamOfThem_AreScannedAndAnsweredWithoutMemory(string protocol)
    {
        var codec = CodecOf(protocol);
        using var heartbeat = new FrameWriter();
        codec.WriteHeartbeat(7, heartbeat);
        var stream = new HostileBytes().Times(Frames, heartbeat.Written).ToArray();
        using var answers = new FrameWriter(1 << 16);
        var taken = 0;

        // The first round compiles.
        TakeAll(codec, stream.AsMemory(0, heartbeat.Length * 10), answers);
        var allocated = Peer.Allocated(() => taken = TakeAll(codec, stream, answers));
        Assert.Equal(Frames, taken);
        Assert.InRange(allocated, 0, 4_096);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void EmptyRequests_AStreamOfThem_AreEachRefusedAndAnsweredInBoundedMemory(string protocol)
    {
        var codec = CodecOf(protocol);
        byte[] request = protocol == "dubbo"
            ? [0xDA, 0xBB, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
            : [1, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        using var answers = new FrameWriter(1 << 16);
        var exchange = new Exchange();
        var allocated = Peer.Allocated(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                answers.Clear();
                exchange.Reset();
                var status = Peer.ReadRequest(codec, request, exchange);
                Assert.False(status.IsOk);
                exchange.SetFault(ExchangeStatus.InvalidArgument, status);
                Assert.True(codec.WriteReply(exchange, answers).IsOk);
            }
        });

        // The text of the fault, and nothing that stays.
        Assert.InRange(allocated / 10_000, 0, 4_096);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public void Frame_ArrivingByteByByte_IsLookedAtInConstantTimeEach(string protocol)
    {
        // One megabyte: a scan that read the body again for every byte would take hours.
        var codec = CodecOf(protocol);
        var frame = new byte[1 << 20];
        (protocol == "dubbo" ? (byte[])[0xDA, 0xBB, 0xC2] : [1, 1, 0, 1, 1, 0, 0, 0, 1, 1]).CopyTo(frame, 0);
        var lengthAt = protocol == "dubbo" ? 12 : 18;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(lengthAt), frame.Length - lengthAt - 4);
        var wrong = 0;
        Action look = () =>
        {
            for (var length = 0; length < frame.Length; length++)
            {
                var scan = codec.Scan(new ReadOnlySequence<byte>(frame, 0, length), FrameLimits.Default, out _);
                wrong += scan.Fault.IsOk && scan.NeedBytes > 0 ? 0 : 1;
            }
        };

        // Once before it is measured: what the runtime allocates for code that becomes hot is no look's.
        look();
        var allocated = Peer.Allocated(look);
        Assert.Equal(0, wrong);
        Assert.True(codec.Scan(new ReadOnlySequence<byte>(frame), FrameLimits.Default, out _).IsWhole);
        Assert.InRange(allocated, 0, 4_096);
    }

    [Fact]
    public void Hessian_AMillionTinyValues_StopAtTheBudgetOfTokens()
    {
        var budget = TapeBudget.Default;
        var bytes = new HostileBytes().List(draft: false, budget.MaxTokens + 10).Times(budget.MaxTokens + 10, 0x90).ToArray();
        using var tape = new ValueTape();
        var status = CodecStatus.Ok;
        var allocated = Peer.Allocated(() => status = Peer.ReadHessian(draft: false, bytes, tape));
        Assert.Equal(CodecError.OverBudget, status.Error);

        // 32 bytes a token, twice for the last doubling and once more for what was given back.
        Assert.InRange(allocated, 0, budget.MaxTokens * 32L * 4);
    }

    [Fact]
    public void Json_AMillionTinyValues_StopAtTheBudgetOfTokens()
    {
        var budget = TapeBudget.Default;
        var text = new byte[(budget.MaxTokens * 2) + 20];
        text.AsSpan().Fill((byte)'1');
        text[0] = (byte)'[';
        for (var i = 2; i < text.Length - 1; i += 2)
        {
            text[i] = (byte)',';
        }

        text[^1] = (byte)']';
        using var tape = new ValueTape();
        Assert.Equal(CodecError.OverBudget, Peer.ReadJson(text, tape).Error);
        Assert.InRange(tape.Count, 0, budget.MaxTokens);
    }

    private static IFrameCodec CodecOf(string protocol) => protocol == "dubbo" ? Peer.Dubbo : Peer.Bolt;

    private static int TakeAll(IFrameCodec codec, ReadOnlyMemory<byte> stream, FrameWriter answers)
    {
        var taken = 0;
        var rest = new ReadOnlySequence<byte>(stream);
        while (!rest.IsEmpty && codec.Scan(rest, FrameLimits.Default, out var header).IsWhole)
        {
            answers.Truncate(0);
            codec.WriteControlReply(header, rest.Slice(0, header.Length), answers);
            taken += header.Kind == FrameKind.Heartbeat && answers.Length > 0 ? 1 : 0;
            rest = rest.Slice(header.Length);
        }

        return taken;
    }
}
