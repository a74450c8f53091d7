using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace BridgeMesh.Codecs.Web.Listening;

/// <summary>One request and its answer, in an object that is used again for the next one of its connection or stream.</summary>
/// <typeparam name="TSettings">What all calls of a listener share.</typeparam>
public interface IWebCall<out TSettings>
    where TSettings : class
{
    TSettings Settings { get; }

    void Begin(IFeatureCollection features);

    /// <summary>Runs the request to the end of its answer. Throws what Kestrel is to know of: faults of the connection, our bugs.</summary>
    Task RunAsync();

    /// <summary>Makes it fit for another request.</summary>
    void End();
}

/// <summary>
/// Kestrel's way in. Kestrel reuses its connections' and streams' state, and a call object stays with it from request to request, until the
/// settings change.
/// </summary>
/// <param name="protocol">By whose name bugs are counted.</param>
public sealed class CallApplication<TCall, TSettings>(string protocol, TSettings initial, Func<TSettings, TCall> create) : IHttpApplication<TCall>
    where TCall : class, IWebCall<TSettings>
    where TSettings : class
{
    private TSettings _settings = initial;

    /// <summary>For the requests that begin from now on.</summary>
    public void Use(TSettings settings) => Volatile.Write(ref _settings, settings);

    public TCall CreateContext(IFeatureCollection contextFeatures)
    {
        var settings = Volatile.Read(ref _settings);
        var container = contextFeatures as IHostContextContainer<TCall>;
        var call = container?.HostContext;
        if (call is null || !ReferenceEquals(call.Settings, settings))
        {
            call = create(settings);
            if (container is not null)
            {
                container.HostContext = call;
            }
        }

        call.Begin(contextFeatures);
        return call;
    }

    public Task ProcessRequestAsync(TCall context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.RunAsync();
    }

    public void DisposeContext(TCall context, Exception? exception)
    {
        ArgumentNullException.ThrowIfNull(context);

        // Kestrel answers 500, closes or resets. What the connection did is the peer's affair; anything else is a bug of ours.
        if (exception is not (null or IOException or OperationCanceledException or BadHttpRequestException))
        {
            InternalFaults.Count(protocol, exception);
        }

        context.End();
    }
}
