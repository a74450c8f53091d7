using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace BridgeMesh.Core.Registries;

/// <summary>
/// Finds out whether instances that a registry has no longer still accept connections. Connects and closes again; sends nothing. Safe for
/// any thread; the bounds hold for all who share it.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds nothing of the system's, and who uses it may end after its owner.")]
internal sealed class InstanceProbe
{
    /// <summary>Connections under way at a time.</summary>
    internal const int MaxAtOnce = 32;

    /// <summary>Addresses of one round; what is beyond waits for the registry's confirmation.</summary>
    internal const int MaxAddresses = 2_000;

    /// <summary>An instance in the same data centre answers within some ms, or its machine is away. By the machine's own clock: so is a network.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _places = new(MaxAtOnce, MaxAtOnce);

    /// <summary>Those that do not accept connections.</summary>
    internal async Task<HashSet<(string Host, int Port)>> FindDeadAsync(
        IEnumerable<(string Host, int Port)> addresses, CancellationToken cancellationToken)
    {
        var asked = addresses.Distinct().Take(MaxAddresses)
            .Select(async a => (Address: a, IsDead: await IsDeadAsync(a, cancellationToken).ConfigureAwait(false)));
        var answers = await Task.WhenAll(asked).ConfigureAwait(false);
        return [.. answers.Where(static a => a.IsDead).Select(static a => a.Address)];
    }

    private async Task<bool> IsDeadAsync((string Host, int Port) address, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            using var patience = new CancellationTokenSource(Patience);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            EndPoint to = IPAddress.TryParse(address.Host, out var ip)
                ? new IPEndPoint(ip, address.Port)
                : new DnsEndPoint(address.Host, address.Port);
            await socket.ConnectAsync(to, either.Token).ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }
        catch (SocketException refused)
        {
            // A fault of the gateway's own machine, such as no network or no file handles, says nothing about the instance.
            return refused.SocketErrorCode is SocketError.ConnectionRefused or SocketError.ConnectionReset or SocketError.TimedOut
                or SocketError.HostUnreachable or SocketError.HostDown or SocketError.HostNotFound or SocketError.NoData;
        }
        finally
        {
            _places.Release();
        }
    }
}
