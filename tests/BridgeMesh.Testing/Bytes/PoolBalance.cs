using System.Diagnostics.Tracing;
using Xunit.Sdk;

namespace BridgeMesh.Testing.Bytes;

/// <summary>
/// Counts what a piece of code rents from the shared array pools and does not give back, through the pools' own event source. Only the
/// calling thread is counted, so that tests in parallel do not disturb each other; what is returned on another thread shows as kept.
/// </summary>
public static class PoolBalance
{
    private static readonly Lock Gate = new();
    private static readonly Listener Events = new();

    [ThreadStatic]
    private static int _outstanding;

    [ThreadStatic]
    private static int _rented;

    /// <summary>Arrays still rented after the action that were not before.</summary>
    public static int Kept(Action action) => Count(action).Kept;

    /// <summary>Fails when the action keeps arrays. An action which rents nothing at all passes as well.</summary>
    public static void AssertKeepsNothing(Action action, string about)
    {
        var (rented, kept) = Count(action);
        if (kept != 0)
        {
            throw new XunitException($"{about}: {kept} of {rented} rented arrays were not given back");
        }
    }

    /// <summary>
    /// Runs an action while no other thread has pool events switched on: those allocate on every thread that rents. Bytes which it
    /// allocates on this thread.
    /// </summary>
    public static long AllocatedBytes(Action action)
    {
        lock (Gate)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static (int Rented, int Kept) Count(Action action)
    {
        lock (Gate)
        {
            Events.Switch(on: true);
            try
            {
                (_outstanding, _rented) = (0, 0);
                action();
                return (_rented, _outstanding);
            }
            finally
            {
                Events.Switch(on: false);
            }
        }
    }

    private sealed class Listener : EventListener
    {
        // Ids of ArrayPoolEventSource in the runtime's source.
        private const int BufferRented = 1;
        private const int BufferReturned = 3;

        private EventSource? _source;

        internal void Switch(bool on)
        {
            if (_source is null)
            {
                // The source exists from the first rent on.
                System.Buffers.ArrayPool<byte>.Shared.Return(System.Buffers.ArrayPool<byte>.Shared.Rent(16));
            }

            if (_source is null)
            {
                throw new XunitException("the runtime has no System.Buffers.ArrayPoolEventSource");
            }

            if (on)
            {
                EnableEvents(_source, EventLevel.Verbose);
            }
            else
            {
                DisableEvents(_source);
            }
        }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Buffers.ArrayPoolEventSource")
            {
                _source = eventSource;
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventId == BufferRented)
            {
                _rented++;
                _outstanding++;
            }
            else if (eventData.EventId == BufferReturned)
            {
                _outstanding--;
            }
        }
    }
}
