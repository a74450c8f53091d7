namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>
/// Names of enums' constants. Protobuf has them in the scope around their enum, so that NEW of two enums of a package would be one name:
/// there, and where a constant has the name of something else, all constants of the enum get its name in front, as ORDER_STATUS_NEW.
/// </summary>
internal static class SchemaConstants
{
    public static void Name(List<SchemaFile> files)
    {
        var nodes = files.SelectMany(static f => f.Units).Select(static u => u.Type).OfType<SchemaNode>().SelectMany(static t => t.All).ToList();
        var names = nodes.Select(static n => n.FullName)
            .Concat(nodes.SelectMany(static n => (n.Struct?.Fields ?? []).Select(f => $"{n.FullName}.{f.Name.Text}")))
            .Concat(files.SelectMany(static f => f.Units).Where(static u => u.Service is not null).Select(static u => $"{u.Package}.{u.Name}"));
        var taken = names.ToHashSet(StringComparer.Ordinal);
        var enums = nodes.Where(static n => n.Enum is not null).ToList();
        var often = enums.SelectMany(static e => Plain(e).Distinct().Select(name => Scoped(e, name)))
            .CountBy(static name => name, StringComparer.Ordinal).Where(static c => c.Value > 1).Select(static c => c.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var node in enums)
        {
            var plain = Plain(node).ToArray();
            var meets = plain.Any(name => taken.Contains(Scoped(node, name)) || often.Contains(Scoped(node, name)));
            node.Constants = meets ? [.. plain.Select(name => $"{SchemaNames.UpperSnake(node.Name)}_{name}")] : plain;
        }
    }

    private static IEnumerable<string> Plain(SchemaNode node) => node.Enum!.Constants.Select(SchemaNames.Identifier); // Asked for enums alone.

    private static string Scoped(SchemaNode node, string constant) => node.Scope.Length == 0 ? constant : $"{node.Scope}.{constant}";
}
