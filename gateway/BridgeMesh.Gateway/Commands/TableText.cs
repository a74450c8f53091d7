namespace BridgeMesh.Gateway.Commands;

/// <summary>Rows below a head, in columns as wide as their widest cell; a column in which nothing stands is left out.</summary>
internal sealed class TableText(params string[] head)
{
    private readonly List<(string[] Cells, IReadOnlyList<string> Below)> _rows = [];

    /// <param name="below">Lines that belong to the row and stand below it, indented.</param>
    public void Add(string[] cells, IReadOnlyList<string> below) => _rows.Add(([.. cells.Select(Ink.Plain)], below));

    public void Write(TextWriter output, Ink ink)
    {
        var columns = Enumerable.Range(0, head.Length).Where(c => _rows.Exists(r => r.Cells[c].Length > 0)).ToArray();
        var widths = columns.Select(c => Math.Max(head[c].Length, _rows.Max(r => r.Cells[c].Length))).ToArray();
        output.WriteLine(ink.Strong(Line(head, columns, widths)));
        foreach (var (cells, below) in _rows)
        {
            output.WriteLine(Line(cells, columns, widths));
            foreach (var line in below)
            {
                output.WriteLine($"    {ink.Faint(line)}");
            }
        }
    }

    private static string Line(string[] cells, int[] columns, int[] widths) =>
        string.Join("  ", columns.Select((c, i) => cells[c].PadRight(widths[i]))).TrimEnd();
}
