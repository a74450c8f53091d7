using System.Globalization;
using System.Text;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>Writes docs/golden.md: how much of what was recorded the codec reads and writes. The same recordings give the same text.</summary>
internal static class GoldenReport
{
    internal static void Write(IReadOnlyList<(string Oracle, (int Equal, int Different, int NotComparable) Count)> oracles)
    {
        var text = new StringBuilder();
        text.AppendLine("# Golden figures: Hessian").AppendLine();
        text.AppendLine("Written by the tests of BridgeMesh.Codecs.Hessian from the recordings in tests/golden; not to be edited. A stream is one frame's body or").AppendLine(
            "one vector; a value is one argument, result, exception or vector of which the recording program also said what it saw.").AppendLine();
        Figures(text);
        text.AppendLine().AppendLine("## Independent decoders").AppendLine();
        text.AppendLine("Each decodes every recorded stream and what the codec wrote for it. *Not read* are recordings that the decoder itself cannot read.").AppendLine();
        text.AppendLine("| decoder | equal | different | not read |").AppendLine("| --- | ---: | ---: | ---: |");
        foreach (var (oracle, count) in oracles)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {oracle} | {count.Equal} | {count.Different} | {count.NotComparable} |");
        }

        Reasons(text, "Values that differ from what was seen", Divergences.Views);
        Reasons(text, "Streams written in other bytes", Divergences.Bytes);
        Reasons(text, "Streams in which an independent decoder sees a difference", Divergences.Oracles);
        Reasons(text, "Streams that look different in the other dialect", Divergences.Crossed);
        var docs = Path.Combine(Recordings.Root, "docs");
        Directory.CreateDirectory(docs);
        File.WriteAllText(Path.Combine(docs, "golden.md"), text.ToString().Replace("\r\n", "\n", StringComparison.Ordinal));
    }

    private static void Figures(StringBuilder text)
    {
        text.AppendLine("| dialect | streams | refused, as they are broken | read | values compared | values different | same bytes | other bytes |");
        text.AppendLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var dialect in Enum.GetValues<HessianDialect>())
        {
            var recordings = Recordings.All.Where(r => r.Dialect == dialect).ToList();
            int read = 0, compared = 0, different = 0, same = 0;
            foreach (var recording in recordings.Where(r => !r.IsBroken))
            {
                using var tape = new ValueTape();
                read += RecordedStream.Read(recording, tape).IsOk ? 1 : 0;
                different += RecordedStream.Differs(recording, tape, out var values) is null ? 0 : 1;
                compared += values;
                same += Bytes.Write(tape, dialect).AsSpan().SequenceEqual(recording.Bytes) ? 1 : 0;
            }

            var broken = recordings.Count(r => r.IsBroken);
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {dialect} | {recordings.Count} | {broken} | {read} | {compared} | {different} | {same} | {recordings.Count - broken - same} |");
        }
    }

    private static void Reasons(StringBuilder text, string title, IReadOnlyList<(string Reason, string[] Recordings)> groups)
    {
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine();
        text.AppendLine("| number | reason |").AppendLine("| ---: | --- |");
        foreach (var (reason, recordings) in groups)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {recordings.Length} | {reason} |");
        }
    }
}
