using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration.Binding;

/// <summary>Where each value of a configuration was written, by path: <c>listeners[0].address</c>; the root has the empty path.</summary>
internal sealed class ConfigPlaces(YamlMark root)
{
    private readonly Dictionary<string, YamlMark> _marks = new(StringComparer.Ordinal) { [string.Empty] = root };

    public void Add(string path, YamlMark mark) => _marks.TryAdd(path, mark);

    /// <summary>Place of the value, or of the nearest value around it: a key that was left out has none.</summary>
    public YamlMark Find(string path)
    {
        while (!_marks.ContainsKey(path))
        {
            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }

        return _marks[path];
    }

    /// <summary>Whether the value was written, in a file or on the command line.</summary>
    public bool Has(string path) => _marks.ContainsKey(path);
}
