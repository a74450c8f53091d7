using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>A node of a document, and the JSON pointer by which messages name it.</summary>
internal readonly record struct Place(YamlNode? Node, string Pointer)
{
    public YamlMap? Map => Node as YamlMap;

    public Place this[string key] => new(Map?.Find(key), $"{Pointer}/{Escape(key)}");

    /// <summary>The text of a scalar that is there; null otherwise.</summary>
    public string? Text(string key) => Map?.Find(key) is YamlScalar { IsNull: false } scalar ? scalar.Text : null;

    public bool Flag(string key) => Map?.Find(key) is YamlScalar { IsPlain: true, Text: "true" };

    /// <summary>The entries of a map that are no extensions.</summary>
    public IEnumerable<(YamlScalar Key, Place Value)> Entries()
    {
        var pointer = Pointer;
        return (Map?.Entries ?? []).Where(static e => !e.Key.Text.StartsWith("x-", StringComparison.Ordinal))
            .Select(e => (e.Key, new Place(e.Value, $"{pointer}/{Escape(e.Key.Text)}")));
    }

    public IEnumerable<Place> Items()
    {
        var pointer = Pointer;
        return (Node as YamlList)?.Items.Select((n, i) => new Place(n, $"{pointer}/{i}")) ?? [];
    }

    private static string Escape(string key) =>
        key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}

/// <summary>
/// The document and the files that its references name. Files are read once, and only below the document's own directory; nothing is fetched.
/// </summary>
internal sealed class Documents
{
    /// <summary>Files that one document may be made of.</summary>
    public const int MaxFiles = 100;

    /// <summary>References that may stand behind one another.</summary>
    public const int MaxHops = 100;

    private readonly Dictionary<string, YamlNode?> _roots = new(StringComparer.Ordinal);
    private readonly List<SourceProblem> _problems;
    private readonly HashSet<YamlNode> _told = [];
    private readonly string _folder;

    public Documents(string file, YamlNode? root, List<SourceProblem> problems)
    {
        _problems = problems;
        _folder = Path.GetDirectoryName(Path.GetFullPath(file)) ?? string.Empty;
        _roots.Add(Path.GetFullPath(file), root);
    }

    /// <summary>The document itself.</summary>
    public Place Root => new(_roots.Values.First(), "#");

    /// <summary>Absolute paths of all files read.</summary>
    public IEnumerable<string> Files => _roots.Keys;

    /// <summary>What stands there, references followed; a place without a node after a problem, which is told once.</summary>
    public Place Follow(Place place)
    {
        var seen = new HashSet<YamlNode>(ReferenceEqualityComparer.Instance);
        var at = place;
        while (at.Map?.Find("$ref") is { } reference)
        {
            if (reference is not YamlScalar { IsNull: false } text)
            {
                return Tell(reference, at, $"$ref must be a text, not {reference.Describe()}", "write it like '#/components/schemas/Order'");
            }

            if (!seen.Add(at.Map) || seen.Count > MaxHops)
            {
                return Tell(text, at, $"'{Short(text.Text)}' leads back to itself, and nothing stands between", "let one of these references name a schema");
            }

            at = Step(text, at);
            if (at.Node is null)
            {
                return at;
            }
        }

        return at;
    }

    private Place Step(YamlScalar reference, Place from)
    {
        var parts = reference.Text.Split('#', 2);
        var root = parts[0].Length == 0 ? RootOf(from) : Open(parts[0], reference, from);
        if (root is null)
        {
            return default;
        }

        var at = new Place(root, parts[0].Length == 0 && !from.Pointer.Contains('#', StringComparison.Ordinal) ? "#" : $"{parts[0]}#");
        if (parts.Length == 1 || parts[1].Length == 0)
        {
            return at;
        }

        if (!parts[1].StartsWith('/'))
        {
            return Tell(reference, from, $"'{Short(reference.Text)}' is an anchor, which is not followed", "write a JSON pointer, such as '#/components/schemas/Order'");
        }

        foreach (var segment in parts[1][1..].Split('/'))
        {
            var key = Uri.UnescapeDataString(segment).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var next = at.Node switch
            {
                YamlMap => at[key],
                YamlList list when int.TryParse(key, out var index) && index >= 0 && index < list.Items.Count => new Place(list.Items[index], $"{at.Pointer}/{index}"),
                _ => default,
            };
            if (next.Node is null)
            {
                var known = at.Map?.Entries.Select(static e => e.Key.Text).ToList() ?? [];
                return Tell(reference, from, $"'{Short(reference.Text)}' names nothing: '{Short(key)}' is not there", NearMiss.Cure(key, known));
            }

            at = next;
        }

        return at;
    }

    private YamlNode? RootOf(Place from) =>
        from.Node is { } node && _roots.TryGetValue(Path.GetFullPath(node.At.File), out var root) ? root : _roots.Values.First();

    private YamlNode? Open(string name, YamlScalar reference, Place from)
    {
        if (name.Contains("://", StringComparison.Ordinal) || name.StartsWith('/') || Path.IsPathRooted(name))
        {
            Tell(reference, from, $"'{Short(name)}' is not beside the document, and nothing is fetched", "put the file beside the document, and name it relative to it");
            return null;
        }

        var path = Path.GetFullPath(Uri.UnescapeDataString(name), Path.GetDirectoryName(Path.GetFullPath(reference.At.File)) ?? _folder);
        if (!IsInside(path) || !IsInside(Target(path)))
        {
            Tell(reference, from, $"'{Short(name)}' leads out of the document's directory", "put the file below the directory of the document");
            return null;
        }

        if (_roots.TryGetValue(path, out var known))
        {
            return known;
        }

        if (_roots.Count >= MaxFiles)
        {
            Tell(reference, from, $"more than {MaxFiles} files", "join some of them");
            return null;
        }

        if (!File.Exists(path))
        {
            _roots.Add(path, null);
            Tell(reference, from, $"there is no file '{Short(name)}'", "create it or correct the reference");
            return null;
        }

        var root = OpenApiFile.Read(path, _problems);
        _roots.Add(path, root);
        return root;
    }

    private bool IsInside(string path) => path.StartsWith(Path.TrimEndingDirectorySeparator(_folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Where a link of the file's own leads.</summary>
    private static string Target(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A link in a circle: opening it says so.
            return path;
        }
    }

    private Place Tell(YamlNode at, Place from, string message, string cure)
    {
        if (_told.Add(at))
        {
            _problems.Add(at.At, $"{message}, at {from.Pointer}", cure);
        }

        return default;
    }

    private static string Short(string text) => text.Length <= 120 ? text : $"{text[..120]}…";
}
