using System.Globalization;
using System.Net;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Grpc.Listening;

/// <summary>What a gRPC listener can be told beside its address and limits. All have defaults.</summary>
/// <param name="KeepAliveTimeoutMs">
/// Setting <c>keepAliveTimeoutMs</c>: time without a stream until a connection is closed, 1,000 to 3,600,000; default 130,000 as Kestrel's.
/// </param>
/// <param name="MaxConnections">Setting <c>maxConnections</c>: open connections, 1 to 1,000,000; default 65,536.</param>
/// <param name="MaxStreams">Setting <c>maxStreams</c>: calls at a time on one connection, 1 to 100,000; default 1,000.</param>
internal sealed record GrpcListenerOptions(IPAddress Address, int KeepAliveTimeoutMs, int MaxConnections, int MaxStreams)
{
    private static readonly string[] Known = ["keepAliveTimeoutMs", "maxConnections", "maxStreams"];

    /// <summary>Throws <see cref="FormatException"/> with every wrong setting and its cure.</summary>
    internal static GrpcListenerOptions Parse(ListenerSettings settings)
    {
        var problems = Check(settings, out var options);
        return problems.Count == 0
            ? options
            : throw new FormatException(
                $"listener '{settings.Name}': " + string.Join("; ", problems.Select(p => $"{p.Message}: {p.Cure}")));
    }

    /// <summary>All problems; where there are any, the options hold defaults in their place.</summary>
    internal static List<SettingProblem> Check(ListenerSettings settings, out GrpcListenerOptions options)
    {
        var problems = new List<SettingProblem>();
        foreach (var name in settings.Settings.Keys.Except(Known, StringComparer.Ordinal))
        {
            problems.Add(new SettingProblem(name, $"a grpc listener has no setting '{name}'", $"use one of {string.Join(", ", Known)}"));
        }

        if (!IPAddress.TryParse(settings.Host, out var address))
        {
            problems.Add(new SettingProblem("address", $"'{settings.Host}' is not an IP address", "write an IP address, 0.0.0.0 for all"));
        }

        options = new GrpcListenerOptions(
            address ?? IPAddress.Loopback,
            Number(settings, "keepAliveTimeoutMs", 130_000, 1_000, 3_600_000, problems),
            Number(settings, "maxConnections", 65_536, 1, 1_000_000, problems),
            Number(settings, "maxStreams", 1_000, 1, 100_000, problems));
        return problems;
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
