using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Grpc.Listening;

internal sealed class GrpcListenerFactory : IListenerFactory
{
    public string Protocol => GrpcPlugin.ProtocolName;

    public IReadOnlyList<SettingDescription> Settings { get; } =
    [
        new("keepAliveTimeoutMs", SettingKind.Number, "Time without a stream until a connection is closed, in ms.", "130000") { Min = 1_000, Max = 3_600_000 },
        new("maxStreams", SettingKind.Number, "Calls at a time on one connection.", "1000") { Min = 1, Max = 100_000 },
    ];

    public IReadOnlyList<SettingProblem> Check(ListenerSettings settings) => GrpcListenerOptions.Check(settings, out _);

    /// <summary>Throws <see cref="FormatException"/> when the settings are wrong.</summary>
    public IListener Create(ListenerSettings settings, IExchangeDispatcher dispatcher) =>
        new GrpcListener(settings, GrpcListenerOptions.Parse(settings), dispatcher);
}
