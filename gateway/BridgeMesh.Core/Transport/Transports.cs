using BridgeMesh.Core.Model;
using BridgeMesh.Core.Transport.Reactors;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Transport;

internal static class Transports
{
    /// <summary>
    /// Makes <see cref="TransportKind.Auto"/> the reactor for a whole process, so that all tests can be run with it without a configuration of
    /// their own: <c>reactor</c>, or <c>reactor:3</c> for so many.
    /// </summary>
    internal const string Variable = "BRIDGEMESH_TRANSPORT";

    /// <summary>Throws <see cref="IOException"/> where the system has no descriptors for it.</summary>
    internal static ITransport Create(GatewayModel model, TimeProvider time, ILogger log)
    {
        var reactors = model.Reactors;
        var isWanted = model.Transport switch
        {
            TransportKind.Reactor => true,
            TransportKind.Sockets => false,
            _ => IsForced(ref reactors),
        };
        return isWanted && ReactorTransport.IsSupported
            ? new ReactorTransport(reactors > 0 ? reactors : DefaultReactors, time, log)
            : new SocketTransport(time, log);
    }

    /// <summary>
    /// Half of the processors, at most 8: the kernel's work for a connection is done on the same processors, and one reactor was measured to
    /// forward more small frames than two that share two processors.
    /// </summary>
    private static int DefaultReactors => Math.Clamp(Environment.ProcessorCount / 2, 1, 8);

    private static bool IsForced(ref int reactors)
    {
        var parts = (Environment.GetEnvironmentVariable(Variable) ?? string.Empty).Split(':');
        if (parts.Length == 2 && int.TryParse(parts[1], out var number) && number is > 0 and <= ReactorTransport.MaxReactors)
        {
            reactors = number;
        }

        return parts[0] == "reactor";
    }
}
