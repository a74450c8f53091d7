using BridgeMesh.Peers;
using Google.Protobuf;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>proto2's extensions, known by a file of the same load and unknown.</summary>
public sealed class ExtensionTests
{
    private static readonly MessageParser<Legacy> Parser =
        Legacy.Parser.WithExtensionRegistry([LegacyExtensions.Nickname]);

    [Fact]
    public void ReadAndWrite_AKnownExtension_IsAFieldThatTheLibraryReads()
    {
        var message = new Legacy { Id = 7 };
        message.SetExtension(LegacyExtensions.Nickname, "Ada");
        var again = Parser.ParseFrom(Peer.Again(message.ToByteArray(), Peer.Legacy));
        Assert.Equal(message, again);
        Assert.Equal("Ada", again.GetExtension(LegacyExtensions.Nickname));
    }

    [Fact]
    public void Json_AKnownExtension_HasItsFullNameInBrackets()
    {
        var message = new Legacy { Id = 7 };
        message.SetExtension(LegacyExtensions.Nickname, "Ada");
        var json = JsonOracleTests.ToJson(message.ToByteArray(), Peer.Legacy);
        Assert.Contains("\"[bridgemesh.legacy.nickname]\":\"Ada\"", json, StringComparison.Ordinal);
        Assert.Equal(message, Parser.ParseFrom(JsonOracleTests.ToBinary(json, Peer.Legacy)));
    }

    [Fact]
    public void ReadAndWrite_AnUnknownExtension_IsKept()
    {
        // Number 101 is in the range and nobody's.
        byte[] bytes = [.. new Legacy { Id = 7 }.ToByteArray(), 0xAA, 0x06, 0x01, (byte)'x'];
        Assert.Equal(Legacy.Parser.ParseFrom(bytes), Legacy.Parser.ParseFrom(Peer.Again(bytes, Peer.Legacy)));
        Assert.EndsWith("AA060178", Convert.ToHexString(Peer.Again(bytes, Peer.Legacy)), StringComparison.Ordinal);
    }
}
