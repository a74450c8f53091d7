using BridgeMesh.Core.Transport;
using BridgeMesh.Core.Transport.Reactors;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Core.Tests.Transport;

public sealed class ReactorTransportTests : TransportConformance
{
    private protected override ITransport Create() => new ReactorTransport(1, TimeProvider.System, NullLogger.Instance);
}

public sealed class ReactorTransportOutputTests : TransportOutputConformance
{
    private protected override ITransport Create() => new ReactorTransport(1, TimeProvider.System, NullLogger.Instance);
}

/// <summary>The same where connections meet on more threads than one.</summary>
public sealed class ReactorsTransportTests : TransportConformance
{
    private protected override ITransport Create() => new ReactorTransport(3, TimeProvider.System, NullLogger.Instance);
}

public sealed class ReactorsTransportOutputTests : TransportOutputConformance
{
    private protected override ITransport Create() => new ReactorTransport(3, TimeProvider.System, NullLogger.Instance);
}
