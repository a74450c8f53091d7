using System.Globalization;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>
/// Comments of a .proto file, by the path of what they stand at. protoc writes them with <c>--include_source_info</c>; buf always does.
/// Source: google/protobuf/descriptor.proto, SourceCodeInfo.
/// </summary>
internal sealed class SourceComments
{
    /// <summary>Signs of a comment that are kept: descriptors come from peers too, and each comment becomes part of a contract.</summary>
    private const int MaxLength = 4_000;

    /// <summary>Steps of a path; a constant inside of 64 messages has 132.</summary>
    private const int MaxPath = 136;

    private readonly Dictionary<string, string> _byPath = new(StringComparer.Ordinal);

    private SourceComments()
    {
    }

    /// <param name="sourceCodeInfo">SourceCodeInfo; empty for a file without it. What is broken in it counts as no comment.</param>
    public static SourceComments Of(ReadOnlySpan<byte> sourceCodeInfo)
    {
        var comments = new SourceComments();
        for (var info = new FieldCursor(sourceCodeInfo); info.Next();)
        {
            if (info.Number == 1)
            {
                comments.Add(info.Bytes);
            }
        }

        return comments;
    }

    /// <summary>Gives each record its comment.</summary>
    public void Apply(FileRecord file)
    {
        if (_byPath.Count == 0)
        {
            return;
        }

        for (var i = 0; i < file.Messages.Count; i++)
        {
            Apply(file.Messages[i], $"4,{i}");
        }

        for (var i = 0; i < file.Enums.Count; i++)
        {
            file.Enums[i].Doc = Find($"5,{i}");
        }

        for (var i = 0; i < file.Services.Count; i++)
        {
            var service = file.Services[i];
            service.Doc = Find($"6,{i}");
            for (var j = 0; j < service.Methods.Count; j++)
            {
                service.Methods[j].Doc = Find($"6,{i},2,{j}");
            }
        }
    }

    private void Apply(MessageRecord message, string path)
    {
        message.Doc = Find(path);
        for (var i = 0; i < message.Fields.Count; i++)
        {
            message.Fields[i].Doc = Find($"{path},2,{i}");
        }

        for (var i = 0; i < message.Enums.Count; i++)
        {
            message.Enums[i].Doc = Find($"{path},4,{i}");
        }

        for (var i = 0; i < message.Nested.Count; i++)
        {
            Apply(message.Nested[i], $"{path},3,{i}");
        }
    }

    private string? Find(string path) => _byPath.GetValueOrDefault(path);

    /// <summary>A comment before what it tells of, or behind it on its line.</summary>
    private void Add(ReadOnlySpan<byte> location)
    {
        var path = new List<string>();
        var leading = string.Empty;
        var trailing = string.Empty;
        for (var part = new FieldCursor(location); part.Next();)
        {
            switch (part.Number)
            {
                case 1 when part.Wire == WireType.Length:
                    Steps(part.Bytes, path);
                    break;
                case 3:
                    leading = Clean(part.Bytes);
                    break;
                case 4:
                    trailing = Clean(part.Bytes);
                    break;
            }
        }

        var comment = leading.Length > 0 ? leading : trailing;
        if (comment.Length > 0 && path.Count <= MaxPath)
        {
            _byPath.TryAdd(string.Join(',', path), comment);
        }
    }

    private static void Steps(ReadOnlySpan<byte> packed, List<string> into)
    {
        // Packed varints: bytes with the high bit go on in the next.
        var step = 0;
        var shift = 0;
        foreach (var b in packed)
        {
            step |= (b & 0x7F) << shift;
            shift += 7;
            if (b < 0x80 && into.Count <= MaxPath)
            {
                into.Add(step.ToString(CultureInfo.InvariantCulture));
                (step, shift) = (0, 0);
            }
        }
    }

    // protoc keeps the blank behind the slashes, or the star, of each line.
    private static string Clean(ReadOnlySpan<byte> comment)
    {
        var text = System.Text.Encoding.UTF8.GetString(comment[..Math.Min(comment.Length, MaxLength)]);
        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(static l => (l.StartsWith(' ') ? l[1..] : l).TrimEnd());
        return string.Join('\n', lines).Trim();
    }
}
