using BridgeMesh.Codecs.Grpc.Faults;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>What all calls of a listener share.</summary>
internal sealed record GrpcCallSettings(IExchangeDispatcher Dispatcher, FrameLimits Limits);

/// <summary>Kestrel's way in. Kestrel reuses its streams, and a stream keeps its call object.</summary>
internal sealed class GrpcCallApplication(GrpcCallSettings settings) : IHttpApplication<GrpcCall>
{
    public GrpcCall CreateContext(IFeatureCollection contextFeatures)
    {
        var container = contextFeatures as IHostContextContainer<GrpcCall>;
        var call = container?.HostContext;
        if (call is null)
        {
            call = new GrpcCall(settings);
            if (container is not null)
            {
                container.HostContext = call;
            }
        }

        call.Begin(contextFeatures);
        return call;
    }

    public Task ProcessRequestAsync(GrpcCall context) => context.RunAsync();

    public void DisposeContext(GrpcCall context, Exception? exception)
    {
        // Kestrel resets the stream. What the peer did is its affair; anything else is a bug of ours.
        if (exception is not (null or IOException or OperationCanceledException or BadHttpRequestException))
        {
            InternalFaults.Count(exception);
        }

        context.End();
    }
}
