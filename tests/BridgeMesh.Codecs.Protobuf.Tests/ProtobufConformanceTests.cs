using BridgeMesh.Contracts;
using BridgeMesh.Peers;
using BridgeMesh.Testing.Codecs;
using BridgeMesh.Values;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>The kit of payload codecs, on messages that protobuf's own library wrote.</summary>
public sealed class ProtobufConformanceTests : PayloadCodecConformance
{
    private static readonly Kinds Everything = new()
    {
        ADouble = 0.1,
        AFloat = -1.5f,
        AnInt32 = -1,
        AnInt64 = long.MinValue,
        AUint32 = uint.MaxValue,
        AUint64 = ulong.MaxValue,
        ASint32 = int.MinValue,
        ASint64 = -2,
        AFixed32 = 7,
        AFixed64 = 8,
        ASfixed32 = -9,
        ASfixed64 = -10,
        ABool = true,
        AString = "Hauptstraße 12, 北京市 😀",
        SomeBytes = ByteString.CopyFrom(1, 2, 3),
        AColour = Colour.Blue,
        AMessage = new Kinds { AString = "inner", AMessage = new Kinds { ABool = true } },
        MaybeInt32 = 0,
        Doubles = { 1, -0.0, double.NaN },
        Int32S = { 1, -1, 300 },
        Strings = { "a", "", "c" },
        Colours = { Colour.Red, (Colour)99 },
        Messages = { new Kinds { AnInt32 = 1 }, new Kinds() },
        LooseInt32S = { 5, 6 },
        ChosenString = "this one",
        ByString = { ["k"] = "v" },
        ByInt32 = { [-1] = new Kinds { ABool = true } },
        ATime = new Timestamp { Seconds = 1_714_979_289, Nanos = 123_456_789 },
        ADuration = new Duration { Seconds = -1, Nanos = -500_000_000 },
        AStruct = Struct.Parser.ParseJson("""{"a":[1,null,{"b":true}]}"""),
        AMask = new FieldMask { Paths = { "a.b", "c" } },
        AnAny = Any.Pack(new Fewer { AString = "packed" }),
        WrappedInt64 = 0,
        WrappedString = "wrapped",
        ADate = new Peers.Google.Date { Year = 2024, Month = 2, Day = 29 },
        ADecimal = new Peers.Google.Decimal { Value = "12.50" },
        Far = 1,
    };

    protected override IPayloadCodec Codec => ProtobufPayloadCodec.Instance;

    protected override IReadOnlyList<PayloadSample> Samples { get; } =
    [
        Sample("everything", Everything, Peer.Kinds),
        Sample("unknown fields", Everything, Peer.Fewer, canonical: false),
        Sample("many fields", new Many { F070 = 1, F001 = 2, F003 = { 1, 2, 3 }, F068 = "x", F071 = new Many { F069 = 5 } }, Peer.Many),
        Sample("proto2", LegacyMessage(), Peer.Legacy),
        Sample("string value", new StringValue { Value = "alone" }, Peer.Shape("google.protobuf.StringValue")),
        Sample("timestamp", new Timestamp { Seconds = -1, Nanos = 1 }, Peer.Shape("google.protobuf.Timestamp")),
        Sample("value", Value.ForStruct(Struct.Parser.ParseJson("""{"a":1.5}""")), Peer.Shape("google.protobuf.Value")),

        // Each element apart from the others, a message in two parts, a oneof set twice.
        PayloadSample.FromHex("apart", "A2030161720178A20301628A010218018A01027201619A02017888022A92040408017205", Peer.Kinds)
            with { PrefixMayBeWhole = true, AllocationFree = true, Bytes = Apart() },
    ];

    private static byte[] Apart()
    {
        var parts = new[]
        {
            new Kinds { Strings = { "a" }, AMessage = new Kinds { AnInt32 = 1, Strings = { "x" } }, ChosenMessage = new Kinds { AnInt32 = 4 } },
            new Kinds { Strings = { "b" }, AMessage = new Kinds { AnInt64 = 2, Strings = { "y" } }, ChosenMessage = new Kinds { ABool = true } },
            new Kinds { AString = "last", Int32S = { 1 }, ByString = { ["k"] = "1" } },
            new Kinds { AString = "wins", Int32S = { 2 }, LooseInt32S = { 3 }, ByString = { ["l"] = "2" } },
        };
        return [.. parts.SelectMany(static p => p.ToByteArray())];
    }

    private static Legacy LegacyMessage()
    {
        var message = new Legacy { Id = 7, Size = Size.Small, Loose = { 1, 2 }, Tight = { 3, 4 }, Single = new Legacy.Types.Single { X = 1 } };
        message.Part.Add(new Legacy.Types.Part { Label = "p", Inner = { new Legacy.Types.Part.Types.Inner { Depth = -1 } } });
        message.SetExtension(LegacyExtensions.Nickname, "nick");
        return message;
    }

    private static PayloadSample Sample(string name, IMessage message, TypeShape shape, bool canonical = true) =>
        new(name, message.ToByteArray(), shape) { Canonical = canonical, AllocationFree = true, PrefixMayBeWhole = true };
}
