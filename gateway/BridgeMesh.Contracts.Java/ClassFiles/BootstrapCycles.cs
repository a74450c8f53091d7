namespace BridgeMesh.Contracts.Java.ClassFiles;

/// <summary>Finds dynamic constants that are their own bootstrap's argument: no virtual machine could make them.</summary>
internal static class BootstrapCycles
{
    /// <param name="arguments">Constants that each bootstrap method takes, by its index.</param>
    /// <returns>A constant on a cycle; 0 when there is none.</returns>
    public static int Find(ConstantPool pool, IReadOnlyList<int[]> arguments, out int missingMethod)
    {
        // 0 not seen, 1 under way, 2 done. Walked with a stack of our own: the depth is the file's to choose.
        var state = new byte[pool.Count];
        var path = new Stack<(int Constant, int Next)>();
        missingMethod = 0;
        for (var i = 1; i < pool.Count; i++)
        {
            if (pool.BootstrapOf(i) < 0 || state[i] != 0)
            {
                continue;
            }

            path.Push((i, 0));
            state[i] = 1;
            while (path.TryPop(out var top))
            {
                var bootstrap = pool.BootstrapOf(top.Constant);
                if (bootstrap >= arguments.Count)
                {
                    missingMethod = top.Constant;
                    return 0;
                }

                var next = top.Next;
                while (next < arguments[bootstrap].Length && pool.TagAt(arguments[bootstrap][next]) != ConstantTag.Dynamic)
                {
                    next++;
                }

                if (next == arguments[bootstrap].Length)
                {
                    state[top.Constant] = 2;
                    continue;
                }

                path.Push((top.Constant, next + 1));
                var argument = arguments[bootstrap][next];
                if (state[argument] == 1)
                {
                    return argument;
                }

                if (state[argument] == 0)
                {
                    state[argument] = 1;
                    path.Push((argument, 0));
                }
            }
        }

        return 0;
    }
}
