using System.Text;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Etcd.Instances;
using BridgeMesh.Registries.Etcd.Wire;

namespace BridgeMesh.Registries.Etcd.Publishing;

/// <summary>
/// What the gateway registered, all under one lease: renewed at a third of its time, granted anew when etcd has let it end, and with it every
/// key. A key that somebody deleted is put again; one that somebody else has taken is left to them. Safe for any thread.
/// </summary>
internal sealed class PublishedKeys(EtcdOptions options, EtcdRequests requests, RegistrySettings settings) : IAsyncDisposable
{
    /// <summary>Rounds over all servers to take everything out at the end; after them the lease ends by itself.</summary>
    private const int MaxRevokes = 2;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, PublishedKey> _keys = new(StringComparer.Ordinal);

    /// <summary>Keys to delete that could not be yet: the lease lives on with the others.</summary>
    private readonly HashSet<string> _leaving = new(StringComparer.Ordinal);
    private Task? _renewing;
    private bool _disposed;
    private long _lease;
    private int _failures;

    /// <summary>Returns when it was tried once, whether it went well or not; goes on in the background.</summary>
    internal async Task<IAsyncDisposable> AddAsync(ServiceInstance instance, CancellationToken cancellationToken)
    {
        var key = new PublishedKey(InstanceKey.Of(options.Prefix, instance), InstanceValue.Write(instance), this);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _leaving.Remove(key.Name);
            _keys[key.Name] = key;
            _renewing ??= RenewAsync(_stopping.Token);
            try
            {
                Count(await PutMissingAsync(cancellationToken).ConfigureAwait(false));
            }
            catch
            {
                _keys.Remove(key.Name);
                _leaving.Add(key.Name);
                throw;
            }

            return key;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Whether there was one. Nothing where no server answers: the lease of an earlier life ends by itself.</summary>
    internal async ValueTask<bool> WithdrawAsync(ServiceInstance instance, CancellationToken cancellationToken)
    {
        var reply = await requests.SendAsync(
            "v3/kv/deleterange", RequestBodies.Delete(InstanceKey.Of(options.Prefix, instance)), cancellationToken).ConfigureAwait(false);
        return reply.IsOk && JsonFields.TryInt64(reply.Body, "deleted", out var deleted) && deleted > 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        var wasDisposed = _disposed;
        _disposed = true;
        _turn.Release();
        if (wasDisposed)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_renewing is { } renewing)
        {
            await renewing.ConfigureAwait(false);
        }

        await RevokeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    /// <summary>Takes out one key, unless a later one of the same name has taken its place.</summary>
    private async Task RemoveAsync(PublishedKey key)
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (!_disposed && _keys.TryGetValue(key.Name, out var current) && ReferenceEquals(current, key))
            {
                _keys.Remove(key.Name);
                _leaving.Add(key.Name);
                Count(await DeleteLeavingAsync(CancellationToken.None).ConfigureAwait(false));
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task RenewAsync(CancellationToken stopping)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (true)
            {
                // Others than by chance would all renew in the moment in which a server came back.
                var third = options.Lease / 3;
                var longest = third < options.LongestPause ? third : options.LongestPause;
                var pause = _failures == 0 ? Pauses.Jittered(third) : Pauses.After(_failures, options.FirstPause, longest);
                await Task.Delay(pause, settings.Time, stopping).ConfigureAwait(false);
                await _turn.WaitAsync(stopping).ConfigureAwait(false);
                try
                {
                    var problem = await KeepAliveAsync(stopping).ConfigureAwait(false);
                    problem = problem.Length == 0 ? await DeleteLeavingAsync(stopping).ConfigureAwait(false) : problem;
                    Count(problem.Length == 0 ? await PutMissingAsync(stopping).ConfigureAwait(false) : problem);
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Everything is taken out next.
        }
    }

    /// <summary>Renews the lease and finds out which keys it has. Empty when etcd answered, whatever it said.</summary>
    private async Task<string> KeepAliveAsync(CancellationToken cancellationToken)
    {
        if (_lease == 0)
        {
            return string.Empty;
        }

        var reply = await requests.SendAsync("v3/lease/keepalive", RequestBodies.OfLease(_lease), cancellationToken).ConfigureAwait(false);
        if (!reply.IsOk && !reply.HasNoLease)
        {
            return reply.Why;
        }

        // A lease that is not there is answered without a time to live.
        var answer = JsonFields.Field(reply.Body, "result");
        if (reply.HasNoLease || !JsonFields.TryInt64(answer, "TTL", out var ttl) || ttl <= 0)
        {
            ForgetLease();
            return string.Empty;
        }

        reply = await requests.SendAsync("v3/lease/timetolive", RequestBodies.KeysOfLease(_lease), cancellationToken).ConfigureAwait(false);
        if (!reply.IsOk)
        {
            return reply.HasNoLease ? string.Empty : reply.Why;
        }

        var there = JsonFields.Field(reply.Body, "keys") is { ValueKind: System.Text.Json.JsonValueKind.Array } list
            ? list.EnumerateArray().Select(static k => JsonFields.TryText(k, out var text) ? text : string.Empty).ToHashSet(StringComparer.Ordinal)
            : [];
        foreach (var key in _keys.Values)
        {
            key.IsPut &= there.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(key.Name)));
        }

        return string.Empty;
    }

