using System.Collections.Immutable;
using System.Xml.Linq;

namespace BridgeMesh.Architecture;

/// <summary>What a project file says, as far as the rules care.</summary>
/// <param name="Path">Relative to the repository.</param>
/// <param name="References">Names of the projects it references.</param>
internal sealed record ProjectFile(
    string Path, string AssemblyName, ImmutableArray<string> References, ImmutableArray<string> Packages, ImmutableArray<string> Frameworks)
{
    internal string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    internal string Folder => Path.Split('/')[0];

    public override string ToString() => Name;

    internal static ProjectFile Read(string path)
    {
        var project = XDocument.Load(Repository.Absolute(path));
        return new ProjectFile(
            path,
            project.Descendants("AssemblyName").FirstOrDefault()?.Value ?? System.IO.Path.GetFileNameWithoutExtension(path),
            [.. Includes("ProjectReference").Select(System.IO.Path.GetFileNameWithoutExtension).OfType<string>()],
            [.. Includes("PackageReference")],
            [.. Includes("FrameworkReference")]);

        IEnumerable<string> Includes(string element) =>
            project.Descendants(element).Select(e => e.Attribute("Include")?.Value.Replace('\\', '/')).OfType<string>();
    }
}
