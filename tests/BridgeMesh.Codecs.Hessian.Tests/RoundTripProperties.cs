using BridgeMesh.Values;
using FsCheck;
using FsCheck.Fluent;

namespace BridgeMesh.Codecs.Hessian.Tests;

/// <summary>What is written is read again as it was. FsCheck prints the value that fails, shrunk.</summary>
public sealed class RoundTripProperties
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void Tape_OfAnyShape_ComesBackInBothDialects() => Prop.ForAll<int>(seed =>
    {
        using var tape = new ValueTape();
        new RandomTape(seed).Fill(tape);
        return ComesBack(tape);
    }).Check(Thorough);

    [Fact]
    public void Int32_ComesBack() => Prop.ForAll<int>(value => Scalar(tape => tape.AddInt32(value))).Check(Thorough);

    [Fact]
    public void Int64_ComesBack() => Prop.ForAll<long>(value => Scalar(tape => tape.AddInt64(value))).Check(Thorough);

    [Fact]
    public void Int64_OfAnyWidth_ComesBack() =>
        Prop.ForAll<long, byte>((value, shift) => Scalar(tape => tape.AddInt64(value << (shift & 63)))).Check(Thorough);

    [Fact]
    public void Float64_ComesBackBitForBit() => Prop.ForAll<double>(value => Scalar(tape => tape.AddFloat64(value))).Check(Thorough);

    [Fact]
    public void Float64_OfThousandths_ComesBackBitForBit() =>
        Prop.ForAll<int>(value => Scalar(tape => tape.AddFloat64(value / 1_000.0))).Check(Thorough);

    [Fact]
    public void String_OfAnyUnits_ComesBack() => Prop.ForAll<char[]>(units => Scalar(tape => tape.AddString(units ?? []))).Check(Thorough);

    [Fact]
    public void Bytes_ComeBack() => Prop.ForAll<byte[]>(octets => Scalar(tape => tape.AddBytes(octets ?? []))).Check(Thorough);

    [Fact]
    public void Instant_ComesBack() => Prop.ForAll<long>(ms => Scalar(tape => tape.AddInstant(ms))).Check(Thorough);

    [Fact]
    public void Instant_OfWholeMinutes_ComesBack() => Prop.ForAll<int>(minutes => Scalar(tape => tape.AddInstant(minutes * 60_000L))).Check(Thorough);

    private static bool Scalar(Action<ValueTape> add)
    {
        using var tape = new ValueTape();
        add(tape);
        return ComesBack(tape);
    }

    private static bool ComesBack(ValueTape tape)
    {
        foreach (var dialect in Enum.GetValues<HessianDialect>())
        {
            var bytes = Bytes.Write(tape, dialect);
            using var again = new ValueTape();
            var status = Golden.RecordedStream.Read(dialect, Bytes.Whole(bytes), again);
            var difference = status.IsOk ? TapeEquality.Differs(tape, again, dialect.ToString()) : status.ToString();
            if (difference is not null)
            {
                throw new InvalidOperationException(difference);
            }

            // The same values are always the same bytes.
            Assert.Equal(bytes, Bytes.Write(again, dialect));
        }

        return true;
    }
}
