using System.Diagnostics;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Xunit.Abstractions;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>Bytes that no peer meant to send. Seeds are printed; a failure is replayed by putting its seed in place of the random one.</summary>
public sealed class DamagedRecordingsTests(ITestOutputHelper log)
{
    private static readonly TapeBudget Small = new(MaxDepth: 64, MaxTokens: 20_000, MaxTextBytes: 1 << 20, MaxExpandedTokens: 20_000);

    [Fact]
    public void ReadValue_TruncatedRecordings_SayTruncatedOrEndEarlier()
    {
        foreach (var recording in Recordings.All.Where(r => !r.IsBroken && r.Bytes.Length > 1))
        {
            var step = Math.Max(1, recording.Bytes.Length / 40);
            for (var length = 0; length < recording.Bytes.Length; length += step)
            {
                using var tape = new ValueTape();
                var status = RecordedStream.Read(recording.Dialect, Bytes.Whole(recording.Bytes[..length]), tape);

                // Cut between two values nothing is wrong; a count that no longer fits is malformed.
                Assert.True(status.Error is CodecError.None or CodecError.Truncated or CodecError.Malformed, $"{recording} at {length}: {status}");
                Assert.True(status.IsOk || (status.Offset >= 0 && status.Offset <= length), $"{recording} at {length}: {status}");
            }
        }
    }

    [Fact]
    public void ReadValue_MutatedRecordings_AnswersAndStaysInItsBudget()
    {
        var seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var recordings = Recordings.All.Where(r => r.Bytes.Length is > 0 and < 4_000).ToList();
        for (var round = 0; round < 30_000; round++)
        {
            var recording = recordings[random.Next(recordings.Count)];
            var bytes = recording.Bytes.ToArray();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            ReadSkipAndWrite(random.Next(8) == 0 ? Other(recording.Dialect) : recording.Dialect, bytes, $"seed {seed} round {round} {recording}");
        }
    }

    [Fact]
    public void ReadValue_RandomBytes_AnswersAndStaysInItsBudget()
    {
        var seed = Random.Shared.Next();
        log.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 30_000; round++)
        {
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            ReadSkipAndWrite((HessianDialect)(round & 1), bytes, $"seed {seed} round {round}");
        }
    }

    private static HessianDialect Other(HessianDialect dialect) =>
        dialect == HessianDialect.Final ? HessianDialect.Draft : HessianDialect.Final;

    private static void ReadSkipAndWrite(HessianDialect dialect, byte[] bytes, string where)
    {
        var started = Stopwatch.GetTimestamp();
        using var tape = new ValueTape(Small);
        var state = HessianReadState.Rent();
        var reader = new HessianReader(Bytes.Whole(bytes), dialect, state);
        var status = CodecStatus.Ok;
        while (status.IsOk && !reader.End)
        {
            status = reader.ReadValue(tape);
        }

        Assert.True(reader.Consumed <= bytes.Length, where);
        state.Reset();
        var skipper = new HessianReader(Bytes.Whole(bytes), dialect, state);
        while (skipper.Fault.IsOk && !skipper.End)
        {
            skipper.Skip();
        }

        state.Return();
        if (status.IsOk)
        {
            foreach (var target in (HessianDialect[])[HessianDialect.Final, HessianDialect.Draft])
            {
                using var output = new FrameWriter();
                var writing = HessianWriteState.Rent();
                writing.Budget = Small;
                for (var root = 0; root < tape.Count; root = tape.Next(root))
                {
                    _ = new HessianWriter(output, target, writing).WriteValue(tape, root);
                }

                writing.Return();
            }
        }

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(2), $"{where} took long");
    }
}
