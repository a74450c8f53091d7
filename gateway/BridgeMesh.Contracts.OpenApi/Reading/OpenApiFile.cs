using System.Text;
using System.Text.Json;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>Tells OpenAPI documents from contracts, and reads files of either syntax.</summary>
internal static class OpenApiFile
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <summary>
    /// Whether the file has <c>openapi</c>, or <c>swagger</c> as version 2 had, among its outermost keys. False for what cannot be read: whoever
    /// reads it as something else will say why.
    /// </summary>
    public static bool Is(string file)
    {
        if (!Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
        {
            return false;
        }

        try
        {
            // Pipes and devices say 0: read here, the one would be empty for its reader, and the other has no end.
            return new FileInfo(file) is { Exists: true, Length: > 0 and <= YamlTree.MaxFileBytes } && Is(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>As above of a text.</summary>
    public static bool Is(ReadOnlySpan<byte> text)
    {
        text = WithoutMark(text);
        if (text.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] && IsJson(text) is { } said)
        {
            return said;
        }

        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            line = line.StartsWith("{"u8) ? line[1..].TrimStart((byte)' ') : line;
            line = line.TrimStart("\"'"u8);
            if (line.StartsWith("openapi"u8) ? EndsKey(line[7..]) : line.StartsWith("swagger"u8) && EndsKey(line[7..]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Null after a problem.</summary>
    public static YamlNode? Read(string file, List<SourceProblem> problems)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > YamlTree.MaxFileBytes)
            {
                problems.Add(new(file, 0, 0, $"the file has {stream.Length} bytes", $"keep it below {YamlTree.MaxFileBytes} bytes, or split it"));
                return null;
            }

            var text = new byte[stream.Length];
            stream.ReadExactly(text);
            return Read(file, text, problems);
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

    /// <summary>As above of a text, by the name that problems shall give.</summary>
    public static YamlNode? Read(string file, ReadOnlySpan<byte> text, List<SourceProblem> problems)
    {
        text = WithoutMark(text);

        // YAML may begin with a brace as well; what is meant as JSON has its name.
        var isJson = text.TrimStart(" \t\r\n"u8) is [(byte)'{', ..]
            && (string.Equals(Path.GetExtension(file), ".json", StringComparison.OrdinalIgnoreCase) || IsJson(text) is not null);
        if (isJson)
        {
            return JsonTree.Read(file, text, problems);
        }

        using var reader = new StringReader(Encoding.UTF8.GetString(text));
        return YamlTree.Read(file, reader, problems);
    }

    /// <summary>Null where the text is no JSON up to the key, or at all.</summary>
    private static bool? IsJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text);
        try
        {
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 }
                    && (reader.ValueTextEquals("openapi") || reader.ValueTextEquals("swagger")))
                {
                    return true;
                }
            }

            return false;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool EndsKey(ReadOnlySpan<byte> rest) => rest.TrimStart("\"' "u8) is [(byte)':', ..];

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> text) => text.StartsWith("\uFEFF"u8) ? text[3..] : text;
}
