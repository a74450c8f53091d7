using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace BridgeMesh.Codecs.Web.Calling;

/// <summary>YARP's forwarder, which streams a request that Kestrel received to an instance and its response back.</summary>
public static class WebForwarder
{
    // It comes only through its registration; it holds no state beside a logger, which is the null one here.
    private static readonly Lazy<IHttpForwarder> Shared = new(
        static () => new ServiceCollection().AddLogging().AddHttpForwarder().BuildServiceProvider().GetRequiredService<IHttpForwarder>());

    public static IHttpForwarder Instance => Shared.Value;
}
