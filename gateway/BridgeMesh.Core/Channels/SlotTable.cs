using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Channels;

/// <summary>A call that waits for its reply.</summary>
internal readonly record struct PendingCall(Exchange Exchange, IAttemptSink Sink);

/// <summary>
/// Calls in flight on one upstream connection, found by correlation id. The id is a slot number (low 16 bits) and the slot's generation;
/// taking the call out of its slot is the only right to settle it, so reply, deadline and close cannot both answer. A timed-out slot is
/// quarantined: it is not used again until its late reply arrives or the connection closes. Freed slots are reused first in, first out, so
/// a generation wraps as late as possible. Not thread-safe: the connection's output lock guards it.
/// </summary>
internal sealed class SlotTable
{
    private const int SlotBits = 16;
    private const int FirstSlots = 64;

    private readonly int _maxSlots;
    private readonly ulong _generationMask;
    private Slot[] _slots = [];
    private int[] _free = [];
    private int _freeHead;
    private int _freeCount;

    /// <param name="correlationBits">Bits of the protocol's id: 32 leaves 16 for the generation, 64 is cut to 53 so that peers in
    /// JavaScript, whose numbers hold no more, can return it.</param>
    /// <param name="maxSlots">1 to 65,535; the last number stands for heartbeats.</param>
    internal SlotTable(int correlationBits, int maxSlots)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(correlationBits, SlotBits + 1);
        _maxSlots = Math.Clamp(maxSlots, 1, HeartbeatSlot);
        _generationMask = (1UL << (Math.Min(correlationBits, 53) - SlotBits)) - 1;
    }

    internal const int HeartbeatSlot = (1 << SlotBits) - 1;

    /// <summary>Calls that wait.</summary>
    internal int InFlight { get; private set; }

    /// <summary>Slots whose caller was answered with a time-out and whose reply may still come.</summary>
    internal int Quarantined { get; private set; }

    /// <summary>False when all slots are taken.</summary>
    internal bool TryClaim(PendingCall call, long deadline, out ulong correlationId)
    {
        if (_freeCount == 0 && !Grow())
        {
            correlationId = 0;
            return false;
        }

        var index = _free[_freeHead];
        _freeHead = (_freeHead + 1) % _free.Length;
        _freeCount--;
        ref var slot = ref _slots[index];
        slot.Generation = (slot.Generation + 1) & _generationMask;
        slot.Call = call;
        slot.Deadline = deadline;
        slot.State = State.Waiting;
        InFlight++;
        correlationId = (slot.Generation << SlotBits) | (uint)index;
        return true;
    }

    /// <summary>Takes the call out. False for an id that waits for nothing: late, repeated, or never sent; a late one ends the quarantine.</summary>
    internal bool TrySettle(ulong correlationId, out PendingCall call)
    {
        var index = (int)(correlationId & HeartbeatSlot);
        call = default;
        if (index >= _slots.Length)
        {
            return false;
        }

        ref var slot = ref _slots[index];
        if (slot.Generation != correlationId >> SlotBits || slot.State == State.Free)
        {
            return false;
        }

        var waited = slot.State == State.Waiting;
        if (waited)
        {
            call = slot.Call;
            InFlight--;
        }
        else
        {
            Quarantined--;
        }

        Release(index);
        return waited;
    }

    /// <summary>Takes out every call whose deadline has passed and quarantines its slot.</summary>
    internal void Expire(long now, List<PendingCall> expired)
    {
        if (InFlight == 0)
        {
            return;
        }

        foreach (ref var slot in _slots.AsSpan())
        {
            if (slot.State == State.Waiting && slot.Deadline <= now)
            {
                expired.Add(slot.Call);
                slot.Call = default;
                slot.State = State.Quarantined;
                InFlight--;
                Quarantined++;
            }
        }
    }

    /// <summary>Takes the given call out if it still waits under that id, and quarantines its slot.</summary>
    internal bool TryAbandon(ulong correlationId, Exchange exchange, out PendingCall call)
    {
        var index = (int)(correlationId & HeartbeatSlot);
        call = default;
        if (index >= _slots.Length)
        {
            return false;
        }

        // The id may be one of another connection's: only the call itself tells.
        ref var slot = ref _slots[index];
        if (slot.State != State.Waiting || !ReferenceEquals(slot.Call.Exchange, exchange))
        {
            return false;
        }

        call = slot.Call;
        slot.Call = default;
        slot.State = State.Quarantined;
        InFlight--;
        Quarantined++;
        return true;
    }

    /// <summary>Takes out all calls, as the connection is gone and with it every id.</summary>
    internal void TakeAll(List<PendingCall> taken)
    {
        foreach (ref var slot in _slots.AsSpan())
        {
            if (slot.State == State.Waiting)
            {
                taken.Add(slot.Call);
            }

            slot.Call = default;
            slot.State = State.Free;
        }

        InFlight = 0;
        Quarantined = 0;
        _freeHead = 0;
        _freeCount = _slots.Length;
        for (var i = 0; i < _free.Length; i++)
        {
            _free[i] = i;
        }
    }

    private void Release(int index)
    {
        ref var slot = ref _slots[index];
        slot.Call = default;
        slot.State = State.Free;
        _free[(_freeHead + _freeCount) % _free.Length] = index;
        _freeCount++;
    }

    private bool Grow()
    {
        var old = _slots.Length;
        if (old >= _maxSlots)
        {
            return false;
        }

        var size = Math.Min(_maxSlots, Math.Max(FirstSlots, old * 2));
        Array.Resize(ref _slots, size);
        _free = new int[size];
        _freeHead = 0;
        _freeCount = size - old;
        for (var i = 0; i < _freeCount; i++)
        {
            _free[i] = old + i;
        }

        return true;
    }

    private enum State : byte
    {
        Free,
        Waiting,
        Quarantined,
    }

    private struct Slot
    {
        internal PendingCall Call;
        internal ulong Generation;
        internal long Deadline;
        internal State State;
    }
}
