namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>A file of a schema that is being made.</summary>
internal sealed record SchemaFile(string Name, string Package, List<SchemaUnit> Units);

/// <summary>
/// Deals what a schema has out to files: one a package, as long as packages do not need each other in a circle; then one for each type, or
/// for each few that need each other. What cannot be parted but has several packages, which no .proto file can, moves into one of them.
/// </summary>
internal static class SchemaFiles
{
    /// <param name="units">In the order of their names.</param>
    /// <param name="isTaken">Whether a file of this name is there already.</param>
    public static List<SchemaFile> Of(IReadOnlyList<SchemaUnit> units, Func<string, bool> isTaken)
    {
        var files = new List<SchemaFile>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var byPackage = units.GroupBy(static u => u.Package, StringComparer.Ordinal)
            .ToDictionary(static g => g.Key, static g => g.ToList(), StringComparer.Ordinal);
        var packages = byPackage.Keys.Order(StringComparer.Ordinal).ToList();
        foreach (var circle in ConnectedParts.Of(packages, p => byPackage[p].SelectMany(static u => u.Needs).Select(static u => u.Package).Distinct()))
        {
            if (circle is [var single])
            {
                Add(single, SchemaNames.LowerSnake(SchemaNames.LastOf(single)), byPackage[single]);
                continue;
            }

            var inside = circle.SelectMany(p => byPackage[p]).ToList();
            var isInside = inside.ToHashSet();
            foreach (var part in ConnectedParts.Of(inside, u => u.Needs.Where(isInside.Contains)))
            {
                Gather(part, inside);
                Add(part[0].Package, SchemaNames.LowerSnake(part[0].Name), part);
            }
        }

        return files;

        void Add(string package, string name, List<SchemaUnit> held)
        {
            var stem = package.Length == 0 ? name.Length == 0 ? "types" : name : $"{package.Replace('.', '/')}/{name}";
            while (isTaken($"{stem}.proto") || !names.Add($"{stem}.proto"))
            {
                stem += "_";
            }

            files.Add(new SchemaFile($"{stem}.proto", package, held));
        }
    }

    private static void Gather(List<SchemaUnit> part, List<SchemaUnit> inside)
    {
        var package = part[0].Package;
        foreach (var type in part.Where(u => u.Package != package).Select(static u => u.Type).OfType<SchemaNode>())
        {
            var name = type.Name;
            var taken = inside.Where(u => u.Package == package).Select(static u => u.Name).ToHashSet(StringComparer.Ordinal);
            for (var from = SchemaNames.Pascal(SchemaNames.LastOf(type.Package)); taken.Contains(name); from += "2")
            {
                name = $"{from}{type.Name}";
            }

            (type.Package, type.Name) = (package, name);
        }
    }
}
