using System.Globalization;
using System.Net;
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

/// <summary>What an HTTP listener can be told beside its address and limits. All have defaults.</summary>
/// <param name="Credentials">Setting <c>credentials</c>: http (default), all or none.</param>
/// <param name="KeepAliveTimeoutMs">
/// Setting <c>keepAliveTimeoutMs</c>: idle time until a connection is closed, 1,000 to 3,600,000; default 130,000 as Kestrel's.
/// </param>
/// <param name="HeadTimeoutMs">
/// Setting <c>headTimeoutMs</c>: time for a request's head to arrive, 100 to 600,000; default 30,000 as Kestrel's.
/// </param>
/// <param name="MaxConnections">Setting <c>maxConnections</c>: open connections, 1 to 1,000,000; default 65,536.</param>
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
internal sealed record HttpListenerOptions(
    IPAddress Address,
    CredentialPolicy Credentials,
    int KeepAliveTimeoutMs,
    int HeadTimeoutMs,
    int MaxConnections,
    int MaxForwardedMiB,
    int StreamIdleTimeoutMs,
    bool HasBootErrors,
    int MinBytesPerS,
    int MinRateGraceMs,
    CorsPolicy? Cors)
{
    internal static readonly string[] Known =
        ["credentials", "keepAliveTimeoutMs", "headTimeoutMs", "maxConnections", "maxForwardedMiB", "streamIdleTimeoutMs", "errors",
            "minBytesPerS", "minRateGraceMs", .. CorsPolicy.Settings];

    /// <summary>Throws <see cref="FormatException"/> with every wrong setting and its cure.</summary>
    internal static HttpListenerOptions Parse(ListenerSettings settings)
    {
        var problems = Check(settings, out var options);
        return problems.Count == 0
            ? options
            : throw new FormatException(
                $"listener '{settings.Name}': " + string.Join("; ", problems.Select(p => $"{p.Message}: {p.Cure}")));
    }

    /// <summary>All problems; where there are any, the options hold defaults in their place.</summary>
    internal static List<SettingProblem> Check(ListenerSettings settings, out HttpListenerOptions options)
    {
        var problems = new List<SettingProblem>();
        foreach (var name in settings.Settings.Keys.Except(Known, StringComparer.Ordinal))
        {
            problems.Add(new SettingProblem(name, $"an http listener has no setting '{name}'", $"use one of {string.Join(", ", Known)}"));
        }

        if (!IPAddress.TryParse(settings.Host, out var address))
        {
            problems.Add(new SettingProblem("address", $"'{settings.Host}' is not an IP address", "write an IP address, 0.0.0.0 for all"));
        }

        var credentials = CredentialPolicy.Http;
        if (settings.Settings.TryGetValue("credentials", out var text)
            && (!Enum.TryParse(text, ignoreCase: true, out credentials) || int.TryParse(text, out _)))
        {
            problems.Add(new SettingProblem("credentials", $"'credentials' is '{text}'", "write http, all or none"));
        }

        options = new HttpListenerOptions(
            address ?? IPAddress.Loopback,
            credentials,
            Number(settings, "keepAliveTimeoutMs", 130_000, 1_000, 3_600_000, problems),
            Number(settings, "headTimeoutMs", 30_000, 100, 600_000, problems),
            Number(settings, "maxConnections", 65_536, 1, 1_000_000, problems),
            Number(settings, "maxForwardedMiB", 0, 0, 1_000_000_000, problems),
            Number(settings, "streamIdleTimeoutMs", 900_000, 1_000, 86_400_000, problems),
            Choice(settings, "errors", ["problem", "boot"], problems) == 1,
            Number(settings, "minBytesPerS", 240, 0, 1_000_000, problems),
            Number(settings, "minRateGraceMs", 5_000, 1_100, 600_000, problems),
            CorsPolicy.Read(settings.Settings, problems));
        return problems;
    }

    /// <summary>Which of the words the setting is; the first where it is not set, or wrong.</summary>
    private static int Choice(ListenerSettings settings, string name, string[] words, List<SettingProblem> problems)
    {
        if (!settings.Settings.TryGetValue(name, out var text))
        {
            return 0;
        }

        var found = Array.IndexOf(words, text);
        if (found < 0)
        {
            problems.Add(new SettingProblem(name, $"'{name}' is '{text}'", $"write {string.Join(" or ", words)}"));
        }

        return Math.Max(0, found);
    }

    private static int Number(ListenerSettings settings, string name, int fallback, int min, int max, List<SettingProblem> problems)
    {
        if (!settings.Settings.TryGetValue(name, out var text))
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
        {
            return value;
        }

        problems.Add(new SettingProblem(name, $"'{name}' is '{text}'", $"write a number from {min} to {max}"));
        return fallback;
    }
}