    private void ForgetLease()
    {
        _lease = 0;
        _leaving.Clear();
        foreach (var key in _keys.Values)
        {
            // It went with its lease; what stands there now is somebody else's.
            key.IsPut = false;
        }
    }

    private async Task<string> PutMissingAsync(CancellationToken cancellationToken)
    {
        // Once more where the lease ends in between; a server that loses each at once is told as any other fault.
        for (var round = 0; round < 2; round++)
        {
            if (_keys.Values.All(static k => k.IsPut))
            {
                return string.Empty;
            }

            if (_lease == 0 && await GrantAsync(cancellationToken).ConfigureAwait(false) is { Length: > 0 } problem)
            {
                return problem;
            }

            var failed = await PutAllAsync(cancellationToken).ConfigureAwait(false);
            if (!failed.HasNoLease)
            {
                return failed.IsOk ? string.Empty : failed.Why;
            }

            ForgetLease();
        }

        return "etcd ends leases as soon as it grants them";
    }

    private async Task<EtcdReply> PutAllAsync(CancellationToken cancellationToken)
    {
        foreach (var key in _keys.Values.Where(static k => !k.IsPut))
        {
            // The first time whatever is there is our own from before; later it is somebody else's, such as of the process that follows.
            var reply = key.IsFirst
                ? await requests.SendAsync("v3/kv/put", RequestBodies.Put(key.Name, key.Value, _lease), cancellationToken).ConfigureAwait(false)
                : await requests.SendAsync("v3/kv/txn", RequestBodies.PutIfAbsent(key.Name, key.Value, _lease), cancellationToken).ConfigureAwait(false);
            if (!reply.IsOk)
            {
                return reply;
            }

            key.IsPut = true;
            key.IsFirst = false;
        }

        return EtcdReply.Answered(default);
    }

    private async Task<string> GrantAsync(CancellationToken cancellationToken)
    {
        var reply = await requests.SendAsync("v3/lease/grant", RequestBodies.GrantLease((long)options.Lease.TotalSeconds), cancellationToken).ConfigureAwait(false);
        if (!reply.IsOk)
        {
            return reply.Why;
        }

        return JsonFields.TryInt64(reply.Body, "ID", out _lease) && _lease != 0 ? string.Empty : "etcd answers a lease without an id";
    }

    private async Task<string> DeleteLeavingAsync(CancellationToken cancellationToken)
    {
        foreach (var name in _leaving.ToArray())
        {
            var reply = _lease == 0
                ? EtcdReply.Answered(default)
                : await requests.SendAsync("v3/kv/txn", RequestBodies.DeleteOfLease(name, _lease), cancellationToken).ConfigureAwait(false);
            if (!reply.IsOk)
            {
                return reply.Why;
            }

            _leaving.Remove(name);
        }

        return string.Empty;
    }

    /// <summary>A lease that ends takes its keys with it.</summary>
    private async Task RevokeAsync()
    {
        var reply = EtcdReply.Answered(default);
        for (var i = 0; i < MaxRevokes && _lease != 0; i++)
        {
            reply = await requests.SendAsync("v3/lease/revoke", RequestBodies.OfLease(_lease), CancellationToken.None).ConfigureAwait(false);
            if (reply.IsOk || reply.HasNoLease)
            {
                return;
            }
        }

        if (!reply.IsOk && _keys.Count > 0)
        {
            settings.Notice?.Invoke(new RegistryNotice(
                IsTrouble: true, $"what was published could not be taken out ({reply.Why}); its lease ends within {options.Lease.TotalSeconds} s"));
        }
    }

    private void Count(string problem)
    {
        if (problem.Length == 0)
        {
            if (_failures > 0)
            {
                settings.Notice?.Invoke(new RegistryNotice(IsTrouble: false, $"{_keys.Count} published instances are registered again"));
            }

            _failures = 0;
        }
        else if (_failures++ == 0)
        {
            settings.Notice?.Invoke(new RegistryNotice(IsTrouble: true, $"what is published could not be registered or renewed: {problem}; it is tried again"));
        }
    }

    /// <summary>One key; disposing it takes it out.</summary>
    private sealed class PublishedKey(string name, byte[] value, PublishedKeys owner) : IAsyncDisposable
    {
        internal string Name => name;

        internal byte[] Value => value;

        internal bool IsPut { get; set; }

        /// <summary>Takes the place of whatever is there.</summary>
        internal bool IsFirst { get; set; } = true;

        public async ValueTask DisposeAsync() => await owner.RemoveAsync(this).ConfigureAwait(false);
    }
}
