using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Contracts;
using BridgeMesh.Peers;
using BridgeMesh.Peers.Google;
using BridgeMesh.Wire;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Decimal = BridgeMesh.Peers.Google.Decimal;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>
/// Values at the edges of what each named type may hold, one by one and by name: what random messages reach only by luck. Each is judged by
/// protobuf's own library, in binary and in ProtoJSON both ways.
/// </summary>
public sealed class NamedValueTests
{
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;
    private const long MostSeconds = 315_576_000_000;

    internal static readonly (string Name, IMessage Message)[] Cases =
    [
        ("Timestamp: its first moment", new Kinds { ATime = new Timestamp { Seconds = FirstSecond } }),
        ("Timestamp: its last moment", new Kinds { ATime = new Timestamp { Seconds = LastSecond, Nanos = 999_999_999 } }),
        ("Timestamp: before 1970, with a fraction", new Kinds { ATime = new Timestamp { Seconds = -1, Nanos = 1 } }),
        ("Timestamp: 1970, empty but there", new Kinds { ATime = new Timestamp() }),
        ("Timestamp: in a list, a map and a oneof", new Kinds { Times = { new Timestamp(), new Timestamp { Seconds = 1 } }, TimesByUint32 = { [7] = new Timestamp() }, ChosenTime = new Timestamp() }),
        ("Duration: the longest", new Kinds { ADuration = new Duration { Seconds = MostSeconds } }),
        ("Duration: the longest backwards", new Kinds { ADuration = new Duration { Seconds = -MostSeconds } }),
        ("Duration: less than a second backwards", new Kinds { ADuration = new Duration { Nanos = -1 } }),
        ("Duration: both parts negative", new Kinds { ADuration = new Duration { Seconds = -1, Nanos = -999_999_999 } }),
        ("Duration: none", new Kinds { ADuration = new Duration(), Durations = { new Duration(), new Duration { Nanos = 500_000_000 } } }),
        ("FieldMask: no path", new Kinds { AMask = new FieldMask() }),
        ("FieldMask: nested paths", new Kinds { AMask = new FieldMask { Paths = { "a_message.an_int32", "strings" } } }),
        ("Any: a message", new Kinds { AnAny = Any.Pack(new Fewer { AString = "x" }) }),
        ("Any: an empty message", new Kinds { AnAny = Any.Pack(new Fewer()) }),
        ("Any: a Timestamp", new Kinds { AnAny = Any.Pack(new Timestamp { Seconds = 1 }) }),
        ("Any: a wrapper of its default", new Kinds { AnAny = Any.Pack(new StringValue()) }),
        ("Any: another Any's message, packed twice", new Kinds { AnAny = Any.Pack(new Kinds { AnAny = Any.Pack(new Fewer { AString = "deep" }) }) }),
        ("Struct: empty", new Kinds { AStruct = new Struct() }),
        ("Struct: every kind of value", new Kinds { AStruct = new Struct { Fields = { ["null"] = Value.ForNull(), ["no"] = Value.ForBool(false), ["0"] = Value.ForNumber(0), ["text"] = Value.ForString(""), ["list"] = Value.ForList(Value.ForNull()), ["in"] = Value.ForStruct(new Struct()) } } }),
        ("Value: null in its place and in a list", new Kinds { AValue = Value.ForNull(), Values = { Value.ForNull(), Value.ForNumber(1) } }),
        ("Value: the largest whole double", new Kinds { AValue = Value.ForNumber((1L << 53) - 1) }),
        ("ListValue: empty, and lists in lists", new Kinds { AList = new ListValue { Values = { Value.ForList(), Value.ForList(Value.ForList()) } } }),
        ("NullValue", new Kinds { ANull = NullValue.NullValue }),
        ("wrappers: all of their defaults", new Kinds { WrappedDouble = 0, WrappedFloat = 0, WrappedInt64 = 0, WrappedUint64 = 0, WrappedInt32 = 0, WrappedUint32 = 0, WrappedBool = false, WrappedString = "", WrappedBytes = ByteString.Empty }),
        ("wrappers: the ends of their ranges", new Kinds { WrappedDouble = double.MinValue, WrappedFloat = float.Epsilon, WrappedInt64 = long.MinValue, WrappedUint64 = ulong.MaxValue, WrappedInt32 = int.MinValue, WrappedUint32 = uint.MaxValue }),
        ("wrappers: not a number, and without end", new Kinds { WrappedDouble = double.NaN, WrappedFloat = float.NegativeInfinity }),
        ("Empty: there", new Kinds { AnEmpty = new Empty() }),
        ("optional: there with its default", new Kinds { MaybeInt32 = 0, MaybeString = "", MaybeBool = false, MaybeDouble = 0, MaybeBytes = ByteString.Empty, MaybeColour = Colour.Unspecified }),
        ("oneof: there with its default", new Kinds { ChosenInt32 = 0 }),
        ("oneof: an empty message", new Kinds { ChosenMessage = new Kinds() }),
        ("enum: a number without constant, in every place", new Kinds { AColour = (Colour)99, Colours = { (Colour)99, Colour.Red }, ByBool = { [true] = (Colour)(-99) } }),
        ("map: empty key and empty value", new Kinds { ByString = { [""] = "" }, ByInt32 = { [0] = new Kinds() } }),
        ("Money: a field, a list and a map", new Prices { Money = Euro(12, 500_000_000), Moneys = { Euro(0, 0), Euro(-1, -750_000_000), new Money() }, MoneyByName = { ["net"] = Euro(long.MaxValue, 999_999_999), [""] = new Money() } }),
        ("Money: empty but there, and in a oneof", new Prices { Money = new Money(), Deposit = new Money { CurrencyCode = "JPY" } }),
        ("Date: a field, a list and a map", new Prices { Date = Day(2024, 2, 29), Dates = { Day(1, 1, 1), Day(9999, 12, 31) }, DateByNumber = { [-1] = Day(1970, 1, 1) } }),
        ("Date: without day, year or both", new Prices { Dates = { Day(2024, 2, 0), Day(0, 2, 29), Day(2024, 0, 0) }, Day = Day(0, 12, 25) }),
        ("Decimal: a field, a list and a map", new Prices { Decimal = Of("12.50"), Decimals = { Of("0"), Of("-0.000001"), Of("123456789012345678901234567890.5") }, DecimalByName = { ["x"] = Of("1") }, Share = Of("0.00") }),
        ("group: empty, and in a list", new Legacy { Id = 1, Single = new Legacy.Types.Single(), Part = { new Legacy.Types.Part(), new Legacy.Types.Part { Label = "" } } }),
        ("group: groups in groups", new Legacy { Id = 1, Part = { new Legacy.Types.Part { Label = "a", Inner = { new Legacy.Types.Part.Types.Inner { Depth = -1 }, new Legacy.Types.Part.Types.Inner() } } } }),
        ("proto2: there with the type's default", new Legacy { Id = 0, Name = "", Ratio = 0, Raw = ByteString.Empty, Big = 0, Flag = false }),
        ("proto2: there with its own default", new Legacy { Id = 1, Name = "nobody", Ratio = double.PositiveInfinity, Size = Size.Large, Big = ulong.MaxValue, Flag = true }),
        ("proto2: a message inside with nothing but what it must have", new Legacy { Id = 1, Next = new Legacy { Id = 0 } }),
        ("proto2: an extension", Extended()),
    ];

