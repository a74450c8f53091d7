using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>
/// Finds classes that lead to ever new type arguments, as <c>class Spiral&lt;T&gt; { Spiral&lt;Page&lt;T&gt;&gt; next; }</c> does, and takes the
/// arguments that grow for anything: contracts have a shape for each set of arguments, and here there is no last one. Source: A. J. Kennedy
/// and B. C. Pierce, "On Decidability of Nominal Subtyping with Variance", section 4: an inheritance is expansive when the graph of type
/// parameters has a cycle with an expansive edge.
/// </summary>
internal sealed class ExpansiveTypes
{
    private readonly Dictionary<string, TypeDeclaration> _generic;
    private readonly Dictionary<(string Class, string Variable), HashSet<(string Class, string Variable)>> _edges = [];

    private ExpansiveTypes(IEnumerable<TypeDeclaration> types)
    {
        _generic = types.Where(static t => t.Generics.Count > 0).ToDictionary(static t => t.Name.Text, StringComparer.Ordinal);
        foreach (var type in _generic.Values)
        {
            foreach (var expression in Expressions(type))
            {
                Connect(type, expression);
            }
        }
    }

    /// <param name="onCut">Told of each class with such a field.</param>
    public static IReadOnlyList<TypeDeclaration> Cut(IReadOnlyList<TypeDeclaration> types, Action<TypeDeclaration> onCut)
    {
        var graph = new ExpansiveTypes(types);
        return graph._generic.Count == 0 ? types : [.. types.Select(t => graph.Cut(t, onCut))];
    }

    private TypeDeclaration Cut(TypeDeclaration type, Action<TypeDeclaration> onCut)
    {
        if (!_generic.ContainsKey(type.Name.Text))
        {
            return type;
        }

        var changed = false;
        var fields = type.Fields.Select(f => f with { Type = Cut(type, f.Type, ref changed) }).ToList();
        var parent = type.Extends is { } written ? Cut(type, written, ref changed) : null;
        if (!changed)
        {
            return type;
        }

        onCut(type);
        return type with { Fields = fields, Extends = parent };
    }

    private TypeExpression Cut(TypeDeclaration owner, TypeExpression type, ref bool changed)
    {
        if (type.Arguments.Count == 0)
        {
            return type;
        }

        var arguments = new List<TypeExpression>();
        for (var i = 0; i < type.Arguments.Count; i++)
        {
            var argument = type.Arguments[i];
            if (_generic.TryGetValue(type.Name, out var used) && i < used.Generics.Count && Grows(owner, argument, (type.Name, used.Generics[i].Text)))
            {
                changed = true;
                arguments.Add(new TypeExpression("java.lang.Object", argument.At, []));
            }
            else
            {
                arguments.Add(Cut(owner, argument, ref changed));
            }
        }

        return type with { Arguments = arguments };
    }

    private bool Grows(TypeDeclaration owner, TypeExpression argument, (string Class, string Variable) into) =>
        argument.Arguments.Count > 0 && Variables(owner, argument).Any(v => Reaches(into, (owner.Name.Text, v)));

    private bool Reaches((string Class, string Variable) from, (string Class, string Variable) to)
    {
        var open = new Queue<(string, string)>([from]);
        var seen = new HashSet<(string, string)> { from };
        while (open.TryDequeue(out var at))
        {
            if (at == to)
            {
                return true;
            }

            foreach (var next in _edges.GetValueOrDefault(at, []).Where(seen.Add))
            {
                open.Enqueue(next);
            }
        }

        return false;
    }

    private void Connect(TypeDeclaration owner, TypeExpression type)
    {
        for (var i = 0; i < type.Arguments.Count; i++)
        {
            if (_generic.TryGetValue(type.Name, out var used) && i < used.Generics.Count)
            {
                foreach (var variable in Variables(owner, type.Arguments[i]))
                {
                    var key = (owner.Name.Text, variable);
                    if (!_edges.TryGetValue(key, out var targets))
                    {
                        _edges.Add(key, targets = []);
                    }

                    targets.Add((type.Name, used.Generics[i].Text));
                }
            }

            Connect(owner, type.Arguments[i]);
        }
    }

    private static IEnumerable<TypeExpression> Expressions(TypeDeclaration type)
    {
        var fields = type.Fields.Select(static f => f.Type);
        return type.Extends is { } parent ? fields.Append(parent) : fields;
    }

    /// <summary>Variables of the owner that an expression has in it.</summary>
    private static IEnumerable<string> Variables(TypeDeclaration owner, TypeExpression type) => type.Arguments.Count == 0
        ? owner.Generics.Where(g => g.Text == type.Name).Select(static g => g.Text)
        : type.Arguments.SelectMany(a => Variables(owner, a));
}
