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

    private static void AssertSame<T>(T message, MessageParser<T> parser, TypeShape shape)
        where T : IMessage<T>
    {
        var bytes = message.ToByteArray();
        var expected = parser.ParseFrom(bytes);
        var again = parser.ParseFrom(Peer.Again(bytes, shape));
        Assert.True(expected.Equals(again), Difference.Of(expected, again));
    }
}
