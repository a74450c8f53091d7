using System.Collections.Concurrent;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>Keeps up to <paramref name="capacity"/> returned objects for the next renter; what does not fit is left to the collector.</summary>
internal sealed class BoundedPool<T>(int capacity)
    where T : class, new()
{
    private readonly ConcurrentQueue<T> _free = new();
    private int _count;

    internal T Rent()
    {
        if (_free.TryDequeue(out var pooled))
        {
            Interlocked.Decrement(ref _count);
            return pooled;
        }

        return new T();
    }

    internal void Return(T used)
    {
        if (Interlocked.Increment(ref _count) <= capacity)
        {
            _free.Enqueue(used);
        }
        else
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
