namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>
/// Parts of a graph whose members all reach each other, each behind those that it leads to: what must share a file, as .proto files may not
/// import each other in a circle. Kosaraju's way, with stacks of its own, as classes may hang on each other thousands deep.
/// </summary>
internal static class ConnectedParts
{
    /// <param name="nodes">In an order that is the same every time; the parts and their members keep to it where the graph leaves a choice.</param>
    public static List<List<T>> Of<T>(IReadOnlyList<T> nodes, Func<T, IEnumerable<T>> next)
        where T : notnull
    {
        var reverse = nodes.ToDictionary(static n => n, static _ => new List<T>());
        foreach (var node in nodes)
        {
            foreach (var to in next(node))
            {
                reverse[to].Add(node);
            }
        }

        // Members of a part are found from the one that is left last, against the arrows; parts come out first to last.
        var left = Leave(nodes, next);
        left.Reverse();
        var taken = new HashSet<T>();
        var parts = new List<List<T>>();
        var place = nodes.Select(static (n, i) => (n, i)).ToDictionary(static p => p.n, static p => p.i);
        foreach (var root in left.Where(taken.Add))
        {
            var part = new List<T> { root };
            for (var i = 0; i < part.Count; i++)
            {
                part.AddRange(reverse[part[i]].Where(taken.Add));
            }

            part.Sort((a, b) => place[a].CompareTo(place[b]));
            parts.Add(part);
        }

        parts.Reverse();
        return parts;
    }

    private static List<T> Leave<T>(IReadOnlyList<T> nodes, Func<T, IEnumerable<T>> next)
        where T : notnull
    {
        var left = new List<T>(nodes.Count);
        var entered = new HashSet<T>();
        var path = new Stack<(T Node, IEnumerator<T> Next)>();
        foreach (var root in nodes.Where(entered.Add))
        {
            path.Push((root, next(root).GetEnumerator()));
            while (path.TryPeek(out var top))
            {
                if (!top.Next.MoveNext())
                {
                    top.Next.Dispose();
                    left.Add(path.Pop().Node);
                }
                else if (entered.Add(top.Next.Current))
                {
                    path.Push((top.Next.Current, next(top.Next.Current).GetEnumerator()));
                }
            }
        }

        return left;
    }
}
