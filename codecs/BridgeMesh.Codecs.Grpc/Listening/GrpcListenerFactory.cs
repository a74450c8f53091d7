using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Grpc.Listening;

internal sealed class GrpcListenerFactory : IListenerFactory
{
    public string Protocol => GrpcPlugin.ProtocolName;

    public IReadOnlyList<SettingDescription> Settings => WebListenerOptions.Descriptions;

    public IReadOnlyList<SettingProblem> Check(ListenerSettings settings)
    {
        var reader = new SettingReader(settings);
        _ = Read(reader);
        return reader.Found;
    }

    /// <summary>Throws <see cref="FormatException"/> when the settings are wrong.</summary>
    public IListener Create(ListenerSettings settings, IExchangeDispatcher dispatcher)
    {
        var reader = new SettingReader(settings);
        var options = Read(reader);
        reader.ThrowIfAny();
        return new GrpcListener(settings, options, dispatcher);
    }

    private static WebListenerOptions Read(SettingReader reader)
    {
        reader.RefuseOthers("a grpc listener", WebListenerOptions.Known);
        return WebListenerOptions.Read(reader);
    }
}
