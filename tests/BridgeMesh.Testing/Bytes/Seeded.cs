using System.Globalization;
using Xunit.Sdk;

namespace BridgeMesh.Testing.Bytes;

/// <summary>
/// Runs a test body many times, each round with a random source of its own seed. A failure names its seed; BRIDGEMESH_SEED replays that one
/// round, BRIDGEMESH_ROUNDS changes their number.
/// </summary>
public static class Seeded
{
    public static void Run(int rounds, Action<Random> body)
    {
        if (Setting("BRIDGEMESH_SEED") is { } replay)
        {
            Round(replay, body);
            return;
        }

        var first = Environment.TickCount & 0x7FFF_FFFF;
        rounds = Setting("BRIDGEMESH_ROUNDS") ?? rounds;
        for (var round = 0; round < rounds; round++)
        {
            Round(unchecked(first + (round * 7919)), body);
        }
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    private static void Round(int seed, Action<Random> body)
    {
        try
        {
            body(new Random(seed));
        }
        catch (Exception failure)
        {
            throw new XunitException($"with BRIDGEMESH_SEED={seed}: {failure.GetType().Name}: {failure.Message}", failure);
        }
    }
}
