using BridgeMesh.Codecs.Grpc.Dialects;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Codecs.Grpc.Services;
using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BridgeMesh.Codecs.Grpc.Listening;

internal sealed class RpcListenerFactory(RpcProtocol protocol) : IListenerFactory
{
    /// <summary>What a listener speaks unless it is told otherwise: browsers and curl come over HTTP/1.1 too.</summary>
    private const HttpProtocols Protocols = HttpProtocols.Http1AndHttp2;

    /// <summary>What pages of other origins may use: gRPC-Web and Connect have no other.</summary>
    private const string PageMethods = "POST, GET";

    public string Protocol => protocol.Name;

    public IReadOnlyList<SettingDescription> Settings { get; } =
    [
        .. WebListenerOptions.Describe(Protocols), .. CorsPolicy.Describe(PageMethods), .. OwnServiceOptions.Descriptions, .. PackingRule.Descriptions,
    ];

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
        return new RpcListener(protocol, settings, options.Web, options.Packing, options.Cors, options.Own.Before(dispatcher));
    }

    private (WebListenerOptions Web, PackingRule? Packing, CorsPolicy? Cors, OwnServiceOptions Own) Read(SettingReader reader)
    {
        reader.RefuseOthers($"a {protocol.Name} listener", [.. WebListenerOptions.Known, .. CorsPolicy.Known, .. OwnServiceOptions.Known, .. PackingRule.Known]);
        return (WebListenerOptions.Read(reader, Protocols), PackingRule.Read(reader), CorsPolicy.Read(reader, PageMethods), OwnServiceOptions.Read(reader));
    }
}
