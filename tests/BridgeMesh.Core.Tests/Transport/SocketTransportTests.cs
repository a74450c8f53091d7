using BridgeMesh.Core.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Core.Tests.Transport;

public sealed class SocketTransportTests : TransportConformance
{
    private protected override ITransport Create() => new SocketTransport(TimeProvider.System, NullLogger.Instance);
}

public sealed class SocketTransportOutputTests : TransportOutputConformance
{
    private protected override ITransport Create() => new SocketTransport(TimeProvider.System, NullLogger.Instance);
}
