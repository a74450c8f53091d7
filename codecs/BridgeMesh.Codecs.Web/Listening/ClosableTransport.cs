using System.Net;
using Microsoft.AspNetCore.Connections;

namespace BridgeMesh.Codecs.Web.Listening;

/// <summary>
/// Kestrel's sockets, but that accepting can end before the server does: Kestrel itself closes idle connections in the same step, and a
/// request that is under way on one of them would be lost.
/// </summary>
internal sealed class ClosableTransport(IConnectionListenerFactory inner) : IConnectionListenerFactory
{
    private IConnectionListener? _bound;

    /// <summary>The address with the port that was taken; null before.</summary>
    internal IPEndPoint? Bound => _bound?.EndPoint as IPEndPoint;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        _bound = await inner.BindAsync(endpoint, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes no more connections; those that there are go on.</summary>
    internal ValueTask CloseAsync(CancellationToken cancellationToken) => _bound?.UnbindAsync(cancellationToken) ?? ValueTask.CompletedTask;
}
