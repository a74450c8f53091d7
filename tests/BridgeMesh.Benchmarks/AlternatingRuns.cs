using System.Diagnostics;
using System.Globalization;

namespace BridgeMesh.Benchmarks;

/// <summary>
/// Measures ratios on a machine whose speed wanders: every round runs every variant for a few milliseconds in a new order, and its time is
/// divided by the floor's of the same round. The median over the rounds is what remains true when the machine changes under the run.
/// </summary>
internal static class AlternatingRuns
{
    private const double RoundMs = 10;
    private const int WarmTurns = 8;
    private const int WarmMs = 300;

    private sealed record Variant(string Name, Func<int> Run)
    {
        internal List<double> NsPerOp { get; } = [];

        internal List<double> Ratios { get; } = [];

        internal List<double> GoogleRatios { get; } = [];

        internal int Iterations { get; set; }

        internal long BytesPerOp { get; set; }
    }

    /// <summary>Writes a Markdown table.</summary>
    internal static void Write(TextWriter output, int rounds)
    {
        using var translations = new Translations();
        var floor = new Variant("System.Text.Json reader → writer (floor)", translations.SystemTextJson);
        var google = new Variant("Google.Protobuf parse → write", translations.GoogleProtobuf);
        Variant[] variants =
        [
            floor,
            new("Hessian 2 → JSON", translations.FinalToJson),
            new("draft Hessian → JSON", translations.DraftToJson),
            new("JSON → Hessian 2", translations.JsonToFinal),
            new("JSON → draft Hessian", translations.JsonToDraft),
            new("Hessian 2 → draft Hessian", translations.FinalToDraft),
            new("draft Hessian → Hessian 2", translations.DraftToFinal),
            new("protobuf → Hessian 2", translations.ProtobufToFinal),
            new("Hessian 2 → protobuf", translations.FinalToProtobuf),
            new("protobuf → JSON", translations.ProtobufToJson),
            new("JSON → protobuf", translations.JsonToProtobuf),
            new("protobuf → protobuf", translations.ProtobufToProtobuf),
            new("Hessian 2 read alone", translations.FinalRead),
            new("Hessian 2 read and fitted", translations.FinalFit),
            new("Hessian 2 in maps, read alone", translations.LooseRead),
            new("Hessian 2 in maps, read and fitted", translations.LooseFit),
            new("protobuf read alone", translations.ProtobufRead),
            google,
            new("Google.Protobuf parse alone", translations.GoogleParse),
        ];

        // In turns, so that the compiler's last tier, with its profile, has come to each before any is measured.
        for (var turn = 0; turn < WarmTurns; turn++)
        {
            Array.ForEach(variants, Warm);
        }

        Array.ForEach(variants, Prepare);
        var order = variants.ToArray();
        for (var round = 0; round < rounds; round++)
        {
            Random.Shared.Shuffle(order);
            Array.ForEach(order, v => v.NsPerOp.Add(Measure(v)));
            Array.ForEach(variants, v => v.Ratios.Add(v.NsPerOp[^1] / floor.NsPerOp[^1]));
            Array.ForEach(variants, v => v.GoogleRatios.Add(v.NsPerOp[^1] / google.NsPerOp[^1]));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{OrderDocument.Json.Length} B JSON, {OrderDocument.Final.Length} B Hessian 2, {OrderDocument.Draft.Length} B draft, {OrderDocument.Protobuf.Length} B protobuf; median of {rounds} rounds."));
        output.WriteLine();
        output.WriteLine("| | ratio to the floor | ratio to Google.Protobuf | ns/op | B/op |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (var v in variants)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {v.Name} | {Median(v.Ratios):F2} | {Median(v.GoogleRatios):F2} | {Median(v.NsPerOp):F0} | {v.BytesPerOp:N0} |"));
        }
    }

    private static void Warm(Variant variant)
    {
        var warm = Stopwatch.StartNew();
        var runs = 0;
        while (warm.ElapsedMilliseconds < WarmMs)
        {
            variant.Run();
            runs++;
        }

        variant.Iterations = Math.Max(1, (int)(runs * RoundMs / warm.Elapsed.TotalMilliseconds));
    }

    private static void Prepare(Variant variant)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            variant.Run();
        }

        variant.BytesPerOp = (GC.GetAllocatedBytesForCurrentThread() - before) / 1_000;
    }

    private static double Measure(Variant variant)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < variant.Iterations; i++)
        {
            variant.Run();
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / variant.Iterations;
    }

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
