using System.Net;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Eureka.Services;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Client;

/// <summary>
/// One instance that the gateway registered: renewed until it is disposed, registered anew when a server does not know it, and then taken
/// out. Safe for any thread.
/// </summary>
internal sealed class FacadeLease(
    ServiceInstance facade, EurekaClientOptions options, EurekaRequests requests, RegistrySettings settings, Action<FacadeLease> letGo) : IAsyncDisposable
{
    /// <summary>Rounds over all servers to take it out; after them its lease ends by itself.</summary>
    private const int MaxCancels = 2;

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private Task? _renewing;
    private bool _disposed;
    private bool _isRegistered;
    private int _failures;
    private EurekaInstance _instance =
        InstanceMapping.ToEureka(facade, options.Lease, settings.Time.GetUtcNow().ToUnixTimeMilliseconds());

    private string Path => $"apps/{Uri.EscapeDataString(_instance.App)}/{Uri.EscapeDataString(_instance.Id)}";

    /// <summary>Returns when it was tried once, whether it went well or not; goes on in the background.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        await RegisterAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            if (!_disposed)
            {
                _renewing = RenewAsync(_stopping.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task? renewing;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            renewing = _renewing;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        if (renewing is not null)
        {
            await renewing.ConfigureAwait(false);
        }

        // Also where no answer came: a server may have taken what it did not answer.
        EurekaReply reply = default;
        for (var i = 0; i < MaxCancels; i++)
        {
            reply = await requests.SendAsync(HttpMethod.Delete, Path, null, CancellationToken.None).ConfigureAwait(false);
            if (reply.IsOk || reply.Status == HttpStatusCode.NotFound)
            {
                break;
            }
        }

        if (_isRegistered && !reply.IsOk && reply.Status != HttpStatusCode.NotFound)
        {
            settings.Notice?.Invoke(new RegistryNotice(
                IsTrouble: true, $"{_instance.Id} could not be taken out ({reply.Why}); its lease ends within {options.Lease.DurationS} s"));
        }

        _stopping.Dispose();
        letGo(this);
    }

    private async Task RenewAsync(CancellationToken stopping)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (true)
            {
                var pause = _failures == 0
                    ? Pauses.Jittered(options.RenewalInterval)
                    : Pauses.After(_failures, options.FirstPause, options.RenewalInterval);
                await Task.Delay(pause, settings.Time, stopping).ConfigureAwait(false);
                if (!_isRegistered)
                {
                    await RegisterAsync(stopping).ConfigureAwait(false);
                    continue;
                }

                var status = EurekaWords.Of(_instance.Status);
                var renewal = $"{Path}?status={status}&lastDirtyTimestamp={_instance.LastDirtyTimestamp}";
                var reply = await requests.SendAsync(HttpMethod.Put, renewal, null, stopping).ConfigureAwait(false);
                if (reply.Status == HttpStatusCode.NotFound && reply.Server >= 0)
                {
                    // A server that started anew, gave the lease up, or never knew it. The later time says that this is the newer word.
                    var now = settings.Time.GetUtcNow().ToUnixTimeMilliseconds();
                    _instance = _instance with { LastDirtyTimestamp = Math.Max(now, _instance.LastDirtyTimestamp + 1) };
                    await RegisterAsync(stopping).ConfigureAwait(false);
                }
                else
                {
                    Count(reply);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It is taken out next.
        }
    }

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        var body = InstanceWriter.One(_instance, options.IsXml);
        var reply = await requests.SendAsync(HttpMethod.Post, $"apps/{Uri.EscapeDataString(_instance.App)}", body, cancellationToken).ConfigureAwait(false);
        _isRegistered = reply.IsOk;
        Count(reply);
    }

    private void Count(EurekaReply reply)
    {
        if (reply.IsOk)
        {
            if (_failures > 0)
            {
                settings.Notice?.Invoke(new RegistryNotice(IsTrouble: false, $"{_instance.Id} is registered again"));
            }

            _failures = 0;
        }
        else if (_failures++ == 0)
        {
            var what = _isRegistered ? "renewed" : "registered";
            settings.Notice?.Invoke(new RegistryNotice(IsTrouble: true, $"{_instance.Id} could not be {what}: {reply.Why}; it is tried again"));
        }
    }
}
