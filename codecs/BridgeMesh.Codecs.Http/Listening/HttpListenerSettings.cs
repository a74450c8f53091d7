using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>What <see cref="HttpListenerOptions"/> takes, told for editors and documents.</summary>
internal static class HttpListenerSettings
{
    /// <summary>What pages of other origins may use unless the listener is told otherwise.</summary>
    internal const string PageMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";

    internal static readonly IReadOnlyList<SettingDescription> All =
    [
        new("credentials", SettingKind.Text, "To which callees a caller's Authorization and Cookie headers go.", "http") { Choices = ["http", "all", "none"] },
        .. WebListenerOptions.Describe(HttpPlugin.Protocols),
        new("maxForwardedMiB", SettingKind.Number, "Longest body that is streamed to an HTTP callee, in MiB; 0 is no bound.", "0")
        {
            Min = 0,
            Max = 1_000_000_000,
        },
        new("streamIdleTimeoutMs", SettingKind.Number, "Time that a stream or WebSocket to an HTTP callee may stand still once begun, in ms.", "900000")
        {
            Min = 1_000,
            Max = 86_400_000,
        },
        new("minBytesPerS", SettingKind.Number, "Least rate at which a caller sends a body and takes an answer, in bytes/s; 0 is none.", "240")
        {
            Min = 0,
            Max = 1_000_000,
        },
        new("minRateGraceMs", SettingKind.Number, "Time before that rate counts, in ms.", "5000") { Min = 1_100, Max = 600_000 },
        new("errors", SettingKind.Text, "Form of error bodies: RFC 9457, or Spring Boot's.", "problem") { Choices = ["problem", "boot"] },
        .. CorsPolicy.Describe(PageMethods),
        .. ServicePins.Descriptions,
    ];
}
