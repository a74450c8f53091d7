using BridgeMesh.Contracts;
using BridgeMesh.Peers;
using BridgeMesh.Testing.Bytes;
using Google.Protobuf;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>What protobuf's own library writes, read and written again by our codec, must be the same message to it.</summary>
public sealed class BinaryOracleTests
{
    private const int Rounds = 1_000;

    [Fact]
    public void RandomMessages_OfEveryKind_ComeBackTheSame() => Seeded.Run(Rounds, static random =>
        AssertSame((Kinds)new RandomMessages(random).Fill(new Kinds()), Kinds.Parser, Peer.Kinds));

    [Fact]
    public void RandomMessages_OfProto2_ComeBackTheSame() => Seeded.Run(Rounds, static random =>
    {
        var message = (Legacy)new RandomMessages(random).Fill(new Legacy());
        AssertSame(message, Legacy.Parser, Peer.Legacy);
    });

    [Fact]
    public void RandomMessages_OfManyFields_ComeBackTheSame() => Seeded.Run(300, static random =>
        AssertSame((Many)new RandomMessages(random).Fill(new Many()), Many.Parser, Peer.Many));

    [Fact]
    public void RandomMessages_ReadWithFewerFields_LoseNothing() => Seeded.Run(Rounds, static random =>
        AssertSame((Kinds)new RandomMessages(random).Fill(new Kinds()), Kinds.Parser, Peer.Fewer));

    [Theory]
    [InlineData("C20400", "an empty entry")]
    [InlineData("C20402" + "1200", "an entry without a key")]
    [InlineData("C20402" + "0805", "an entry without a value")]
    [InlineData("C20406" + "0805" + "0806" + "1200", "an entry whose key comes twice")]
    [InlineData("C20404" + "1200" + "0805", "a value before its key")]
    [InlineData("1801" + "1802", "the last of a scalar")]
    [InlineData("8A01021801" + "8A01022002", "two parts of a message")]
    [InlineData("E80305" + "F2030178" + "E80306", "a oneof set three times")]
    [InlineData("FA03021801" + "FA03022002", "a oneof's message in two parts")]
    [InlineData("FA03021801" + "E80301" + "FA03022002", "a oneof's message, cleared between its parts")]
    [InlineData("DA0201" + "05" + "D8020" + "6" + "DA0201" + "07", "packed and loose mixed")]
    [InlineData("D00301" + "D20302" + "0203", "loose by declaration, packed by the sender")]
    [InlineData("8A05020805" + "8A05021007", "a Timestamp in two parts")]
    public void Read_WhatWritersSeldomDo_IsReadAsTheLibraryDoes(string hex, string what)
    {
        var bytes = Convert.FromHexString(hex);
        Kinds expected;
        try
        {
            expected = Kinds.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            Peer.Fault(hex, Peer.Kinds);
            return;
        }

        var again = Kinds.Parser.ParseFrom(Peer.Again(bytes, Peer.Kinds));
        Assert.True(expected.Equals(again), $"{what}: {Difference.Of(expected, again)} {expected} {again}");
    }

    /// <summary>As the specification has it; this version of the library keeps the second value alone.</summary>
    [Fact]
    public void Read_AnEntryWhoseValueComesTwice_IsMerged()
    {
        var again = Kinds.Parser.ParseFrom(Peer.Again(Convert.FromHexString("C2040A" + "0801" + "12021801" + "12022002"), Peer.Kinds));
        Assert.Equal(new Kinds { AnInt32 = 1, AnInt64 = 2 }, again.ByInt32[1]);
    }

    private static void AssertSame<T>(T message, MessageParser<T> parser, TypeShape shape)
        where T : IMessage<T>
    {
        var bytes = message.ToByteArray();
        var expected = parser.ParseFrom(bytes);
        var again = parser.ParseFrom(Peer.Again(bytes, shape));
        Assert.True(expected.Equals(again), Difference.Of(expected, again));
    }
}
