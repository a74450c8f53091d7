using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace BridgeMesh.Codecs.Web.Listening;

/// <summary>Tells a drain of each call's begin and end.</summary>
internal sealed class CountedCalls<TCall>(IHttpApplication<TCall> inner, Drain drain) : IHttpApplication<TCall>
    where TCall : notnull
{
    public TCall CreateContext(IFeatureCollection contextFeatures)
    {
        var call = inner.CreateContext(contextFeatures);
        drain.OnBegin();
        return call;
    }

    public Task ProcessRequestAsync(TCall context) => inner.ProcessRequestAsync(context);

    public void DisposeContext(TCall context, Exception? exception)
    {
        inner.DisposeContext(context, exception);
        drain.OnEnd();
    }
}