    public static TheoryData<string> Names
    {
        get
        {
            var names = new TheoryData<string>();
            Array.ForEach(Cases, c => names.Add(c.Name));
            return names;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NamedValue_ReadAndWrittenAgain_IsTheSameToTheLibrary(string name) => Assert.Null(Judge(Array.Find(Cases, c => c.Name == name).Message));

    [Theory]
    [InlineData("Money: a field, a list and a map")]
    [InlineData("Money: empty but there, and in a oneof")]
    [InlineData("Date: a field, a list and a map")]
    [InlineData("Date: without day, year or both")]
    [InlineData("Decimal: a field, a list and a map")]
    public void GoogleTypes_ThroughHessianAndBack_AreTheSame(string name)
    {
        var message = (Prices)Array.Find(Cases, c => c.Name == name).Message;
        Assert.Equal(message, Prices.Parser.ParseFrom(ThroughHessian(message.ToByteArray(), Peer.Prices)));
    }

    [Fact]
    public void UnknownFields_OfAMessageThatOnlyPasses_AreAllKept()
    {
        var full = new Kinds { AString = "a", AnInt32 = 5, AMask = new FieldMask { Paths = { "x" } }, Messages = { new Kinds { AFixed64 = 9, AString = "in" } } };
        Assert.Equal(full, Kinds.Parser.ParseFrom(Peer.Again(full.ToByteArray(), Peer.Fewer)));
    }

    [Fact]
    public void Null_InAListOrMapOfGoogleTypes_IsRefusedWithItsPath()
    {
        Assert.Equal("args[0].moneys[0]", Peer.WriteFault(t => Holding(t, "moneys", x => { x.BeginList(); x.AddNull(); x.End(); }), Peer.Prices).Path);
        Assert.Equal("args[0].dates[0]", Peer.WriteFault(t => Holding(t, "dates", x => { x.BeginList(); x.AddNull(); x.End(); }), Peer.Prices).Path);
        Assert.Equal("args[0].decimalByName[a]", Peer.WriteFault(t => Holding(t, "decimalByName", x => { x.BeginMap(); x.AddString("a"); x.AddNull(); x.End(); }), Peer.Prices).Path);
    }

    [Theory]
    [InlineData("money")]
    [InlineData("date")]
    [InlineData("decimal")]
    public void Null_OfAGoogleType_IsAFieldNotSet(string field)
    {
        using var tape = new Values.ValueTape();
        Holding(tape, field, static t => t.AddNull());
        Assert.Empty(Peer.Write(tape, Peer.Prices));
    }

    /// <summary>Null where the message comes out as the library has it, else what differs.</summary>
    internal static string? Judge(IMessage message)
    {
        var shape = Peer.Shape(message.Descriptor.FullName);
        var bytes = message.ToByteArray();
        var (expected, again) = (Parsed(message, bytes), Parsed(message, Peer.Again(bytes, shape)));
        if (!expected.Equals(again))
        {
            return $"binary: {Difference.Of(expected, again)}";
        }

        if (message is Legacy legacy && legacy.HasExtension(LegacyExtensions.Nickname))
        {
            // The library has no JSON for extensions.
            return null;
        }

        var json = JsonOracleTests.Formatter.Format(message);
        var read = Parsed(message, JsonOracleTests.ToBinary(json, shape));
        var theirs = JsonOracleTests.Parser.Parse(json, message.Descriptor);
        if (!theirs.Equals(read))
        {
            return $"ProtoJSON read: {Difference.Of(theirs, read)}";
        }

        var written = JsonOracleTests.Parser.Parse(JsonOracleTests.ToJson(bytes, shape), message.Descriptor);
        return theirs.Equals(written) ? null : $"ProtoJSON written: {Difference.Of(theirs, written)}";
    }

    private static IMessage Parsed(IMessage like, byte[] bytes) => like.Descriptor.Parser.ParseFrom(bytes);

    private static byte[] ThroughHessian(byte[] bytes, TypeShape shape)
    {
        using var tape = Peer.Read(bytes, shape);
        using var hessian = new FrameWriter();
        var status = HessianPayloadCodec.Final.Write(tape, 0, shape, ValuePolicy.Default, hessian);
        Assert.True(status.IsOk, status.ToString());
        using var again = new Values.ValueTape();
        status = HessianPayloadCodec.Final.Read(new System.Buffers.ReadOnlySequence<byte>(hessian.Written.ToArray()), shape, ValuePolicy.Default, again);
        Assert.True(status.IsOk, status.ToString());
        return Peer.Write(again, shape);
    }

    private static void Holding(Values.ValueTape tape, string field, Action<Values.ValueTape> value)
    {
        tape.BeginObject(null);
        tape.Name(Values.FieldName.Of(field));
        value(tape);
        tape.End();
    }

    private static Money Euro(long units, int nanos) => new() { CurrencyCode = "EUR", Units = units, Nanos = nanos };

    private static Date Day(int year, int month, int day) => new() { Year = year, Month = month, Day = day };

    private static Decimal Of(string value) => new() { Value = value };

    private static Legacy Extended()
    {
        var message = new Legacy { Id = 1 };
        message.SetExtension(LegacyExtensions.Nickname, "nick");
        return message;
    }
}
