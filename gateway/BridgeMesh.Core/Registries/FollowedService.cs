using System.Collections.Immutable;
using BridgeMesh.Core.Model;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Core.Registries;

/// <summary>
/// One service of a registry: what the registry says of it, and what is in use. They differ while a list that lost much is not yet believed.
/// For one thread at a time.
/// </summary>
/// <param name="guard">Null believes everything.</param>
internal sealed class FollowedService(ServiceKey service, GuardModel? guard, TimeProvider time)
{
    private ServiceSnapshot? _told;
    private int _most;
    private long _mostAt = time.GetTimestamp();
    private long _heldFrom;

    internal ServiceKey Service => service;

    /// <summary>
    /// Whether an instance is this gateway itself: whether that is registered nobody knows better than who registers it, so its going is
    /// never doubted. Null: none is.
    /// </summary>
    internal Func<ServiceInstance, bool>? IsOwn { get; init; }

    /// <summary>Whether the registry's catalogue has it.</summary>
    internal bool IsListed { get; private set; }

    /// <summary>Whether the registry has said anything of it in this life of the gateway.</summary>
    internal bool HasAnswered => _told is not null;

    /// <summary>Null until something is known.</summary>
    internal ServiceSnapshot? InUse { get; private set; }

    /// <summary>Instances that the registry has no longer, and that stay in use until that is confirmed.</summary>
    internal ImmutableArray<ServiceInstance> HeldBack { get; private set; } = [];

    /// <summary>Neither listed nor in use: there is nothing more to follow.</summary>
    internal bool IsOver => !IsListed && HeldBack.IsEmpty;

    /// <summary>Time until what is held back may be confirmed; zero when it may be now.</summary>
    internal TimeSpan LeftToConfirm
    {
        get
        {
            var left = Confirm - time.GetElapsedTime(_heldFrom);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    private TimeSpan Confirm => TimeSpan.FromMilliseconds(guard?.ConfirmMs ?? 0);

    /// <summary>What was known in an earlier life.</summary>
    internal void Seed(ServiceSnapshot stored)
    {
        InUse = stored with { Stale = true };
        _most = stored.Instances.Length;
    }

    /// <returns>Whether what is in use has changed.</returns>
    internal bool List(bool isListed)
    {
        IsListed = isListed;
        return Consider();
    }

    /// <returns>Whether what is in use has changed. What is older than what is known is passed over.</returns>
    internal bool Tell(ServiceSnapshot snapshot)
    {
        if (_told is { } before && snapshot.Revision < before.Revision)
        {
            return false;
        }

        var isSaidAgain = _told is { Stale: true } last && !snapshot.Stale && snapshot.Revision > last.Revision
            && last.Instances.AsSpan().SequenceEqual(snapshot.Instances.AsSpan());
        _told = snapshot;
        if (isSaidAgain && !HeldBack.IsEmpty)
        {
            // The registry was away in between, and now says the same: that is a second opinion.
            Believe();
            return true;
        }

        return Consider();
    }

    /// <summary>The registry cannot be asked.</summary>
    /// <returns>Whether what is in use has changed.</returns>
    internal bool MarkStale()
    {
        if (InUse is null or { Stale: true })
        {
            return false;
        }

        _told = _told is null ? null : _told with { Stale = true };
        InUse = InUse with { Stale = true };
        return true;
    }

    /// <summary>Time has passed: believes what is held back once it is due and the registry is there to say so.</summary>
    /// <returns>Whether what is in use has changed.</returns>
    internal bool ConfirmIfDue()
    {
        if (HeldBack.IsEmpty || LeftToConfirm > TimeSpan.Zero || _told is { Stale: true })
        {
            return false;
        }

        Believe();
        return true;
    }

    /// <summary>Some of what is held back does not accept connections: the registry is right about them.</summary>
    /// <returns>Whether what is in use has changed.</returns>
    internal bool Drop(Func<ServiceInstance, bool> isDead)
    {
        var alive = HeldBack.RemoveAll(i => isDead(i));
        if (alive.Length == HeldBack.Length)
        {
            return false;
        }

        HeldBack = alive;
        Use();
        return true;
    }

    private ImmutableArray<ServiceInstance> Said() => IsListed && _told is not null ? _told.Instances : [];

    private bool Consider()
    {
        if (IsListed && _told is null)
        {
            return false; // Nothing is said yet; what was known in an earlier life stays.
        }

        var said = Said();
        var known = InUse?.Instances ?? [];
        var now = time.GetTimestamp();
        if (HeldBack.IsEmpty && time.GetElapsedTime(_mostAt, now) >= Confirm)
        {
            (_most, _mostAt) = (known.Length, now);
        }

        if (said.Length >= _most)
        {
            (_most, _mostAt) = (said.Length, now);
        }

        var gone = IsSharp(said.Length) ? GoneFrom(known, said) : [];
        gone = IsOwn is { } isOwn ? gone.RemoveAll(i => isOwn(i)) : gone;
        if (gone.Length > 0 && GoneFrom(gone, HeldBack).Length > 0)
        {
            _heldFrom = now;
        }

        HeldBack = gone;
        return Use();
    }

    /// <summary>Against the longest list within the time of a confirmation: a registry may lose its instances by and by.</summary>
    private bool IsSharp(int count) => guard is not null && count < _most && (count == 0 || (_most - count) * 100L > (long)guard.ShrinkPercent * _most);

    private void Believe()
    {
        HeldBack = [];
        (_most, _mostAt) = (Said().Length, time.GetTimestamp());
        Use();
    }

    private bool Use()
    {
        var said = Said();
        var before = InUse;
        var instances = HeldBack.IsEmpty ? said : said.AddRange(HeldBack);
        var isStale = _told?.Stale ?? before?.Stale ?? false;
        if (before is not null && before.Stale == isStale && before.Instances.AsSpan().SequenceEqual(instances.AsSpan()))
        {
            return false;
        }

        InUse = new ServiceSnapshot(service, _told?.Revision ?? before?.Revision ?? 0, isStale, instances);
        return true;
    }

    private static ImmutableArray<ServiceInstance> GoneFrom(ImmutableArray<ServiceInstance> known, ImmutableArray<ServiceInstance> said)
    {
        var there = said.Select(static i => (i.Protocol, i.Host, i.Port)).ToHashSet();
        return [.. known.Where(i => !there.Contains((i.Protocol, i.Host, i.Port)))];
    }
}
