using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Transport.Reactors;

/// <summary>
/// One thread with an epoll descriptor of its own, the connections that were given to it and one receive buffer for all of them. It waits,
/// lets every ready connection work through what it has received, does what other threads have posted, and only then flushes each connection
/// that was written to: one send for many frames.
/// Descriptors are used and closed by this thread alone. An event carries a place in a table and the place's generation, so that one that was
/// reported for a connection that is gone reaches nobody.
/// </summary>
internal sealed unsafe class Reactor
{
    /// <summary>Partial frames up to this size are copied in front of the next read; larger ones are read into a buffer of their own.</summary>
    internal const int MaxCopiedBytes = 16 << 10;

    private const int ReceiveBytes = 256 << 10;
    private const int MaxEvents = 512;

    /// <summary>Where the clock is a test's, a tick comes due while the thread waits.</summary>
    private const int MaxWaitMs = 10;
    private const int FirstPlaces = 64;
    private const ulong WakeData = ulong.MaxValue;

    [ThreadStatic]
    private static Reactor? _current;

    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly int _epoll;
    private readonly int _wake;
    private readonly byte[] _events = GC.AllocateArray<byte>(MaxEvents * EpollEvent.Bytes, pinned: true);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _inboxLock = new();
    private readonly List<IReactorEntry> _leaving = [];
    private List<IReactorEntry> _inbox = [];
    private List<IReactorEntry> _emptied = [];
    private ReactorTick[] _ticks = [];
    private Place[] _places = new Place[FirstPlaces];
    private int _firstFree = -1;
    private int _used;
    private bool _isSignalled;
    private volatile bool _isStopping;
    private bool _isOver;

