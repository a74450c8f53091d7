using System.Globalization;
using System.Text;

namespace BridgeMesh.Core.Contracts;

/// <summary>
/// Names of a service's methods in protobuf, which has no overloads. Of those, each has the key that the contract gives it beside its name;
/// without keys, the one with the fewest parameters, of those the first, keeps the name, and the others are told apart by their parameters,
/// <c>findByCustomerAndCount</c>. The same methods in the same order get the same names. Stateless.
/// </summary>
internal static class ProtoMethodNames
{
    /// <summary>Longest name that is made of parameters; longer ones are numbered.</summary>
    private const int MaxLength = 80;

    /// <summary>One name a method, in their order; no two alike. What a method says of its name counts.</summary>
    /// <param name="reserved">Names that methods once had.</param>
    public static string[] Of(IReadOnlyList<MethodDeclaration> methods, IEnumerable<string> reserved)
    {
        var names = new string[methods.Count];
        var taken = reserved.ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < methods.Count; i++)
        {
            if (methods[i].ProtoName?.Text is { } pinned)
            {
                names[i] = pinned;
                taken.Add(pinned);
            }
        }

        // All that keep their names first, so that no name that is made meets one of theirs.
        var often = methods.CountBy(static m => m.Name.Text, StringComparer.Ordinal).Where(static c => c.Value > 1).Select(static c => c.Key)
            .ToHashSet(StringComparer.Ordinal);
        var open = Enumerable.Range(0, methods.Count).Where(i => methods[i].ProtoName is null).OrderBy(i => methods[i].Parameters.Count).ToList();
        open.RemoveAll(i =>
        {
            names[i] = methods[i].OwnKey ?? string.Empty;
            return often.Contains(methods[i].Name.Text) && ProtoNameReader.IsName(names[i]) && taken.Add(names[i]);
        });
        open.RemoveAll(i =>
        {
            var keeps = taken.Add(methods[i].Name.Text);
            names[i] = methods[i].Name.Text;
            return keeps;
        });
        foreach (var i in open)
        {
            names[i] = Made(methods[i], taken);
        }

        return names;
    }

    private static string Made(MethodDeclaration method, HashSet<string> taken)
    {
        var name = method.Name.Text;
        var byNames = $"{name}By{string.Join("And", method.Parameters.Select(static p => Word(p.Name.Text)))}";
        var byTypes = $"{name}By{string.Join("And", method.Parameters.Select(static p => Word(p.Type)))}";
        if (method.Parameters.Count > 0)
        {
            foreach (var made in (string[])[byNames, byTypes])
            {
                if (made.Length <= MaxLength && taken.Add(made))
                {
                    return made;
                }
            }
        }

        for (var twin = 2; ; twin++)
        {
            if (string.Create(CultureInfo.InvariantCulture, $"{name}{twin}") is var numbered && taken.Add(numbered))
            {
                return numbered;
            }
        }
    }

    /// <summary>However a type is written, it has one word: as its contract's short name, without package and arguments.</summary>
    private static string Word(TypeExpression type) => type.IsArray
        ? $"{Word(type.Arguments[0])}Array"
        : Word((BuiltInTypes.ShortName(type.Name) ?? type.Name) is var name ? name[(name.LastIndexOfAny(['.', '$']) + 1)..] : string.Empty);

    private static string Word(string name)
    {
        var word = new StringBuilder(name.Length);
        foreach (var c in name.Where(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            word.Append(word.Length == 0 ? char.ToUpperInvariant(c) : c);
        }

        return word.ToString();
    }
}
