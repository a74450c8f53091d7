using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.ClassPaths;

/// <summary>Where class files lie: a jar or a directory. For one thread.</summary>
/// <param name="file">Path as its user named it.</param>
internal abstract class ClassContainer(string file) : IDisposable
{
    public string File { get; } = file;

    /// <summary>Binary names of the classes in it.</summary>
    public abstract IReadOnlyCollection<string> Names { get; }

    /// <summary>Jars inside, which are not opened.</summary>
    public virtual IReadOnlyList<string> NestedJars => [];

    /// <summary>The place of a class for messages: <c>orders.jar!/com/acme/Order.class</c>.</summary>
    public abstract string PlaceOf(string name);

    /// <summary>The bytes of a class, valid until the next call; null when there is no such class, and after a problem.</summary>
    public abstract ReadOnlyMemory<byte>? Read(string name, List<SourceProblem> problems);

    public virtual void Dispose() => GC.SuppressFinalize(this);
}
