using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>To which callees a caller's Authorization and Cookie headers go.</summary>
internal enum CredentialPolicy : byte
{
    /// <summary>To HTTP callees, as a plain proxy would send them.</summary>
    Http,

    /// <summary>To every callee, as metadata where its protocol is another.</summary>
    All,

    /// <summary>To none; the forward lane drops them as well.</summary>
    None,
}

/// <summary>What an HTTP listener can be told beside its limits. All have defaults.</summary>
/// <param name="Web">What every listener over HTTP can be told.</param>
/// <param name="Credentials">Setting <c>credentials</c>: http (default), all or none.</param>
/// <param name="MaxForwardedMiB">
/// Setting <c>maxForwardedMiB</c>: longest body that is streamed to an HTTP callee, in MiB, 1 to 1,000,000,000; 0, the default, is no bound,
/// as nothing of it is kept.
/// </param>
/// <param name="StreamIdleTimeoutMs">
/// Setting <c>streamIdleTimeoutMs</c>: how long a stream or WebSocket to an HTTP callee may stand still once it has begun, 1,000 to
/// 86,400,000; default 900,000.
/// </param>
/// <param name="HasBootErrors">
/// Setting <c>errors</c>: problem (default) for RFC 9457, or boot for Spring Boot's error body, but for callers that name problem documents
/// in their Accept header.
/// </param>
/// <param name="MinBytesPerS">
/// Setting <c>minBytesPerS</c>: least rate at which a caller sends a body and takes an answer, 0 (none) to 1,000,000; default 240 as
/// Kestrel's. Upgraded connections have none.
/// </param>
/// <param name="MinRateGraceMs">
/// Setting <c>minRateGraceMs</c>: time before that rate counts, 1,100 to 600,000 as Kestrel looks once a second; default 5,000.
/// </param>
/// <param name="Cors">Settings <c>cors…</c>; null, the default, leaves the headers of browsers to the callees.</param>
/// <param name="Pins">Settings <c>service</c> and <c>hosts</c>: whom requests are for; by default their paths say it.</param>
internal sealed record HttpListenerOptions(
    WebListenerOptions Web,
    CredentialPolicy Credentials,
    int MaxForwardedMiB,
    int StreamIdleTimeoutMs,
    bool HasBootErrors,
    int MinBytesPerS,
    int MinRateGraceMs,
    CorsPolicy? Cors,
    ServicePins Pins)
{
    internal static readonly string[] Known =
    [
        .. WebListenerOptions.Known, "credentials", "maxForwardedMiB", "streamIdleTimeoutMs", "errors", "minBytesPerS", "minRateGraceMs",
        .. CorsPolicy.Known, .. ServicePins.Known,
    ];

    /// <summary>Throws <see cref="FormatException"/> with every wrong setting and its cure.</summary>
    internal static HttpListenerOptions Parse(ListenerSettings settings)
    {
        var reader = new SettingReader(settings);
        var options = Read(reader);
        reader.ThrowIfAny();
        return options;
    }

    /// <summary>All problems; where there are any, the options hold defaults in their place.</summary>
    internal static IReadOnlyList<SettingProblem> Check(ListenerSettings settings, out HttpListenerOptions options)
    {
        var reader = new SettingReader(settings);
        options = Read(reader);
        return reader.Found;
    }

    private static HttpListenerOptions Read(SettingReader reader)
    {
        reader.RefuseOthers("an http listener", Known, ServicePins.OpenEnded);
        return new HttpListenerOptions(
            WebListenerOptions.Read(reader, HttpPlugin.Protocols),
            (CredentialPolicy)reader.Choice("credentials", ["http", "all", "none"]),
            reader.Number("maxForwardedMiB", 0, 0, 1_000_000_000),
            reader.Number("streamIdleTimeoutMs", 900_000, 1_000, 86_400_000),
            reader.Choice("errors", ["problem", "boot"]) == 1,
            reader.Number("minBytesPerS", 240, 0, 1_000_000),
            reader.Number("minRateGraceMs", 5_000, 1_100, 600_000),
            CorsPolicy.Read(reader, HttpListenerSettings.PageMethods),
            ServicePins.Read(reader));
    }
}
