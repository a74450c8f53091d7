using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using BridgeMesh.Registries;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Facades;

/// <summary>
/// Keeps this gateway's facades in registries as the configuration and those behind them have it: one appears as soon as somebody healthy
/// stands behind it, and goes a while after the last one went. One loop decides; registries are written in the background. Safe for any
/// thread.
/// </summary>
internal sealed class FacadeSet : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Looking takes at most a fifth of a processor.</summary>
    private const int RestPerLook = 4;

    private readonly Func<FacadeGround?> _look;
    private readonly Func<string, IRegistryAdapter?> _adapterOf;
    private readonly Func<string, bool> _isAway;
    private readonly FacadeListeners _listeners;
    private readonly FacadeLedger _ledger;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FacadeWork _work;
    private readonly FacadePorts _ports = new();
    private readonly FacadeTold _told;
    private readonly Dictionary<FacadeKey, FacadeState> _states = [];
    private readonly ConcurrentQueue<FacadeResult> _results = [];
    private readonly Channel<bool> _wakes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _leaving = new();
    private readonly TaskCompletionSource _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private ImmutableArray<FacadeStatus> _status = [];
    private TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Model.GatewayModel? _model;
    private Task _loop = Task.CompletedTask;
    private volatile bool _isLeaving;
    private bool _isStarted;

    /// <param name="look">What facades follow from now; null while listeners are not bound.</param>
    /// <param name="adapterOf">The registry of that name; null when there is none.</param>
    /// <param name="isAway">Whether the registry of that name does not answer at this moment.</param>
    internal FacadeSet(
        Func<FacadeGround?> look, Func<string, IRegistryAdapter?> adapterOf, Func<string, bool> isAway,
        FacadeListeners listeners, FacadeLedger ledger, TimeProvider time, ILogger log)
    {
        _look = look;
        _adapterOf = adapterOf;
        _isAway = isAway;
        _listeners = listeners;
        _ledger = ledger;
        _time = time;
        _log = log;
        _told = new FacadeTold(log);
        _work = new FacadeWork(listeners, OnEnded);
        _timer = time.CreateTimer(static self => ((FacadeSet)self!).Wake(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Those that stand, should, or may.</summary>
    internal ImmutableArray<FacadeStatus> Status
    {
        get
        {
            lock (_wakes)
            {
                return _status;
            }
        }
    }

    /// <summary>Takes up what an earlier life left, and begins.</summary>
    internal void Start()
    {
        var page = _ledger.Read();
        _ports.Restore(page.Ports.Select(static p => new PortGrant(p.Rule, p.Service.ToKey(), p.Port)));
        foreach (var entry in page.Published.Take(FacadePlan.MaxFacades))
        {
            _states.TryAdd(entry.ToKey(), new FacadeState(entry.ToKey(), entry.Rule) { MayBeLeft = true });
        }

        _isStarted = true;
        _loop = Task.Run(LoopAsync);
        Wake();
    }

    /// <summary>Something changed: instances, listeners, contracts, the configuration.</summary>
    internal void Wake() => _wakes.Writer.TryWrite(true);

    /// <summary>
    /// Withdraws what was published through registries that are about to go, before they do; it is published anew through those that replace
    /// them. Waits for that, but not beyond the token.
    /// </summary>
    internal async Task LeaveAsync(IReadOnlyCollection<IRegistryAdapter> going, CancellationToken cancellationToken)
    {
        while (_isStarted && going.Count > 0 && !cancellationToken.IsCancellationRequested)
        {
            Task looked;
            lock (_wakes)
            {
                if (!_status.Any(s => s.Adapter is { } adapter && going.Contains(adapter)))
                {
                    return;
                }

                looked = _looked.Task;
            }

            Wake();
            await looked.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Withdraws all and publishes nothing more. Calls are served as before.</summary>
    internal void Announce()
    {
        _isLeaving = true;
        _leaving.Cancel();
        Wake();
    }

    /// <summary>Waits until all are withdrawn, but not beyond the token, and ends.</summary>
    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        Announce();
        if (_isStarted)
        {
            await _emptied.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        var left = _states.Values.Count(static s => s.IsHeld);
        if (left > 0 && _isStarted)
        {
            Log.LeftBehind(_log, left);
        }

        _isStarted = false;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private void OnEnded(FacadeResult result)
    {
        _results.Enqueue(result);
        Wake();
    }

    private async Task LoopAsync()
    {
        try
        {
            await foreach (var _ in _wakes.Reader.ReadAllAsync(_ending.Token).ConfigureAwait(false))
            {
                var from = _time.GetTimestamp();
                try
                {
                    Look();
                }
                catch (Exception failed)
                {
                    // Whatever it is, calls must go on and so must the other facades.
                    Log.RoundFailed(_log, failed);
                }

                var rest = _time.GetElapsedTime(from) * RestPerLook;
                if (rest > TimeSpan.Zero && !_isLeaving)
                {
                    await Task.Delay(rest, _time, _ending.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    private void Look()
    {
        while (_results.TryDequeue(out var result))
        {
            Take(result);
        }

        var plan = MakePlan();
        if (plan is null && !_isLeaving)
        {
            return;
        }

        foreach (var (key, planned) in plan?.Facades ?? ImmutableDictionary<FacadeKey, PlannedFacade>.Empty)
        {
            if (!_states.TryGetValue(key, out var state))
            {
                if (planned.Behind == 0)
                {
                    continue;
                }

                _states[key] = state = new FacadeState(key, planned.Rule.Name);
            }

            state.Plan = planned;
            state.Rule = planned.Rule.Name;
        }

        var now = _time.GetTimestamp();
        var next = TimeSpan.MaxValue;
        var begin = new List<Action>();
        foreach (var state in _states.Values.ToArray())
        {
            if (plan is null || !plan.Facades.ContainsKey(state.Key))
            {
                state.Plan = null;
            }

            var wait = Decide(state, plan, now, begin);
            next = wait < next ? wait : next;
            if (!state.IsHeld && !state.IsWanted)
            {
                _states.Remove(state.Key);
            }
        }

        // Written before anything begins: nothing may be left that the next life does not know of.
        _ledger.Write(_states.Values.Where(static s => s.IsHeld), _ports.Grants);
        begin.ForEach(static b => b());
        _timer.Change(next == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : next, Timeout.InfiniteTimeSpan);
        _told.Flush(plan?.Problems ?? []);
        Publish(plan);
        if (_isLeaving && !_states.Values.Any(static s => s.IsBusy || (s.IsHeld && !s.IsGivenUp)))
        {
            _emptied.TrySetResult();
        }
    }

    private FacadePlan? MakePlan()
    {
        if (_isLeaving || _look() is not { } ground)
        {
            return null;
        }

        if (!ReferenceEquals(_model, ground.Model))
        {
            _model = ground.Model;
            _ports.Use(ground.Model);
            var ranges = ground.Model.Facades.Where(static f => f.Ports is not null).Select(static f => f.Ports.GetValueOrDefault()).ToArray();
            _listeners.Retain(port => Array.Exists(ranges, r => r.Contains(port)), ground.Model.DrainMs);
        }

        _ports.Hold(_states.Values.Where(static s => s.IsHeld).Select(static s => s.Key.Port));
        return FacadePlan.Of(ground, _ports);
    }

    /// <summary>What is to begin for one facade, and the time until it must be looked at again; MaxValue for none.</summary>
    private TimeSpan Decide(FacadeState state, FacadePlan? plan, long now, List<Action> begin)
    {
        if (state.IsBusy)
        {
            return TimeSpan.MaxValue;
        }

        var adapter = _adapterOf(state.Key.Registry);
        var isElsewhere = state.Publication is not null && !ReferenceEquals(state.Adapter, adapter);
        var wait = Empty(state, plan, now);
        var isToGo = !state.IsWanted && wait <= TimeSpan.Zero;
        var isOther = state.IsWanted && state.Published is { } stands && !stands.Equals(state.Plan?.Instance);
        if (state.Published is not null && (isToGo || isOther || isElsewhere))
        {
            return Later(state, now) is { } pause ? pause : Withdraw(state, state.Adapter, begin);
        }

        if (state.Published is null && state.IsWanted && adapter is not null && !Equals(state.Refused, state.Plan?.Instance))
        {
            return Later(state, now) is { } pause ? pause : Stand(state, adapter, begin);
        }

        if (state.Published is null && state.MayBeLeft && isToGo)
        {
            if (adapter is null)
            {
                state.Problem = $"it was left in registry {state.Key.Registry}, which is not configured";
                return TimeSpan.MaxValue;
            }

            return Later(state, now) is { } pause ? pause : Withdraw(state, adapter, begin);
        }

        return state.IsWanted || wait <= TimeSpan.Zero ? TimeSpan.MaxValue : wait;
    }

    /// <summary>How long a facade without anybody behind it still stands; zero when it does not.</summary>
    private TimeSpan Empty(FacadeState state, FacadePlan? plan, long now)
    {
        if (state.IsWanted)
        {
            state.EmptySince = null;
            return TimeSpan.MaxValue;
        }

        if (!state.IsHeld || plan is null || !plan.HasPlace(state.Rule, state.Key))
        {
            return TimeSpan.Zero;
        }

        state.EmptySince ??= now;
        var hysteresis = _model?.Facades.FirstOrDefault(f => f.Name == state.Rule)?.WithdrawAfterMs ?? 0;
        return TimeSpan.FromMilliseconds(hysteresis) - _time.GetElapsedTime(state.EmptySince.Value, now);
    }

    private TimeSpan? Later(FacadeState state, long now) => _isLeaving
        ? state.IsGivenUp ? TimeSpan.MaxValue : null
        : state.Failures > 0 && now < state.NotBefore ? _time.GetElapsedTime(now, state.NotBefore) : null;

    private TimeSpan Stand(FacadeState state, IRegistryAdapter adapter, List<Action> begin)
    {
        if (state.Plan is { Instance: { } instance })
        {
            state.IsBusy = true;
            var own = state.Listener;
            begin.Add(() => _ = _work.PublishAsync(state, instance, own, adapter, _leaving.Token));
        }

        return TimeSpan.MaxValue;
    }

    private TimeSpan Withdraw(FacadeState state, IRegistryAdapter? adapter, List<Action> begin)
    {
        state.IsBusy = true;
        state.IsGivenUp = _isLeaving;
        var publication = state.Publication;
        begin.Add(() => _ = _work.WithdrawAsync(state, adapter, publication, _ending.Token));
        return TimeSpan.MaxValue;
    }

    private void Take(FacadeResult result)
    {
        var state = result.State;
        state.IsBusy = false;
        if (result.Problem is { } problem)
        {
            state.Problem = problem;
            state.Publication = null;
            state.Published = null;
            state.MayBeLeft = !result.IsFinal && result.TakenPort == 0;
            state.Refused = result.IsFinal ? result.Tried : null;
            state.Failures++;
            var pause = FirstPause * Math.Pow(2, Math.Min(state.Failures - 1, 10));
            pause = (pause < LongestPause ? pause : LongestPause) * (0.5 + Random.Shared.NextDouble());
            state.NotBefore = _time.GetTimestamp() + (long)(pause.TotalSeconds * _time.TimestampFrequency);
            if (result.TakenPort != 0)
            {
                _ports.Refuse(result.TakenPort);
            }

            _told.Failed(state, result, _isLeaving);
            return;
        }

        // An adapter takes out later what it cannot now, but nobody will be here then.
        var isLeft = _isLeaving && result.Publication is null && _isAway(state.Key.Registry);
        if (!isLeft)
        {
            _told.Ended(state, result, _isLeaving);
        }

        state.Settle(result, isLeft);
    }

    private void Publish(FacadePlan? plan)
    {
        var empty = (plan?.Facades ?? ImmutableDictionary<FacadeKey, PlannedFacade>.Empty)
            .Where(f => !_states.ContainsKey(f.Key))
            .Select(static f => new FacadeStatus(f.Value.Rule.Name, f.Key, "withdrawn", 0, "nobody healthy stands behind it"));
        ImmutableArray<FacadeStatus> status = [.. _states.Values.Select(FacadeStatus.Of), .. empty];
        TaskCompletionSource looked;
        lock (_wakes)
        {
            _status = status;
            looked = _looked;
            _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        looked.TrySetResult();
    }
}
