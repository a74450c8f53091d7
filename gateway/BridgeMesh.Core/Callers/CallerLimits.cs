using System.Globalization;
using BridgeMesh.Plugins;
using BridgeMesh.Wire;

namespace BridgeMesh.Core.Callers;

/// <summary>Bounds on what the callers of a framed listener may cost.</summary>
/// <param name="MaxConnections">Callers connected at once; further ones are closed at once, as nobody can be told apart before he speaks.</param>
/// <param name="MaxInFlight">Calls of all connections not yet answered; further ones are answered as exhausted.</param>
/// <param name="WholeFrameMs">Time for a frame to arrive whole, from its first byte on.</param>
/// <param name="IdleCloseMs">
/// Time without a byte in either direction and without a call in flight. SOFABolt's server closes after 90 s, Dubbo's after 180 s; their
/// clients send heartbeats every 15 s and 60 s, Node's Bolt client every 30 s.
/// </param>
internal sealed record CallerLimits(FrameLimits Frames, int MaxConnections, int MaxInFlight, int WholeFrameMs, int IdleCloseMs)
{
    internal const int DefaultMaxConnections = 16_384;
    internal const int DefaultMaxInFlight = 65_536;
    internal const int DefaultWholeFrameMs = 30_000;
    internal const int DefaultIdleCloseMs = 180_000;

    internal static CallerLimits Of(ListenerSettings settings) => new(
        settings.Limits,
        Number(settings, "maxConnections", DefaultMaxConnections),
        Number(settings, "maxInFlight", DefaultMaxInFlight),
        Number(settings, "wholeFrameMs", DefaultWholeFrameMs),
        Number(settings, "idleCloseMs", DefaultIdleCloseMs));

    /// <summary>The configuration has checked ranges; what is no number there cannot come here.</summary>
    private static int Number(ListenerSettings settings, string name, int fallback) =>
        settings.Settings.TryGetValue(name, out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : fallback;
}
