using BridgeMesh.Plugins;
using BridgeMesh.Registries.ZooKeeper.Client;

namespace BridgeMesh.Registries.ZooKeeper.Following;

/// <summary>
/// Says when a registry counts as away: not at the first lost connection, which another server mends within milliseconds, but after
/// <see cref="GraceMs"/> without one. Told to operators once a change. Safe for any thread.
/// </summary>
internal sealed class SessionHealth(TimeProvider time, Action<RegistryNotice>? notice, Action changed) : IDisposable
{
    /// <summary>A server that is started anew, or elected, is back within it on an idle machine.</summary>
    internal const int GraceMs = 2_000;

    private readonly Lock _lock = new();
    private ITimer? _grace;
    private string _reason = "no server was reached yet";
    private bool _isAway;
    private bool _isToldOfLogin;

    /// <summary>What is known may have changed since.</summary>
    internal bool IsAway
    {
        get
        {
            lock (_lock)
            {
                return _isAway;
            }
        }
    }

    /// <summary>To be called with every notice of the session, in their order.</summary>
    internal void OnNotice(SessionNotice said)
    {
        switch (said.State)
        {
            case SessionState.Connected or SessionState.ConnectedReadOnly:
                OnBack(said.Reason);
                break;
            case SessionState.AuthFailed:
                OnLoginRefused(said.Reason);
                break;
            case SessionState.Connecting or SessionState.Expired:
                OnLost(said.Reason);
                break;
        }
    }

    /// <summary>To be called when the client begins to connect.</summary>
    internal void OnLost(string reason)
    {
        lock (_lock)
        {
            _reason = reason.Length > 0 ? reason : _reason;
            _grace ??= time.CreateTimer(static h => ((SessionHealth)h!).OnGraceOver(), this, TimeSpan.FromMilliseconds(GraceMs), Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _grace?.Dispose();
        }
    }

    private void OnBack(string server)
    {
        bool wasAway;
        lock (_lock)
        {
            _grace?.Dispose();
            _grace = null;
            wasAway = _isAway || _isToldOfLogin;
            (_isAway, _isToldOfLogin) = (false, false);
        }

        if (wasAway)
        {
            notice?.Invoke(new RegistryNotice(IsTrouble: false, $"is there again: {server}"));
        }

        changed();
    }

    private void OnLoginRefused(string reason)
    {
        lock (_lock)
        {
            _grace?.Dispose();
            _grace = null;
            if (_isToldOfLogin)
            {
                return;
            }

            (_isAway, _isToldOfLogin) = (true, true);
        }

        notice?.Invoke(new RegistryNotice(IsTrouble: true, $"the login is refused: {reason}; it is tried again"));
        changed();
    }

    private void OnGraceOver()
    {
        string reason;
        lock (_lock)
        {
            if (_grace is null || _isAway)
            {
                return;
            }

            (_isAway, reason) = (true, _reason);
        }

        notice?.Invoke(new RegistryNotice(IsTrouble: true, $"{reason}; what was known stays in use and it is tried again"));
        changed();
    }
}
