using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Grpc.Listening;

internal sealed class GrpcListenerFactory : IListenerFactory
{
    public string Protocol => GrpcPlugin.ProtocolName;

    public IReadOnlyList<SettingProblem> Check(ListenerSettings settings) => GrpcListenerOptions.Check(settings, out _);

    /// <summary>Throws <see cref="FormatException"/> when the settings are wrong.</summary>
    public IListener Create(ListenerSettings settings, IExchangeDispatcher dispatcher) =>
        new GrpcListener(settings, GrpcListenerOptions.Parse(settings), dispatcher);
}
