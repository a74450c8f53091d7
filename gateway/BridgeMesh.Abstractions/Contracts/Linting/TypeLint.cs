namespace BridgeMesh.Contracts.Linting;

/// <summary>
/// What one format makes of the classes of contracts: a graph of classes with findings at each, walked for each method. Classes that hold
/// themselves end the walk, as each is met once. For one thread.
/// </summary>
internal sealed class TypeLint(ITypeJudge judge, ValuePolicy policy)
{
    /// <summary>Findings of one method; a class of a thousand doubtful fields tells no more than its first ones.</summary>
    internal const int MaxFindings = 64;

    /// <summary>Longer paths begin at the class that they are in.</summary>
    internal const int MaxPath = 200;

    /// <summary>Nested type expressions: lists of lists.</summary>
    private const int MaxNested = 64;

    private readonly Dictionary<StructShape, ClassNode> _nodes = [];
    private readonly Walk _walk = new();

    public void Check(MethodShape method, ICollection<LintFinding> findings)
    {
        var walk = _walk;
        walk.Begin(findings);
        foreach (var parameter in method.Parameters)
        {
            Check(parameter.Type, parameter.Name, walk);
        }

        if (method.Returns.Kind != ShapeKind.Void)
        {
            Check(method.Returns, "returns", walk);
        }

        foreach (var exception in method.Exceptions)
        {
            Visit(NodeOf(exception), $"throws {exception.JavaType.Text}", walk);
        }
    }

    private void Check(TypeShape type, string path, Walk walk)
    {
        var root = new ClassNode(null);
        Expand(root, type, string.Empty, TypePlace.Value, 0);
        Link(root);
        Visit(root, path, walk);
    }

    /// <summary>Breadth first, so that a class is told at its shortest path.</summary>
    private static void Visit(ClassNode start, string path, Walk walk)
    {
        walk.Queue.Enqueue((start, path));
        while (walk.Queue.TryDequeue(out var next))
        {
            var (node, at) = next;
            if (node.Class is not null && !walk.Seen.Add(node))
            {
                continue;
            }

            at = at.Length > MaxPath && node.Class is { } known ? known.JavaType.Text : at;
            foreach (var finding in node.Findings)
            {
                walk.Add(finding, at);
            }

            if (node.CycleFindings is { } cycle && walk.Cycles.Add(node.Component))
            {
                foreach (var finding in cycle)
                {
                    walk.Add(finding, at);
                }
            }

            foreach (var (below, target) in node.Edges)
            {
                walk.Queue.Enqueue((target, at + below));
            }
        }
    }

    private ClassNode NodeOf(StructShape type)
    {
        if (_nodes.TryGetValue(type, out var known))
        {
            return known;
        }

        var made = new ClassNode(type);
        _nodes.Add(type, made);
        Link(made);
        return made;
    }

    /// <summary>Makes every class that a new one reaches, then finds the circles among the new ones: older ones reach no newer.</summary>
    private void Link(ClassNode first)
    {
        var made = new List<ClassNode>();
        var open = new Queue<ClassNode>([first]);
        while (open.TryDequeue(out var node))
        {
            if (node.Class is { } type)
            {
                made.Add(node);
                judge.Judge(type, policy, new LintSink(node.Findings, string.Empty));
                foreach (var field in type.Fields)
                {
                    Expand(node, field.Type, $".{field.Name.Text}", TypePlace.Value, 0);
                }
            }

            foreach (var (below, named) in node.Pending)
            {
                if (!_nodes.TryGetValue(named, out var target))
                {
                    target = new ClassNode(named);
                    _nodes.Add(named, target);
                    open.Enqueue(target);
                }

                node.Edges.Add((below, target));
            }

            node.Pending.Clear();
        }

        ClassCycles.Find(made);
        foreach (var node in made)
        {
            if (node is { Class: { } type, Through: { } through })
            {
                node.CycleFindings = [];
                judge.JudgeCycle(type, through.TrimStart('.'), policy, new LintSink(node.CycleFindings, string.Empty));
            }
        }
    }

    private void Expand(ClassNode node, TypeShape type, string path, TypePlace place, int depth)
    {
        judge.Judge(type, place, policy, new LintSink(node.Findings, path));
        if (depth == MaxNested)
        {
            return;
        }

        if (type is { Kind: ShapeKind.Map, Key: { } key })
        {
            Expand(node, key, $"{path}{{key}}", TypePlace.Key, depth + 1);
        }

        if (type.Element is { } element)
        {
            var isMap = type.Kind == ShapeKind.Map;
            Expand(node, element, isMap ? $"{path}{{}}" : $"{path}[]", isMap ? TypePlace.Entry : TypePlace.Element, depth + 1);
        }

        if (type.Struct is not { } fields)
        {
            return;
        }

        node.Pending.Add((path, fields));
        if (judge.KeepsSubclasses && type.Subtypes is { } subtypes)
        {
            foreach (var subclass in subtypes.All)
            {
                if (subclass.Struct is { } own && own != fields)
                {
                    node.Pending.Add(($"{path}({own.JavaType.Text[(own.JavaType.Text.LastIndexOf('.') + 1)..]})", own));
                }
            }
        }
    }

    /// <summary>The state of one method's walk; the next one's takes its memory over.</summary>
    private sealed class Walk
    {
        private ICollection<LintFinding> _findings = [];
        private int _count;

        public HashSet<ClassNode> Seen { get; } = [];

        public HashSet<ClassNode> Cycles { get; } = [];

        public Queue<(ClassNode Node, string Path)> Queue { get; } = new();

        public void Begin(ICollection<LintFinding> findings)
        {
            _findings = findings;
            _count = 0;
            Seen.Clear();
            Cycles.Clear();
            Queue.Clear();
        }

        public void Add(LintFinding finding, string path)
        {
            if (_count++ < MaxFindings)
            {
                _findings.Add(finding with { Path = (path + finding.Path).TrimStart('.') });
            }
        }
    }
}
