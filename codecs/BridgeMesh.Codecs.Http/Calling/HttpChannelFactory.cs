using BridgeMesh.Codecs.Web.Calling;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Http.Calling;

internal sealed class HttpChannelFactory : IChannelFactory
{
    public string Protocol => HttpPlugin.ProtocolName;

    public IReadOnlyList<SettingProblem> Check(ChannelSettings settings) => WebUpstream.Check(settings);

    public string VariantOf(ServiceInstance instance) =>
        WebUpstream.VariantOf(instance) is var variant && instance.Metadata.TryGetValue("path", out var path) ? $"{variant} {path}" : variant;

    public IUpstreamChannel Create(ServiceInstance instance, ChannelSettings settings) => new HttpChannel(instance, settings);
}
