using BridgeMesh.Plugins;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Following;

/// <summary>Tells operators of each node's problem once, and of no more than a bounded number of them. Safe for any thread.</summary>
internal sealed class ToldOnce(Action<RegistryNotice>? notice)
{
    /// <summary>A log with more of the same helps nobody.</summary>
    private const int MaxTold = 200;

    /// <summary>Characters of a node's path: a Dubbo provider's is as long as its list of methods.</summary>
    private const int MaxShown = 300;

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    internal void Tell(NodeProblem problem)
    {
        int count;
        lock (_lock)
        {
            if (_told.Count > MaxTold || !_told.Add($"{problem.Path} {problem.Text}"))
            {
                return;
            }

            count = _told.Count;
        }

        var path = problem.Path.Length > MaxShown ? $"{problem.Path[..MaxShown]}…" : problem.Path;
        notice?.Invoke(new RegistryNotice(
            IsTrouble: true,
            count > MaxTold ? $"more than {MaxTold} nodes have problems; further ones are not told" : $"{path} {problem.Text}"));
    }
}
