using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Grpc.Listening;

internal sealed class RpcListenerFactory(RpcProtocol protocol) : IListenerFactory
{
    public string Protocol => protocol.Name;

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
        return new RpcListener(protocol, settings, options, dispatcher);
    }

    private WebListenerOptions Read(SettingReader reader)
    {
        reader.RefuseOthers($"a {protocol.Name} listener", WebListenerOptions.Known);
        return WebListenerOptions.Read(reader);
    }
}