    /// <summary>Throws <see cref="IOException"/> where the system has no descriptor left for it.</summary>
    internal Reactor(int index, TimeProvider time, ILogger log)
    {
        Index = index;
        _time = time;
        _log = log;
        Now = time.GetTimestamp();
        _epoll = Libc.EpollCreate(Libc.CloseOnExec);
        _wake = _epoll < 0 ? -1 : Libc.EventDescriptor(0, Libc.CloseOnExec | Libc.NonBlocking);
        if (_wake < 0 || Control(Libc.EpollControlAdd, _wake, Libc.EpollIn, WakeData) < 0)
        {
            var error = Marshal.GetLastSystemError();
            CloseDescriptors();
            throw new IOException($"the system gives no descriptors for a reactor: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    internal int Index { get; }

    /// <summary>Whether this is its thread.</summary>
    internal bool IsCurrent => ReferenceEquals(_current, this);

    internal static Reactor? Current => _current;

    /// <summary>Timestamp of the batch at work. Other threads may see an older one.</summary>
    internal long Now { get; private set; }

    /// <summary>Where connections receive; in use only within one <see cref="IReactorEntry.OnReady"/>. Pinned.</summary>
    internal byte[] ReceiveBuffer { get; } = GC.AllocateUninitializedArray<byte>(ReceiveBytes, pinned: true);

    internal WriterPool Writers { get; } = new();

    internal ILogger Logger => _log;

    internal void Start() => new Thread(Run) { IsBackground = true, Name = $"bridgemesh-reactor-{Index}" }.Start();

    /// <summary>Releases all entries and ends the thread. Those who post later are told so.</summary>
    internal Task StopAsync()
    {
        lock (_inboxLock)
        {
            _isStopping = true;
            Signal();
        }

        return _stopped.Task;
    }

    /// <summary>Lets the entry know, on the reactor's thread. False when the reactor has ended; then the entry is the caller's to release.</summary>
    internal bool Post(IReactorEntry entry)
    {
        if (!entry.Posted.TrySet())
        {
            return true;
        }

        lock (_inboxLock)
        {
            if (_isOver)
            {
                entry.Posted.Clear();
                return false;
            }

            _inbox.Add(entry);
            Signal();
            return true;
        }
    }

    /// <summary>Calls back on the reactor's thread, from the next round on, until the tick is disposed of.</summary>
    internal ReactorTick Every(TimeSpan period, Action action)
    {
        var tick = new ReactorTick(this, (long)(period.TotalSeconds * _time.TimestampFrequency), _time.GetTimestamp(), action);
        lock (_inboxLock)
        {
            _ticks = [.. _ticks, tick];
            Signal(); // It may be waiting without an end.
        }

        return tick;
    }

    internal void Remove(ReactorTick tick)
    {
        lock (_inboxLock)
        {
            _ticks = [.. _ticks.Where(t => !ReferenceEquals(t, tick))];
        }
    }

    /// <summary>Watches a descriptor for the entry; false when the system refuses. On the reactor's thread.</summary>
    internal bool Register(IReactorEntry entry, int descriptor, uint events)
    {
        var index = _firstFree;
        if (index >= 0)
        {
            _firstFree = _places[index].NextFree;
        }
        else
        {
            if (_used == _places.Length)
            {
                Array.Resize(ref _places, _used * 2);
            }

            index = _used++;
        }

        entry.Index = index;
        _places[index].Entry = entry;
        if (Control(Libc.EpollControlAdd, descriptor, events, DataOf(index)) == 0)
        {
            return true;
        }

        Free(entry);
        return false;
    }

    /// <summary>Watches for something else. False when the system refuses. On the reactor's thread.</summary>
    internal bool Rewatch(IReactorEntry entry, int descriptor, uint events) =>
        Control(Libc.EpollControlModify, descriptor, events, DataOf(entry.Index)) == 0;

    /// <summary>Watches no longer; must come before the descriptor is closed. On the reactor's thread.</summary>
    internal void Unregister(IReactorEntry entry, int descriptor)
    {
        if (entry.Index >= 0)
        {
            // A failure leaves nothing behind: the descriptor is closed next, and the place's generation is another one.
            _ = Control(Libc.EpollControlDelete, descriptor, 0, 0);
            Free(entry);
        }
    }

    /// <summary>Has the entry released at the end of the batch, when nobody on the stack uses what it holds. On the reactor's thread.</summary>
    internal void ReleaseLater(IReactorEntry entry) => _leaving.Add(entry);

    private void Run()
    {
        _current = this;
        while (!_isStopping)
        {
            int ready;
            var timeoutMs = TimeoutMs();
            fixed (byte* events = _events)
            {
                ready = Libc.EpollWait(_epoll, events, MaxEvents, timeoutMs);
            }

            if (ready < 0 && Marshal.GetLastSystemError() is var error && error != Libc.Interrupted)
            {
                // EBADF, EFAULT and EINVAL are the only others: none can come from outside.
                Log.ReactorFailed(_log, Marshal.GetPInvokeErrorMessage(error));
                break;
            }

            Now = _time.GetTimestamp();
            Work(ready);
            ReleaseLeaving();
        }

        End();
    }

    /// <summary>Until the next tick, by the clock of the last batch: late by a batch's length, which nobody minds.</summary>
    private int TimeoutMs()
    {
        var next = long.MaxValue;
        foreach (var tick in Volatile.Read(ref _ticks))
        {
            next = Math.Min(next, tick.Due);
        }

        return next == long.MaxValue ? -1 : (int)Math.Clamp(((next - Now) * 1_000 / _time.TimestampFrequency) + 1, 0, MaxWaitMs);
    }

    private void Work(int ready)
    {
        var batch = FlushBatch.Enter();
        try
        {
            var isWoken = false;
            for (var i = 0; i < ready; i++)
            {
                var data = EpollEvent.Data(_events, i);
                if (data == WakeData)
                {
                    isWoken = true;
                }
                else if ((uint)data < (uint)_used && _places[(uint)data] is { Entry: { } entry } place && place.Generation == (uint)(data >> 32))
                {
                    entry.OnReady(EpollEvent.Events(_events, i));
                }
            }

            if (isWoken)
            {
                ReadInbox();
            }

            foreach (var tick in Volatile.Read(ref _ticks))
            {
                tick.RunIfDue(Now);
            }
        }
        catch (Exception bug)
        {
            // One connection's fault must not end all others: what was left undone is reported by the system again.
            Log.HandlerFailed(_log, bug);
        }

        try
        {
            batch.Leave();
        }
        catch (Exception bug)
        {
            Log.HandlerFailed(_log, bug);
        }
    }

    private void ReadInbox()
    {
        List<IReactorEntry> posted;
        lock (_inboxLock)
        {
            ulong count;
            _ = Libc.Read(_wake, (byte*)&count, sizeof(ulong));
            _isSignalled = false;
            posted = _inbox;
            _inbox = _emptied;
        }

        _emptied = posted;
        foreach (var entry in CollectionsMarshal.AsSpan(posted))
        {
            entry.Posted.Clear();
            try
            {
                entry.OnPosted();
            }
            catch (Exception bug)
            {
                // The next one must have its turn: nobody posts it again.
                Log.HandlerFailed(_log, bug);
            }
        }

        posted.Clear();
    }

    private void ReleaseLeaving()
    {
        foreach (var entry in CollectionsMarshal.AsSpan(_leaving))
        {
            entry.Release();
        }

        _leaving.Clear();
    }

    private void End()
    {
        ReadInbox();
        lock (_inboxLock)
        {
            _isOver = true;
        }

        // What was posted between those two. Nothing comes behind it.
        ReadInbox();
        for (var i = 0; i < _used; i++)
        {
            _places[i].Entry?.OnStopped();
        }

        ReleaseLeaving();
        CloseDescriptors();
        _stopped.SetResult();
    }

    /// <summary>Under the inbox's lock.</summary>
    private void Signal()
    {
        if (!_isSignalled && !_isOver)
        {
            _isSignalled = true;
            ulong one = 1;
            _ = Libc.Write(_wake, (byte*)&one, sizeof(ulong)); // Fails only where the counter is full, and then it is signalled.
        }
    }

    private ulong DataOf(int index) => ((ulong)_places[index].Generation << 32) | (uint)index;

    private void Free(IReactorEntry entry)
    {
        ref var place = ref _places[entry.Index];
        place.Entry = null;
        place.Generation++;
        place.NextFree = _firstFree;
        _firstFree = entry.Index;
        entry.Index = -1;
    }

    [SkipLocalsInit]
    private int Control(int operation, int descriptor, uint events, ulong data)
    {
        Span<byte> change = stackalloc byte[16];
        EpollEvent.Write(change, events, data);
        fixed (byte* pointer = change)
        {
            return Libc.EpollControl(_epoll, operation, descriptor, pointer);
        }
    }

    private void CloseDescriptors()
    {
        if (_wake >= 0)
        {
            _ = Libc.Close(_wake);
        }

        if (_epoll >= 0)
        {
            _ = Libc.Close(_epoll);
        }
    }

    private struct Place
    {
        internal IReactorEntry? Entry;
        internal uint Generation;
        internal int NextFree;
    }
}
