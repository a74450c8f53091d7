using System.Collections.Frozen;
using System.Collections.Immutable;
using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Http.Bindings;

/// <summary>A method with its native path.</summary>
internal sealed record HttpRoute(ServiceContract Contract, MethodShape Shape, BindingPlan Plan);

/// <summary>
/// All native paths of the contracts in force, and the services by name for the canonical path. Literal segments beat variables, variables
/// beat a rest; a path whose literal branch lacks the verb is looked for in the variable branch, as Spring does it. Where two methods
/// claim the same verb and path, the first contract keeps it; the loader of contracts reports the clash. Immutable; safe for any thread.
/// </summary>
internal sealed class HttpBindingTable
{
    private readonly Node _root = new();
    private readonly FrozenDictionary<string, ImmutableArray<ServiceContract>> _byInterface;

    internal HttpBindingTable(ImmutableArray<ServiceContract> contracts)
    {
        Contracts = contracts;
        _byInterface = contracts.GroupBy(c => c.Service.Interface, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray(), StringComparer.Ordinal);
        foreach (var contract in contracts)
        {
            foreach (var shape in contract.Methods)
            {
                if (shape.Http is { } binding)
                {
                    Add(new HttpRoute(contract, shape, BindingPlan.Of(binding)));
                }
            }
        }
    }

    /// <summary>What it was compiled from, to be compared by reference.</summary>
    internal ImmutableArray<ServiceContract> Contracts { get; }

    internal ImmutableArray<ServiceContract> OfInterface(string name) => _byInterface.TryGetValue(name, out var found) ? found : [];

    /// <summary>
    /// Finds the method for a raw path (escapes in it, query cut off) and puts the places of its variables into
    /// <paramref name="captures"/>.
    /// HEAD also finds what is bound to GET.
    /// </summary>
    internal HttpRoute? Find(string verb, ReadOnlySpan<char> path, PathCaptures captures)
    {
        captures.Clear();
        return Find(_root, verb, path, 1, captures) ?? (verb == "HEAD" ? Find(_root, "GET", path, 1, captures) : null);
    }

    /// <summary>Verbs that the path takes, sorted; empty when no native path matches.</summary>
    internal ImmutableArray<string> VerbsOf(ReadOnlySpan<char> path)
    {
        var verbs = new SortedSet<string>(StringComparer.Ordinal);
        Collect(_root, path, 1, verbs);
        return [.. verbs];
    }

    private static HttpRoute? Find(Node node, string verb, ReadOnlySpan<char> path, int at, PathCaptures captures)
    {
        if (at > path.Length)
        {
            return node.Take(verb);
        }

        var length = path[at..].IndexOf('/');
        var segment = length < 0 ? path[at..] : path.Slice(at, length);
        var next = at + segment.Length + 1;
        segment = RequestTarget.WithoutMatrix(segment);
        var kept = captures.Count;
        if (node.Literal(segment) is { } literal && Find(literal, verb, path, next, captures) is { } exact)
        {
            return exact;
        }

        if (node.Variable is { } variable && !segment.IsEmpty)
        {
            captures.Add(at, segment.Length);
            if (Find(variable, verb, path, next, captures) is { } bound)
            {
                return bound;
            }

            captures.Truncate(kept);
        }

        if (node.Rest?.Take(verb) is { } rest)
        {
            captures.Add(at, path.Length - at);
            return rest;
        }

        return null;
    }

    private static void Collect(Node node, ReadOnlySpan<char> path, int at, SortedSet<string> verbs)
    {
        if (at > path.Length)
        {
            verbs.UnionWith(node.Verbs);
            return;
        }

        var length = path[at..].IndexOf('/');
        var segment = length < 0 ? path[at..] : path.Slice(at, length);
        var next = at + segment.Length + 1;
        segment = RequestTarget.WithoutMatrix(segment);
        if (node.Literal(segment) is { } literal)
        {
            Collect(literal, path, next, verbs);
        }

        if (node.Variable is { } variable && !segment.IsEmpty)
        {
            Collect(variable, path, next, verbs);
        }

        if (node.Rest is { } rest)
        {
            verbs.UnionWith(rest.Verbs);
        }
    }

    private void Add(HttpRoute route)
    {
        var node = _root;
        foreach (var part in route.Plan.Template.Parts)
        {
            node = node.Child(part);
        }

        node.Put(route);
    }

    private sealed class Node
    {
        private readonly Dictionary<string, Node> _literals = new(StringComparer.Ordinal);
        private readonly List<HttpRoute> _routes = [];

        internal Node? Variable { get; private set; }

        internal Node? Rest { get; private set; }

        internal IEnumerable<string> Verbs => _routes.Select(r => r.Plan.Binding.Verb);

        internal Node? Literal(ReadOnlySpan<char> segment)
        {
            if (segment.IndexOf('%') < 0)
            {
                return _literals.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(segment, out var found) ? found : null;
            }

            return UrlText.Decode(segment) is { } text && _literals.TryGetValue(text, out var decoded) ? decoded : null;
        }

        internal HttpRoute? Take(string verb)
        {
            foreach (var route in _routes)
            {
                if (route.Plan.Binding.Verb == verb)
                {
                    return route;
                }
            }

            return null;
        }

        internal Node Child(PathPart part)
        {
            if (part.IsRest)
            {
                return Rest ??= new Node();
            }

            if (part.IsVariable)
            {
                return Variable ??= new Node();
            }

            if (!_literals.TryGetValue(part.Text, out var child))
            {
                _literals.Add(part.Text, child = new Node());
            }

            return child;
        }

        internal void Put(HttpRoute route)
        {
            if (Take(route.Plan.Binding.Verb) is null)
            {
                _routes.Add(route);
            }
        }
    }
}
