using BridgeMesh.Codecs.Http.Calling;
using BridgeMesh.Codecs.Http.Linting;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Plugins;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BridgeMesh.Codecs.Http;

/// <summary>HTTP with JSON: listeners on Kestrel, channels on SocketsHttpHandler. Protocol name <c>http</c>.</summary>
public sealed class HttpPlugin : IBridgePlugin
{
    internal const string ProtocolName = "http";

    /// <summary>What a listener speaks unless it is told otherwise.</summary>
    internal const HttpProtocols Protocols = HttpProtocols.Http1AndHttp2;

    public int ContractVersion => PluginContract.Version;

    public void Configure(IPluginBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddListener(new HttpListenerFactory()).AddChannel(new HttpChannelFactory()).AddChangeRules(new HttpChangeRules()).AddMethodLint(new HttpLint());
    }
}
