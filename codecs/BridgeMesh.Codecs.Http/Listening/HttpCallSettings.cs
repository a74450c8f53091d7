using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>What all calls of a listener share, and the bindings in force.</summary>
internal sealed class HttpCallSettings(IExchangeDispatcher dispatcher, FrameLimits limits, HttpListenerOptions options, Drain drain)
{
    private HttpBindingTable _bindings = new(dispatcher.Contracts);

    internal IExchangeDispatcher Dispatcher { get; } = dispatcher;

    internal FrameLimits Limits { get; } = limits;

    internal CredentialPolicy Credentials { get; } = options.Credentials;

    internal CorsPolicy? Cors { get; } = options.Cors;

    internal Drain Drain { get; } = drain;

    internal bool HasBootErrors { get; } = options.HasBootErrors;

    /// <summary>Longest body of the forward lane in bytes; null for no bound.</summary>
    internal long? MaxForwardedBytes { get; } = options.MaxForwardedMiB == 0 ? null : (long)options.MaxForwardedMiB << 20;

    /// <summary>Time without a byte after which a running stream ends. Until a callee begins its answer, the attempt's deadline counts.</summary>
    internal TimeSpan StreamIdle { get; } = TimeSpan.FromMilliseconds(options.StreamIdleTimeoutMs);

    /// <summary>Compiled anew when the dispatcher shows another array of contracts. Two threads may do so; either is right.</summary>
    internal HttpBindingTable Bindings
    {
        get
        {
            var known = Volatile.Read(ref _bindings);
            var current = Dispatcher.Contracts;
            if (known.Contracts == current)
            {
                return known;
            }

            var compiled = new HttpBindingTable(current);
            Volatile.Write(ref _bindings, compiled);
            return compiled;
        }
    }
}
