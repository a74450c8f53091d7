using System.Collections.Concurrent;
using System.Text;
using BridgeMesh.Plugins;

namespace BridgeMesh.Contracts.Java.Tests.ServiceDefinitions;

/// <summary>A store of nodes whose answers a test decides.</summary>
internal sealed class NodesInMemory : INodeStoreFactory, INodeStore
{
    private readonly SortedDictionary<string, byte[]> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> _children = new(StringComparer.Ordinal);
    private int _reads;

    public string Scheme => "memory";

    /// <summary>Paths that cannot be read, with why.</summary>
    public ConcurrentDictionary<string, string> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it ever answers.</summary>
    public bool IsSilent { get; set; }

    public int Reads => _reads;

    public bool IsClosed { get; private set; }

    public string? Opened { get; private set; }

    public void Add(string path, string text) => Add(path, Encoding.UTF8.GetBytes(text));

    public void Add(string path, byte[] data)
    {
        _nodes[path] = data;
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/'))
        {
            var name = path[(slash + 1)..];
            path = path[..slash];
            _children.TryAdd(path, new SortedSet<string>(StringComparer.Ordinal));
            _children[path].Add(name);
        }
    }

    public string? Check(string address) => null;

    public INodeStore Open(string address, int timeoutMs, TimeProvider time)
    {
        Opened = address;
        return this;
    }

    public Task<NodeRead> ReadDataAsync(string path, CancellationToken cancellationToken) =>
        AnswerAsync(path, () => _nodes.TryGetValue(path, out var data) ? NodeRead.OfData(data) : NodeRead.NotFound, cancellationToken);

    public Task<NodeRead> ReadChildrenAsync(string path, CancellationToken cancellationToken) => AnswerAsync(
        path,
        () => _children.TryGetValue(path, out var names) ? NodeRead.OfChildren([.. names])
            : _nodes.ContainsKey(path) ? NodeRead.OfChildren([]) : NodeRead.NotFound,
        cancellationToken);

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        return ValueTask.CompletedTask;
    }

    private async Task<NodeRead> AnswerAsync(string path, Func<NodeRead> answer, CancellationToken end)
    {
        Interlocked.Increment(ref _reads);
        if (IsSilent)
        {
            await new TaskCompletionSource().Task.WaitAsync(end);
        }

        return Refused.TryGetValue(path, out var why) ? NodeRead.Failed(why) : answer();
    }
}
