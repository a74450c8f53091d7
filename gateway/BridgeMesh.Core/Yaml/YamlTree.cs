using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace BridgeMesh.Yaml;

/// <summary>
/// Reads one YAML document into nodes that know their place. Duplicate keys, unknown anchors and excess are reported and reading goes on;
/// after a syntax error nothing further can be trusted. Files are written by operators, yet bounded: a wrong path must not eat the memory.
/// </summary>
internal static class YamlTree
{
    /// <summary>Longest file that is read. A services file with 10,000 instances takes about 1 MiB.</summary>
    public const int MaxFileBytes = 16 << 20;

    private const int MaxDepth = 64;

    /// <summary>Values after aliases are expanded: stops documents whose aliases multiply.</summary>
    private const int MaxNodes = 1_000_000;

    /// <summary>Null when the file cannot be read, is not YAML, or is empty; the first two add a problem.</summary>
    /// <param name="shownAs">Path as the user named it, for places; null takes <paramref name="path"/>.</param>
    public static YamlNode? ReadFile(string path, List<SourceProblem> problems, string? shownAs = null)
    {
        var file = shownAs ?? path;
        try
        {
            // Editors and configuration maps replace files under the reader.
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var text = BoundedFile.Read(stream, MaxFileBytes);
            if (text is null)
            {
                var size = stream.CanSeek && stream.Length > 0 ? $"{stream.Length} bytes" : $"more than {MaxFileBytes} bytes";
                problems.Add(new(file, 0, 0, $"the file has {size}", $"keep it below {MaxFileBytes} bytes, or name another file"));
                return null;
            }

            using var reader = new StreamReader(text);
            return Read(file, reader, problems);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Add(new(file, 0, 0, "the file does not exist", "create it or correct its path"));
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(file, 0, 0, $"the file cannot be read: {e.Message}", "check the path and the permissions"));
            return null;
        }
    }

    public static YamlNode? Read(string file, TextReader text, List<SourceProblem> problems)
    {
        var parser = new Parser(text);
        try
        {
            return new Walk(file, parser, problems).Document();
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException)
        {
            // YamlDotNet 16.3 throws InvalidOperationException for some texts, such as a block's dash inside brackets.
            var at = (e as YamlException)?.Start ?? parser.Current?.End ?? YamlDotNet.Core.Mark.Empty;
            var message = e is YamlException ? e.Message.ReplaceLineEndings(" ").TrimEnd('.') : "something before here is not closed";
            const string Cure = "correct the syntax; check quotes, brackets and indentation";
            problems.Add(new(file, (int)Math.Max(1, at.Line), (int)Math.Max(1, at.Column), $"not valid YAML: {message}", Cure));
            return null;
        }
    }

    private sealed class Walk(string file, Parser parser, List<SourceProblem> problems)
    {
        private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
        private long _nodes;
        private bool _full;

        public YamlNode? Document()
        {
            parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out _))
            {
                return null;
            }

            parser.Consume<DocumentStart>();
            var root = Node(0);
            parser.Consume<DocumentEnd>();
            if (parser.Accept<DocumentStart>(out var second))
            {
                problems.Add(Mark(second.Start), "a second document begins here", "keep one document a file");
            }

            return root is YamlScalar { IsNull: true } ? null : root;
        }

        private YamlNode Node(int depth)
        {
            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                return Alias(alias);
            }

            if (parser.TryConsume<Scalar>(out var scalar))
            {
                Count(scalar.Start, 1);
                return Anchored(scalar, new YamlScalar(Mark(scalar.Start), scalar.Value, scalar.Style == ScalarStyle.Plain));
            }

            if (depth == MaxDepth)
            {
                var mark = Mark(parser.Current!.Start); // TryConsume has just looked at it.
                problems.Add(mark, $"nested deeper than {MaxDepth}", "flatten it");
                parser.SkipThisAndNestedEvents();
                return new YamlScalar(mark, string.Empty, isPlain: true);
            }

            return parser.TryConsume<SequenceStart>(out var sequence) ? List(sequence, depth) : Map(parser.Consume<MappingStart>(), depth);
        }

        private YamlNode List(SequenceStart start, int depth)
        {
            Count(start.Start, 1);
            var list = new YamlList(Mark(start.Start));
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                var item = Node(depth + 1);
                if (!_full)
                {
                    list.Add(item);
                }
            }

            return Anchored(start, list);
        }

        private YamlNode Map(MappingStart start, int depth)
        {
            Count(start.Start, 1);
            var map = new YamlMap(Mark(start.Start));
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var at = Mark(parser.Current!.Start); // TryConsume has just looked at it.
                var key = Node(depth + 1);
                var value = Node(depth + 1);
                if (key is not YamlScalar name)
                {
                    problems.Add(at, $"a key is {key.Describe()}", "use plain text as a key");
                }
                else if (!_full && !map.TryAdd(name, value))
                {
                    var first = map.FindKey(name.Text)!.At; // TryAdd has just found it.
                    var cure = $"keep this one or the one at line {first.Line}";
                    problems.Add(at, $"the key '{name.Text}' is here a second time", cure);
                }
            }

            return Anchored(start, map);
        }

        private YamlNode Alias(AnchorAlias alias)
        {
            if (_anchors.TryGetValue(alias.Value.Value, out var node))
            {
                Count(alias.Start, node.Weight);
                return node;
            }

            // An anchor is known once its value has ended, so that a value cannot hold itself.
            var mark = Mark(alias.Start);
            var message = $"no anchor '{alias.Value.Value}' ends before this alias";
            problems.Add(mark, message, "define it with & above, or write the value out");
            return new YamlScalar(mark, string.Empty, isPlain: true);
        }

        private YamlNode Anchored(NodeEvent start, YamlNode node)
        {
            if (!start.Anchor.IsEmpty)
            {
                _anchors[start.Anchor.Value] = node;
            }

            return node;
        }

        private void Count(in YamlDotNet.Core.Mark at, long nodes)
        {
            _nodes += nodes;
            if (_nodes > MaxNodes && !_full)
            {
                _full = true;
                problems.Add(Mark(at), $"more than {MaxNodes} values, aliases expanded", "split the file");
            }
        }

        private YamlMark Mark(in YamlDotNet.Core.Mark mark) => new(file, (int)mark.Line, (int)mark.Column);
    }
}
