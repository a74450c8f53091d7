namespace BridgeMesh.Contracts.Linting;

/// <summary>
/// One contract being looked at. Remembers what was found of types, across the contracts of one look, so that a class that a thousand
/// methods share is judged once. For one thread.
/// </summary>
public sealed class LintScope
{
    private readonly Dictionary<(ITypeJudge Judge, ValuePolicy Policy), TypeLint> _types;
    private readonly Dictionary<object, object> _once = [];
    private IReadOnlyList<StructShape>? _unchecked;

    public LintScope(ServiceContract contract)
        : this(contract, [])
    {
    }

    private LintScope(ServiceContract contract, Dictionary<(ITypeJudge Judge, ValuePolicy Policy), TypeLint> types)
    {
        Contract = contract;
        _types = types;
    }

    public ServiceContract Contract { get; }

    /// <summary>Exceptions of the contract that methods may throw without declaring them, by name.</summary>
    public IReadOnlyList<StructShape> Unchecked => _unchecked ??=
    [
        .. (Contract.Types?.All ?? []).Select(static t => t.Struct).OfType<StructShape>().Where(static s => s is { IsException: true, IsUnchecked: true })
            .Distinct().OrderBy(static s => s.JavaType.Text, StringComparer.Ordinal),
    ];

    /// <summary>The scope of another contract of the same look.</summary>
    public LintScope For(ServiceContract contract) => new(contract, _types);

    /// <summary>
    /// Adds what a format makes of a method's parameters, result and declared exceptions. A class counts where it is met first in a method.
    /// </summary>
    public void CheckTypes(ITypeJudge judge, MethodShape method, ICollection<LintFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(method);
        var key = (judge, Contract.Policy);
        if (!_types.TryGetValue(key, out var types))
        {
            types = new TypeLint(judge, Contract.Policy);
            _types.Add(key, types);
        }

        types.Check(method, findings);
    }

    /// <summary>Classes that methods' types name, at any depth, each once; those of declared exceptions among them, subclasses not.</summary>
    public static IReadOnlyCollection<StructShape> Classes(IEnumerable<MethodShape> methods)
    {
        ArgumentNullException.ThrowIfNull(methods);
        var seen = new HashSet<StructShape>();
        var open = new Stack<TypeShape>();
        foreach (var method in methods)
        {
            foreach (var parameter in method.Parameters)
            {
                open.Push(parameter.Type);
            }

            open.Push(method.Returns);
            foreach (var exception in method.Exceptions)
            {
                Meet(exception, seen, open);
            }

            while (open.TryPop(out var type))
            {
                Push(type.Key, open);
                Push(type.Element, open);
                Meet(type.Struct, seen, open);
            }
        }

        return seen;
    }

    /// <summary>Declared subclasses that may stand for the classes of a method's types, each once.</summary>
    public static IEnumerable<StructShape> Subclasses(MethodShape method)
    {
        ArgumentNullException.ThrowIfNull(method);
        var seen = new HashSet<StructShape>();
        var classes = Classes([method]);
        var types = method.Parameters.Select(static p => p.Type).Append(method.Returns)
            .Concat(classes.SelectMany(static c => c.Fields).Select(static f => f.Type));
        foreach (var type in types)
        {
            for (var inner = type; inner is not null; inner = inner.Element)
            {
                foreach (var subclass in inner.Struct is null ? [] : inner.Subtypes?.All ?? [])
                {
                    if (subclass.Struct is { } known && known != inner.Struct && seen.Add(known))
                    {
                        yield return known;
                    }
                }
            }
        }
    }

    /// <summary>What is worked out once for the contract, whatever its methods.</summary>
    /// <param name="owner">Whose it is.</param>
    public T Once<T>(object owner, Func<ServiceContract, T> make)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(make);
        if (!_once.TryGetValue(owner, out var made))
        {
            made = make(Contract);
            _once.Add(owner, made);
        }

        return (T)made;
    }

    private static void Meet(StructShape? type, HashSet<StructShape> seen, Stack<TypeShape> open)
    {
        if (type is null || !seen.Add(type))
        {
            return;
        }

        foreach (var field in type.Fields)
        {
            open.Push(field.Type);
        }
    }

    private static void Push(TypeShape? type, Stack<TypeShape> open)
    {
        if (type is not null)
        {
            open.Push(type);
        }
    }
}
