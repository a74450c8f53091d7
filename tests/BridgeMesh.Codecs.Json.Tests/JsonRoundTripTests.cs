using System.Globalization;
using BridgeMesh.Contracts;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using FsCheck;
using FsCheck.Fluent;

namespace BridgeMesh.Codecs.Json;

/// <summary>What goes out comes back, for values that FsCheck makes and shrinks.</summary>
public sealed class JsonRoundTripTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void String_AnyUtf16_ComesBack() => Check(
        ArbMap.Default.ArbFor<char[]>().Generator.Select(static units => new string(units ?? [])),
        Shapes.String,
        static (tape, text) => tape.AddString(text));

    [Fact]
    public void String_Surrogates_ComeBack() => Check(
        Gen.Choose(0xD7FE, 0xE001).ArrayOf().Select(static units => new string([.. units.Select(u => (char)u)])),
        Shapes.String,
        static (tape, text) => tape.AddString(text));

    [Fact]
    public void MapKey_AnyUtf16_ComesBack() => Check(
        ArbMap.Default.ArbFor<char[]>().Generator.Select(static units => new string(units ?? [])),
        Shapes.MapOf(Shapes.String, Shapes.Int),
        static (tape, text) =>
        {
            tape.BeginMap();
            tape.AddString(text);
            tape.AddInt32(1);
            tape.End();
        });

    [Fact]
    public void Long_Any_ComesBack() => Check(
        ArbMap.Default.ArbFor<long>().Generator, Shapes.Long, static (tape, value) => tape.AddInt64(value), ExactLongs);

    [Fact]
    public void Double_Any_ComesBack() => Check(
        ArbMap.Default.ArbFor<long>().Generator.Select(BitConverter.Int64BitsToDouble).Where(static d => !double.IsNaN(d)),
        Shapes.Double,
        static (tape, value) => tape.AddFloat64(value));

    [Fact]
    public void Float_Any_ComesBack() => Check(
        ArbMap.Default.ArbFor<int>().Generator.Select(BitConverter.Int32BitsToSingle).Where(static f => !float.IsNaN(f)),
        Shapes.Float,
        static (tape, value) => tape.AddFloat32(value));

    [Fact]
    public void Decimal_Any_ComesBackWithItsScale() => Check(
        ArbMap.Default.ArbFor<decimal>().Generator,
        Shapes.Decimal,
        static (tape, value) => tape.AddText(ValueKind.Decimal, value.ToString(CultureInfo.InvariantCulture)));

    [Fact]
    public void Date_Any_ComesBackInAnyZone()
    {
        var dates = ArbMap.Default.ArbFor<long>().Generator.Select(static ms => ms % 8_000_000_000_000_000);
        Check(dates, Shapes.Date, static (tape, ms) => tape.AddInstant(ms), new() { ZoneOffsetMinutes = -570 });
        Check(dates, Shapes.Date, static (tape, ms) => tape.AddInstant(ms), new() { InstantAsEpochMs = true });
    }

    [Fact]
    public void Bytes_Any_ComeBack() => Check(
        ArbMap.Default.ArbFor<byte[]>().Generator, Shapes.Bytes, static (tape, bytes) => tape.AddBytes(bytes ?? []));

    [Fact]
    public void Undeclared_LongsAndDoubles_ComeBackWithoutAContract() => Check(
        ArbMap.Default.ArbFor<double>().Generator.Where(double.IsFinite),
        null,
        static (tape, value) => tape.AddFloat64(value));

    private static readonly ValuePolicy ExactLongs = new() { Long = LongForm.StringBeyond53Bits };

    private static void Check<T>(Gen<T> values, TypeShape? shape, Action<ValueTape, T> add, ValuePolicy? policy = null) =>
        Prop.ForAll(values.ToArbitrary(), value =>
        {
            using var sent = new ValueTape();
            add(sent, value);
            var json = Json.Write(sent, shape, policy);
            using var received = Json.Read(json, shape, policy);
            TapeAssert.Equal(sent, received, TapeComparison.Exact, json);
        }).Check(Runs);
}
