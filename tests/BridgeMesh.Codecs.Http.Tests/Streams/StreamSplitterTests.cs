using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Http.Streams;
using BridgeMesh.Testing.Bytes;

namespace BridgeMesh.Codecs.Http.Tests.Streams;

public sealed class StreamSplitterTests
{
    /// <summary>The pieces as text, then how it ended; whatever the cuts of the bytes.</summary>
    [Theory]
    [InlineData((int)StreamForm.Lines, "", "End")]
    [InlineData((int)StreamForm.Lines, "1\n2\r\n\n 3 \n", "1|2|3|End")]
    [InlineData((int)StreamForm.Lines, "1\n2", "1|2|End")]
    [InlineData((int)StreamForm.Lines, "{\"a\":1}\n{\"$problem\":{\"type\":\"x\"}}\n", "{\"a\":1}|Problem {\"type\":\"x\"}")]
    [InlineData((int)StreamForm.Lines, "{\"$problem\":", "{\"$problem\":|End")]
    [InlineData((int)StreamForm.Events, "", "End")]
    [InlineData((int)StreamForm.Events, "data: 1\n\ndata:2\r\n\r\ndata: 3\r\r", "1|2|3|End")]
    [InlineData((int)StreamForm.Events, "\uFEFFdata: 1\n\n", "1|End")]
    [InlineData((int)StreamForm.Events, ": beat\n\nid: 1\nretry: 5\nevent: price\ndata: a\ndata\ndata: b\n\nevent: price\n\n", "a\n\nb|End")]
    [InlineData((int)StreamForm.Events, "data: 1\n\nevent: end\ndata: {}\n\ndata: 2\n\n", "1|End")]
    [InlineData((int)StreamForm.Events, "event: error\ndata: {\"a\":\ndata: 1}\n\ndata: 2\n\n", "Problem {\"a\":\n1}")]
    [InlineData((int)StreamForm.Events, "event: errors\ndata: 1\n\n", "1|End")]
    [InlineData((int)StreamForm.Events, "data: 1\n\ndata: 2\n", "1|Broken")]
    [InlineData((int)StreamForm.Events, "data: 1\n\ndata: 2", "1|Broken")]
    [InlineData((int)StreamForm.Array, "", "End")]
    [InlineData((int)StreamForm.Array, " [ ] ", "End")]
    [InlineData((int)StreamForm.Array, "[1, \"a,]\\\"\\\\\" ,{\"b\":[2,{}]}, [3] ]\n", "1|\"a,]\\\"\\\\\"|{\"b\":[2,{}]}|[3]|End")]
    [InlineData((int)StreamForm.Array, " {\"a\":[1,2]} ", "{\"a\":[1,2]} |End")]
    [InlineData((int)StreamForm.Array, "[1,2", "1|Broken")]
    [InlineData((int)StreamForm.Array, "[1,", "1|Broken")]
    [InlineData((int)StreamForm.Array, "[1,]", "1|Broken")]
    [InlineData((int)StreamForm.Array, "[,1]", "Broken")]
    [InlineData((int)StreamForm.Array, "[1] 2", "1|Broken")]
    [InlineData((int)StreamForm.Array, "[\"1", "Broken")]
    public void Pieces_OfEveryCut_AreTheSame(int form, string body, string pieces)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        for (var at = 0; at <= bytes.Length; at++)
        {
            Assert.Equal(pieces, Split((StreamForm)form, bytes, [at]));
        }

        Assert.Equal(pieces, Split((StreamForm)form, bytes, [.. Enumerable.Range(0, bytes.Length)]));
    }

    [Theory]
    [InlineData((int)StreamForm.Lines, "1", "\n")]
    [InlineData((int)StreamForm.Array, "[1", "]")]
    public void Piece_WithAMebibyteOfSpaceBehindIt_TakesTimeInProportion(int form, string before, string behind)
    {
        var bytes = Encoding.UTF8.GetBytes($"{before}{new string(' ', 1 << 20)}{behind}");
        var buffer = SegmentedBytes.Chunked(bytes, 16);
        using var splitter = StreamSplitter.Of((StreamForm)form);
        var from = System.Diagnostics.Stopwatch.GetTimestamp();
        Assert.Equal(StreamPiece.Message, splitter.Next(ref buffer, isEnd: true, out var piece));
        Assert.Equal("1"u8.ToArray(), piece.ToArray());
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(from).TotalSeconds, 0, 5);
    }

    /// <summary>Brings the bytes in parts that end at the cuts, as a pipe does: what was not used up comes again, with more behind it.</summary>
    private static string Split(StreamForm form, byte[] bytes, int[] cuts)
    {
        using var splitter = StreamSplitter.Of(form);
        var said = new List<string>();
        var used = 0;
        int[] ends = [.. cuts, bytes.Length, bytes.Length];
        for (var i = 0; i < ends.Length; i++)
        {
            // At last the end itself, which brings no bytes.
            var (end, isEnd) = (ends[i], i == ends.Length - 1);
            while (true)
            {
                var parts = SegmentedBytes.Chunked(bytes.AsSpan(used, end - used), 3);
                var before = parts.Length;
                var next = splitter.Next(ref parts, isEnd, out var piece);
                var text = Encoding.UTF8.GetString(piece.ToArray());
                used += (int)(before - parts.Length);
                switch (next)
                {
                    case StreamPiece.Message:
                        said.Add(text);
                        continue;
                    case StreamPiece.Problem:
                        return string.Join('|', [.. said, $"Problem {text}"]);
                    case StreamPiece.NeedMore:
                        Assert.False(isEnd, "the end is something");
                        break;
                    default:
                        return string.Join('|', [.. said, next.ToString()]);
                }

                break;
            }
        }

        throw new InvalidOperationException("neither an end nor a fault");
    }
}
