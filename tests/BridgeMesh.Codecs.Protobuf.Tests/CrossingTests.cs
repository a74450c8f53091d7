using System.Buffers;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Peers;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>Between protobuf and the other payload codecs, by one contract.</summary>
public sealed class CrossingTests
{
    [Fact]
    public void Timestamp_OfMilliseconds_IsADateInHessianAndBack()
    {
        var bytes = new Kinds { ATime = new Timestamp { Seconds = 1_714_979_289, Nanos = 123_000_000 }, ADecimal = new Peers.Google.Decimal { Value = "12.50" } }.ToByteArray();
        var hessian = Cross(ProtobufPayloadCodec.Instance, bytes, HessianPayloadCodec.Final);
        var again = Cross(HessianPayloadCodec.Final, hessian, ProtobufPayloadCodec.Instance);
        var (sent, came) = (Kinds.Parser.ParseFrom(bytes), Kinds.Parser.ParseFrom(again));
        Assert.Equal((sent.ATime, sent.ADecimal), (came.ATime, came.ADecimal));
        Assert.True(hessian.AsSpan().IndexOf("java.math.BigDecimal"u8) > 0);
    }

    [Fact]
    public void Timestamp_OfNanoseconds_IsRefusedByHessianWithItsPath()
    {
        using var tape = Peer.Read(new Kinds { ATime = new Timestamp { Seconds = 1, Nanos = 1 } }.ToByteArray(), Peer.Kinds);
        using var output = new FrameWriter();
        var status = HessianPayloadCodec.Final.Write(tape, 0, Peer.Kinds, ValuePolicy.Default, output);
        Assert.Equal((CodecError.Unrepresentable, "args[0].aTime"), (status.Error, status.Path));
    }

    [Fact]
    public void UnknownFields_OnTheWayToOtherFormats_AreNotSeen()
    {
        using var tape = Peer.Read(new Kinds { AString = "a", AnInt32 = 5 }.ToByteArray(), Peer.Fewer);
        using var output = new FrameWriter();
        Assert.True(JsonPayloadCodec.Instance.Write(tape, 0, Peer.Fewer, ValuePolicy.Default, output).IsOk);
        Assert.Equal("""{"aString":"a","messages":[]}""", System.Text.Encoding.UTF8.GetString(output.Written));
    }

    [Fact]
    public void Proto2Defaults_ThatWereNotSent_AreValuesAndNotSentAgain()
    {
        byte[] bytes = [0x08, 0x01];
        Assert.Equal(
            "(bridgemesh.legacy.Legacy){id: 1, name: \"nobody\", ratio: Infinityd, size: (bridgemesh.legacy.Size)Enum \"LARGE\", raw: 0x01615C, "
            + "big: 18446744073709551615UL, flag: true, loose: [], tight: [], part: [], sizes: []}",
            Peer.Text(bytes, Peer.Legacy));
        Assert.Equal(bytes, Peer.Again(bytes, Peer.Legacy));
    }

    [Theory]
    [InlineData(-1L, "an unsigned number cannot be negative at args[0]")]
    [InlineData(0L, null)]
    public void Write_ANumberThatDoesNotFit_IsRefused(long value, string? fault)
    {
        using var tape = new ValueTape();
        tape.AddInt64(value);
        using var output = new FrameWriter();
        var status = ProtobufPayloadCodec.Instance.Write(tape, 0, Peer.Shape("google.protobuf.UInt64Value"), ValuePolicy.Default, output);
        Assert.Equal(fault, status.IsOk ? null : status.ToString());
    }

    [Fact]
    public void Write_WhatProtobufCannotSay_IsRefusedWithItsPath()
    {
        Assert.Equal("args[0].strings[1]", Peer.WriteFault(tape => Field(tape, "strings", t => List(t, x => x.AddString("a"), x => x.AddNull())), Peer.Kinds).Path);
        Assert.Equal("args[0].aString", Peer.WriteFault(tape => Field(tape, "aString", t => t.AddString("\ud83d")), Peer.Kinds).Path);
        Assert.Equal("args[0].aColour", Peer.WriteFault(tape => Field(tape, "aColour", t => t.AddString("GREEN")), Peer.Kinds).Path);
        Assert.Equal("args[0].anInt32", Peer.WriteFault(tape => Field(tape, "anInt32", t => t.AddInt64(1L << 40)), Peer.Kinds).Path);
        Assert.Equal("args[0].aValue", Peer.WriteFault(tape => Field(tape, "aValue", t => t.AddInt64((1L << 53) + 1)), Peer.Kinds).Path);
        Assert.Equal("args[0]", Peer.WriteFault(tape => tape.AddNull(), Peer.Kinds).Path);
        var reject = new ValuePolicy { RejectUnknown = true };
        Assert.Equal("args[0].more", Peer.WriteFault(tape => Field(tape, "more", t => t.AddInt32(1)), Peer.Kinds, reject).Path);
    }

    [Fact]
    public void Write_SharedValues_AreCopiedAndCyclesRefused()
    {
        using var tape = new ValueTape();
        tape.BeginObject(null);
        tape.Name(FieldName.Of("messages"));
        tape.BeginList();
        var shared = tape.BeginObject(null);
        tape.Name(FieldName.Of("anInt32"));
        tape.AddInt32(7);
        tape.End();
        tape.AddReference(shared);
        tape.End();
        tape.End();
        Assert.Equal(new Kinds { Messages = { new Kinds { AnInt32 = 7 }, new Kinds { AnInt32 = 7 } } }, Kinds.Parser.ParseFrom(Peer.Write(tape, Peer.Kinds)));

        var cycle = Peer.WriteFault(
            t =>
            {
                var self = t.BeginObject(null);
                t.Name(FieldName.Of("aMessage"));
                t.AddReference(self);
                t.End();
            },
            Peer.Kinds);
        Assert.Equal((CodecError.Unrepresentable, "args[0].aMessage"), (cycle.Error, cycle.Path));
    }

    private static void Field(ValueTape tape, string name, Action<ValueTape> value)
    {
        tape.BeginObject(null);
        tape.Name(FieldName.Of(name));
        value(tape);
        tape.End();
    }

    private static void List(ValueTape tape, params Action<ValueTape>[] elements)
    {
        tape.BeginList();
        Array.ForEach(elements, e => e(tape));
        tape.End();
    }

    private static byte[] Cross(IPayloadCodec from, byte[] bytes, IPayloadCodec to)
    {
        using var tape = new ValueTape();
        var status = from.Read(new ReadOnlySequence<byte>(bytes), Peer.Kinds, ValuePolicy.Default, tape);
        Assert.True(status.IsOk, status.ToString());
        using var output = new FrameWriter();
        status = to.Write(tape, 0, Peer.Kinds, ValuePolicy.Default, output);
        Assert.True(status.IsOk, $"{status} {TapeText.Of(tape)}");
        return output.Written.ToArray();
    }
}
