using System.Text;
using System.Text.Json;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>
/// Reads JSON into the nodes that YAML has, each with its place. YAML readers take most JSON, but not tabs as indentation nor every escape.
/// </summary>
internal static class JsonTree
{
    /// <summary>As in YAML files.</summary>
    private const int MaxDepth = 64;

    private const int MaxNodes = 1_000_000;

    /// <summary>Null after a syntax error, which is told.</summary>
    public static YamlNode? Read(string file, ReadOnlySpan<byte> text, List<SourceProblem> problems)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
        var walk = new Walk(file, problems);
        try
        {
            reader.Read();
            var root = walk.Node(ref reader, text);
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            var line = (int)(e.LineNumber ?? 0) + 1;
            var column = (int)(e.BytePositionInLine ?? 0) + 1;
            var message = e.Message.Split(". LineNumber", 2)[0].ReplaceLineEndings(" ").TrimEnd('.');
            problems.Add(new(file, line, column, $"not valid JSON: {message}", "correct the syntax; check quotes, commas and brackets"));
            return null;
        }
        catch (InvalidOperationException)
        {
            // A string of bytes that are no UTF-8, or of half a surrogate pair.
            problems.Add(walk.At(ref reader, text), "a text that is not Unicode", "write the file in UTF-8");
            return null;
        }
    }

    private sealed class Walk(string file, List<SourceProblem> problems)
    {
        private int _nodes;
        private int _line = 1;
        private int _lineStart;
        private int _seen;

        public YamlNode Node(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
        {
            var at = At(ref reader, text);
            if (++_nodes == MaxNodes)
            {
                problems.Add(at, $"more than {MaxNodes} values", "split the file");
            }

            return reader.TokenType switch
            {
                JsonTokenType.StartObject => Map(ref reader, text, at),
                JsonTokenType.StartArray => List(ref reader, text, at),
                JsonTokenType.String => new YamlScalar(at, reader.GetString() ?? string.Empty, isPlain: false),
                _ => new YamlScalar(at, Encoding.UTF8.GetString(reader.ValueSpan), isPlain: true),
            };
        }

        public YamlMark At(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
        {
            var start = (int)Math.Min(reader.TokenStartIndex, text.Length);
            for (; _seen < start; _seen++)
            {
                if (text[_seen] == '\n')
                {
                    _line++;
                    _lineStart = _seen + 1;
                }
            }

            return new YamlMark(file, _line, Encoding.UTF8.GetCharCount(text[_lineStart..Math.Max(_lineStart, start)]) + 1);
        }

        private YamlMap Map(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, YamlMark at)
        {
            var map = new YamlMap(at);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var key = new YamlScalar(At(ref reader, text), reader.GetString() ?? string.Empty, isPlain: false);
                reader.Read();
                var value = Node(ref reader, text);
                if (_nodes < MaxNodes && !map.TryAdd(key, value))
                {
                    problems.Add(key.At, $"the key '{key.Text}' is here a second time", $"keep this one or the one at line {map.FindKey(key.Text)?.At.Line}");
                }
            }

            return map;
        }

        private YamlList List(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, YamlMark at)
        {
            var list = new YamlList(at);
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var item = Node(ref reader, text);
                if (_nodes < MaxNodes)
                {
                    list.Add(item);
                }
            }

            return list;
        }
    }
}
