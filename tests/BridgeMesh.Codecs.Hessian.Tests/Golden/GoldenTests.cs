using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

public sealed class GoldenTests
{
    [Fact]
    public void Recordings_OfBothDialects_AreFound()
    {
        Assert.True(Recordings.All.Count(r => r.Dialect == HessianDialect.Draft) > 500);
        Assert.True(Recordings.All.Count(r => r.Dialect == HessianDialect.Final) > 1_400);
        Assert.Equal(Recordings.All.Count, Recordings.All.Select(r => r.Id).Distinct().Count());
    }

    [Fact]
    public void Recordings_Read_UnlessTheyAreBroken()
    {
        foreach (var recording in Recordings.All)
        {
            using var tape = new ValueTape();
            var status = RecordedStream.Read(recording, tape);
            if (recording.IsBroken)
            {
                Assert.True(status.Error is CodecError.Malformed or CodecError.Truncated, $"{recording}: {status}");
                Assert.True(status.Offset >= 0 && status.Path is not null, recording.Id);
            }
            else
            {
                Assert.True(status.IsOk, $"{recording}: {status}");
            }
        }
    }

    [Fact]
    public void Recordings_Read_ShowTheRecordedValuesExceptAsListed()
    {
        var different = new List<string>();
        foreach (var recording in Recordings.All.Where(r => !r.IsBroken))
        {
            using var tape = new ValueTape();
            RecordedStream.Read(recording, tape);
            if (RecordedStream.Differs(recording, tape, out _) is not null)
            {
                different.Add(recording.Id);
            }
        }

        Assert.Equal(Divergences.Ids(Divergences.Views), different.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Recordings_WrittenBack_AreTheSameBytesExceptAsListed()
    {
        var different = new List<string>();
        foreach (var recording in Recordings.All.Where(r => !r.IsBroken))
        {
            using var tape = new ValueTape();
            RecordedStream.Read(recording, tape);
            if (!Bytes.Write(tape, recording.Dialect).AsSpan().SequenceEqual(recording.Bytes))
            {
                different.Add(recording.Id);
            }
        }

        Assert.Equal(Divergences.Ids(Divergences.Bytes), different.Order(StringComparer.Ordinal));
    }

    /// <summary>What a peer of the other dialect would be sent reads as the same values.</summary>
    [Fact]
    public void Recordings_WrittenInTheOtherDialect_ReadAsEqualValues()
    {
        foreach (var recording in Recordings.All.Where(r => !r.IsBroken))
        {
            using var tape = new ValueTape();
            RecordedStream.Read(recording, tape);
            var other = recording.Dialect == HessianDialect.Final ? HessianDialect.Draft : HessianDialect.Final;
            var bytes = Bytes.Write(tape, other);
            using var again = new ValueTape();
            var status = RecordedStream.Read(recording with { Dialect = other, Bytes = bytes }, again);
            Assert.True(status.IsOk, $"{recording}: {status}");
            Assert.Null(TapeEquality.Differs(tape, again, recording.Id));
        }
    }
}
