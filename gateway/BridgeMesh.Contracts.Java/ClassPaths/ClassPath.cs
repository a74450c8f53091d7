using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.ClassPaths;

/// <summary>
/// Several jars and class directories as one, as Java's class path: of two classes of one name the first counts. Classes are read when first
/// asked for and then kept. For one thread.
/// </summary>
internal sealed class ClassPath : IDisposable
{
    private readonly List<ClassContainer> _containers = [];
    private readonly Dictionary<string, ClassContainer> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ClassFile?> _read = new(StringComparer.Ordinal);
    private readonly List<SourceProblem> _problems;
    private readonly List<FacadeNote> _notes = [];
    private readonly List<string> _roots = [];

    private ClassPath(List<SourceProblem> problems) => _problems = problems;

    /// <summary>Classes of the roots, in ordinal order.</summary>
    public IReadOnlyList<string> Roots => _roots;

    public IReadOnlyList<FacadeNote> Notes => _notes;

    /// <summary>Classes that were read whole.</summary>
    public int ClassesRead { get; private set; }

    /// <summary>Told <see cref="ClassesRead"/> as it grows, and 0 at the end.</summary>
    public IProgress<int>? Progress { get; set; }

    /// <param name="roots">Jars and directories whose interfaces shall be services.</param>
    /// <param name="others">Jars and directories with what those need.</param>
    /// <param name="problems">Takes what is wrong with them, now and when classes are read.</param>
    public static ClassPath Open(IEnumerable<string> roots, IEnumerable<string> others, List<SourceProblem> problems)
    {
        ClassContainer? Container(string file) => Directory.Exists(file) ? ClassDirectory.Open(file, problems) : JarFile.Open(file, problems);
        return Of(
            roots.Distinct(StringComparer.Ordinal).Select(Container).OfType<ClassContainer>(),
            others.Distinct(StringComparer.Ordinal).Select(Container).OfType<ClassContainer>(),
            problems);
    }

    /// <summary>As above of what is open already, and is closed with the class path.</summary>
    public static ClassPath Of(IEnumerable<ClassContainer> roots, IEnumerable<ClassContainer> others, List<SourceProblem> problems)
    {
        var path = new ClassPath(problems);
        foreach (var root in roots)
        {
            path.Add(root, isRoot: true);
        }

        foreach (var other in others)
        {
            path.Add(other, isRoot: false);
        }

        path._roots.Sort(StringComparer.Ordinal);
        return path;
    }

    /// <summary>Whether a class of this name is there, broken or not.</summary>
    public bool Has(string name) => _byName.ContainsKey(name);

    /// <summary>Null when no class of this name is there, and when it is broken, which is told once.</summary>
    public ClassFile? Find(string name)
    {
        if (_read.TryGetValue(name, out var known) || !_byName.TryGetValue(name, out var container))
        {
            return known;
        }

        known = Read(name, container);
        _read.Add(name, known);
        return known;
    }

    /// <summary>Where a class lies, for messages.</summary>
    public string PlaceOf(string name) => _byName.TryGetValue(name, out var container) ? container.PlaceOf(name) : name;

    /// <summary>The jar or directory of a class; empty when it is not there.</summary>
    public string FileOf(string name) => _byName.TryGetValue(name, out var container) ? container.File : string.Empty;

    public void Dispose()
    {
        foreach (var container in _containers)
        {
            container.Dispose();
        }

        Progress?.Report(0);
    }

    private void Add(ClassContainer container, bool isRoot)
    {
        _containers.Add(container);
        foreach (var name in container.Names)
        {
            if (_byName.TryAdd(name, container) && isRoot)
            {
                _roots.Add(name);
            }
        }

        if (container is JarFile { NestedJars.Count: > 0 } jar)
        {
            _notes.Add(new(container.File, $"the jars inside are not opened: {jar.DescribeNested()}; unpack them and name those with classes that are needed"));
        }
    }

    private ClassFile? Read(string name, ClassContainer container)
    {
        if (container.Read(name, _problems) is not { } bytes)
        {
            return null;
        }

        var place = container.PlaceOf(name);
        if (ClassFileReader.Read(bytes, out var fault) is not { } read)
        {
            _problems.Add(new(place, 0, 0, $"{name}: {fault}", "compile the class anew, or remove it"));
            return null;
        }

        if (read.Name != name)
        {
            _notes.Add(new(place, $"the class is {read.Name} by its own account, so Java would not find it here: it is left out"));
            return null;
        }

        ClassesRead++;
        Progress?.Report(ClassesRead);
        foreach (var note in read.Notes)
        {
            _notes.Add(new(place, note.Member.Length == 0 ? $"{name}: {note.Message}" : $"{name}.{note.Member}: {note.Message}"));
        }

        return read;
    }
}
