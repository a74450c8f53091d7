using System.Globalization;
using System.Text;

namespace BridgeMesh.Fuzz.Running;

/// <summary>Figures as a table for people: plain, or as a section of a Markdown file.</summary>
internal static class FiguresTable
{
    private const string Begin = "<!-- fuzz figures: written by BridgeMesh.Fuzz --markdown -->";
    private const string End = "<!-- end of fuzz figures -->";

    private static readonly string[] Heads = ["decoder", "inputs", "MB", "past framing", "accepted whole", "findings", "slowest", "most allocated", "inputs/s"];

    internal static string Plain(IReadOnlyList<TargetFigures> figures)
    {
        var rows = Rows(figures);
        var widths = Heads.Select((head, column) => Math.Max(head.Length, rows.Max(r => r[column].Length))).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows.Prepend(Heads))
        {
            text.AppendJoin("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).AppendLine();
        }

        return text.ToString();
    }

    internal static string Markdown(IReadOnlyList<TargetFigures> figures, string about)
    {
        var text = new StringBuilder();
        text.Append(Begin).Append('\n').Append(about).Append("\n\n");
        text.Append("| ").AppendJoin(" | ", Heads).Append(" |\n|---|").Append(string.Concat(Enumerable.Repeat("---:|", Heads.Length - 1))).Append('\n');
        foreach (var row in Rows(figures))
        {
            text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
        }

        return text.Append(End).Append('\n').ToString();
    }

    /// <summary>Puts the section into a file, in place of the one that is there or at its end.</summary>
    internal static void WriteInto(string path, string section)
    {
        var text = File.Exists(path) ? File.ReadAllText(path) : "# Reliability\n\n";
        var from = text.IndexOf(Begin, StringComparison.Ordinal);
        var to = from < 0 ? -1 : text.IndexOf(End, from, StringComparison.Ordinal);
        text = to < 0 ? $"{text.TrimEnd()}\n\n{section}" : string.Concat(text.AsSpan(0, from), section, text.AsSpan(to + End.Length).TrimStart('\n'));
        File.WriteAllText(path, text);
    }

    private static string[][] Rows(IReadOnlyList<TargetFigures> figures)
    {
        var total = new TargetFigures("all");
        foreach (var one in figures)
        {
            total.Add(one);
        }

        return [.. (figures.Count > 1 ? figures.Append(total) : figures).Select(Row)];
    }

    private static string[] Row(TargetFigures f) =>
    [
        f.Name,
        f.Inputs.ToString("N0", CultureInfo.InvariantCulture),
        (f.InputBytes / 1e6).ToString("N1", CultureInfo.InvariantCulture),
        Share(f.PastFraming, f.Inputs),
        Share(f.Accepted, f.Inputs),
        f.Broken.ToString("N0", CultureInfo.InvariantCulture),
        $"{f.Slowest.TotalMilliseconds.ToString("N1", CultureInfo.InvariantCulture)} ms",
        $"{(f.MaxAllocated / 1024.0).ToString("N0", CultureInfo.InvariantCulture)} KiB",
        (f.Inputs / Math.Max(0.001, f.Busy.TotalSeconds)).ToString("N0", CultureInfo.InvariantCulture),
    ];

    private static string Share(long part, long whole) => (whole == 0 ? 0 : 100.0 * part / whole).ToString("N1", CultureInfo.InvariantCulture) + " %";
}
