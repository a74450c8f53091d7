using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

public sealed class SplitAndSkipTests
{
    /// <summary>Short recordings of every kind: all vectors, and every third frame.</summary>
    private static IEnumerable<Recording> Sample => Recordings.All
        .Where(r => r.Bytes.Length is > 0 and <= 400 && !r.IsBroken)
        .Where((r, i) => r.File.EndsWith("matrix", StringComparison.Ordinal) || i % 3 == 0);

    [Fact]
    public void ReadValue_AtEverySplitPoint_GivesTheSameTape()
    {
        Assert.True(Sample.Count() > 400);
        foreach (var recording in Sample)
        {
            using var whole = new ValueTape();
            RecordedStream.Read(recording, whole);
            for (var at = 0; at <= recording.Bytes.Length; at++)
            {
                using var split = new ValueTape();
                RecordedStream.Read(recording.Dialect, Bytes.Split(recording.Bytes, at), split);
                Assert.Null(TapeEquality.Differs(whole, split, $"{recording} split at {at}"));
            }
        }
    }

    [Fact]
    public void ReadValue_OneByteASegment_GivesTheSameTape()
    {
        foreach (var recording in Recordings.All.Where(r => !r.IsBroken && r.Bytes.Length < 20_000))
        {
            using var whole = new ValueTape();
            RecordedStream.Read(recording, whole);
            using var single = new ValueTape();
            RecordedStream.Read(recording.Dialect, Bytes.OneByOne(recording.Bytes), single);
            Assert.Null(TapeEquality.Differs(whole, single, recording.Id));
        }
    }

    [Fact]
    public void Skip_EveryRecording_EndsWhereReadingEndsWithTheSameTables()
    {
        foreach (var recording in Recordings.All)
        {
            var skipping = HessianReadState.Rent();
            var reading = HessianReadState.Rent();
            var skipper = new HessianReader(Bytes.Whole(recording.Bytes), recording.Dialect, skipping);
            var reader = new HessianReader(Bytes.Whole(recording.Bytes), recording.Dialect, reading);
            using var tape = new ValueTape();
            do
            {
                var skipped = skipper.Skip();
                var read = reader.ReadValue(tape);
                Assert.True(skipped.Error == read.Error && skipped.Offset == read.Offset, $"{recording}: {skipped} and {read}");
                if (!read.IsOk)
                {
                    break;
                }

                Assert.Equal(reader.Consumed, skipper.Consumed);
                Assert.Equal(
                    (reading.SlotCount, reading.ClassCount, reading.TypeCount),
                    (skipping.SlotCount, skipping.ClassCount, skipping.TypeCount));
            }
            while (!reader.End);
            skipping.Return();
            reading.Return();
        }
    }

    /// <summary>The values behind a skipped one read as they do behind a read one, unless they refer to what was skipped.</summary>
    [Fact]
    public void ReadValue_BehindASkippedOne_GivesTheSameValues()
    {
        var compared = 0;
        foreach (var recording in Recordings.All.Where(r => !r.IsBroken))
        {
            using var all = new ValueTape();
            RecordedStream.Read(recording, all);
            var state = HessianReadState.Rent();
            var reader = new HessianReader(Bytes.Whole(recording.Bytes), recording.Dialect, state);
            Assert.True(reader.Skip().IsOk);
            using var rest = new ValueTape();
            var status = CodecStatus.Ok;
            while (status.IsOk && !reader.End)
            {
                status = reader.ReadValue(rest);
            }

            if (status.IsOk)
            {
                Assert.Null(TapeEquality.Differs(all, rest, recording.Id, all.Next(0)));
                compared++;
            }
            else
            {
                Assert.Equal(CodecError.Unrepresentable, status.Error);
            }

            state.Return();
        }

        Assert.True(compared > 2_000, $"{compared} streams");
    }
}
