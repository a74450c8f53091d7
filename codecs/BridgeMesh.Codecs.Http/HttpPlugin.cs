using BridgeMesh.Codecs.Http.Calling;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Http;

/// <summary>HTTP/1.1 with JSON: listeners on Kestrel, channels on SocketsHttpHandler. Protocol name <c>http</c>.</summary>
public sealed class HttpPlugin : IBridgePlugin
{
    internal const string ProtocolName = "http";

    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddListener(new HttpListenerFactory()).AddChannel(new HttpChannelFactory());
    }
}
