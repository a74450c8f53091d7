namespace BridgeMesh.Contracts.Linting;

/// <summary>
/// Classes that reach each other through their fields. Tarjan's search with a stack of its own: a contract's chain of classes may be
/// longer than the thread's stack is deep. Source: R. Tarjan, "Depth-first search and linear graph algorithms", 1972.
/// </summary>
internal static class ClassCycles
{
    /// <summary>Sets <see cref="ClassNode.Component"/> and <see cref="ClassNode.Through"/> of all of them.</summary>
    public static void Find(IReadOnlyList<ClassNode> nodes)
    {
        var order = 0;
        var found = new Stack<ClassNode>();
        var path = new Stack<(ClassNode Node, int Edge)>();
        foreach (var start in nodes)
        {
            if (start.Order != 0)
            {
                continue;
            }

            Open(start, ref order, found);
            path.Push((start, 0));
            while (path.TryPop(out var step))
            {
                var (node, edge) = step;
                if (edge < node.Edges.Count)
                {
                    path.Push((node, edge + 1));
                    var target = node.Edges[edge].Target;
                    if (target.Order == 0)
                    {
                        Open(target, ref order, found);
                        path.Push((target, 0));
                    }
                    else if (target.IsOpen)
                    {
                        node.Low = Math.Min(node.Low, target.Order);
                    }

                    continue;
                }

                Close(node, found);
                if (path.TryPeek(out var above))
                {
                    above.Node.Low = Math.Min(above.Node.Low, node.Low);
                }
            }
        }

        foreach (var node in nodes)
        {
            node.Through = node.Edges.Find(e => e.Target.Component == node.Component).Path;
        }
    }

    private static void Open(ClassNode node, ref int order, Stack<ClassNode> found)
    {
        node.Order = node.Low = ++order;
        node.IsOpen = true;
        found.Push(node);
    }

    // The first class met of those that reach each other stands for them all.
    private static void Close(ClassNode node, Stack<ClassNode> found)
    {
        if (node.Low != node.Order)
        {
            return;
        }

        ClassNode member;
        do
        {
            member = found.Pop();
            member.IsOpen = false;
            member.Component = node;
        }
        while (member != node);
    }
}
