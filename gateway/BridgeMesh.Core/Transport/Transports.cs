using BridgeMesh.Core.Model;
using BridgeMesh.Core.Transport.Reactors;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Transport;

internal static class Transports
{
    /// <summary>
    /// Says what <see cref="TransportKind.Auto"/> is, <c>reactor</c> or <c>sockets</c>, for a whole process: so that all tests can be run with
    /// each, without a configuration of their own.
    /// </summary>
    internal const string Variable = "BRIDGEMESH_TRANSPORT";

    /// <summary>Throws <see cref="IOException"/> where the system has no descriptors for it.</summary>
    internal static ITransport Create(GatewayModel model, TimeProvider time, ILogger log)
    {
        var kind = model.Transport != TransportKind.Auto ? model.Transport
            : Environment.GetEnvironmentVariable(Variable) is "reactor" ? TransportKind.Reactor
            : TransportKind.Sockets;
        return kind == TransportKind.Reactor && ReactorTransport.IsSupported
            ? new ReactorTransport(model.Reactors > 0 ? model.Reactors : DefaultReactors, time, log)
            : new SocketTransport(time, log);
    }

    /// <summary>
    /// Half of the processors, at most 8: the kernel's work for a connection is done on the same processors, and one reactor was measured to
    /// forward more small frames than two that share two processors.
    /// </summary>
    private static int DefaultReactors => Math.Clamp(Environment.ProcessorCount / 2, 1, 8);
}
