using System.Globalization;

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
            node.Constants = Apart(node, meets ? [.. plain.Select(name => $"{SchemaNames.UpperSnake(node.Name)}_{name}")] : plain);
        }
    }

    /// <summary>By what protoc tells an enum's constants apart.</summary>
    public static string KeyOf(SchemaNode node, string constant)
    {
        var (key, prefix) = (SchemaNames.Key(constant), SchemaNames.Key(node.Name));
        return key.Length > prefix.Length && key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..] : key;
    }

    /// <summary>Names that differ in case, underscores or the enum's name in front alone are one to protoc, unless they are one number too.</summary>
    private static string[] Apart(SchemaNode node, string[] names)
    {
        var shape = node.Enum!; // Asked for enums alone.
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            var name = names[i];
            for (var twin = 2; !seen.Add(name) || !IsApart(name, shape.NumberOf(i)); twin++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{names[i]}_{twin}");
            }

            names[i] = name;
        }

        return names;

        bool IsApart(string name, int number)
        {
            var key = KeyOf(node, name);
            return numbers.TryAdd(key, number) || numbers[key] == number;
        }
    }

    private static IEnumerable<string> Plain(SchemaNode node) => node.Enum!.Constants.Select(SchemaNames.Identifier); // Asked for enums alone.

    private static string Scoped(SchemaNode node, string constant) => node.Scope.Length == 0 ? constant : $"{node.Scope}.{constant}";
}
