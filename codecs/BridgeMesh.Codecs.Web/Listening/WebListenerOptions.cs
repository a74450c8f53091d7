using System.Net;
using BridgeMesh.Codecs.Web.Tls;
using BridgeMesh.Plugins;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BridgeMesh.Codecs.Web.Listening;

/// <summary>What every listener over HTTP can be told beside its limits. All have defaults.</summary>
/// <param name="KeepAliveTimeoutMs">
/// Setting <c>keepAliveTimeoutMs</c>: time without a call until a connection is closed, 1,000 to 3,600,000; default 130,000 as Kestrel's.
/// </param>
/// <param name="HeadTimeoutMs">
/// Setting <c>headTimeoutMs</c>: time for a request's head to arrive, 100 to 600,000; default 30,000 as Kestrel's.
/// </param>
/// <param name="MaxConnections">Setting <c>maxConnections</c>: open connections, 1 to 1,000,000; default 65,536.</param>
/// <param name="MaxStreams">
/// Setting <c>maxStreams</c>: calls at a time on one HTTP/2 connection, 1 to 100,000; default 1,000.
/// </param>
/// <param name="Protocols">
/// Setting <c>protocols</c>: http1, http2 or both. Both are told apart by ALPN over TLS, and by an HTTP/2 connection's first bytes in clear text.
/// </param>
/// <param name="Tls">Settings <c>tls…</c>; null is clear text.</param>
public sealed record WebListenerOptions(
    IPAddress Address, int KeepAliveTimeoutMs, int HeadTimeoutMs, int MaxConnections, int MaxStreams, HttpProtocols Protocols, ListenerTls? Tls)
{
    /// <summary>Names of the settings that are read here.</summary>
    public static IReadOnlyList<string> Known { get; } = ["keepAliveTimeoutMs", "headTimeoutMs", "maxConnections", "maxStreams", "protocols", .. ListenerTls.Known];

    private static readonly string[] ProtocolWords = ["http1", "http2", "both"];

    /// <summary>The same, told for editors and documents; <c>maxConnections</c> is a key of every listener and told there.</summary>
    /// <param name="protocols">What the listener speaks unless it is told otherwise.</param>
    public static IReadOnlyList<SettingDescription> Describe(HttpProtocols protocols) =>
    [
        new("keepAliveTimeoutMs", SettingKind.Number, "Time without a call until a connection is closed, in ms.", "130000") { Min = 1_000, Max = 3_600_000 },
        new("headTimeoutMs", SettingKind.Number, "Time for a request's head to arrive, in ms.", "30000") { Min = 100, Max = 600_000 },
        new("maxStreams", SettingKind.Number, "Calls at a time on one HTTP/2 connection.", "1000") { Min = 1, Max = 100_000 },
        new("protocols", SettingKind.Text, "Versions of HTTP that are spoken: 1.1, 2 or both on the one port.", WordOf(protocols)) { Choices = ProtocolWords },
        .. ListenerTls.Descriptions,
    ];

    /// <summary>Adds what is wrong to the reader's problems and holds defaults in its place.</summary>
    /// <param name="protocols">What the listener speaks unless it is told otherwise.</param>
    public static WebListenerOptions Read(SettingReader reader, HttpProtocols protocols)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return new WebListenerOptions(
            reader.Address(),
            reader.Number("keepAliveTimeoutMs", 130_000, 1_000, 3_600_000),
            reader.Number("headTimeoutMs", 30_000, 100, 600_000),
            reader.Number("maxConnections", 65_536, 1, 1_000_000),
            reader.Number("maxStreams", 1_000, 1, 100_000),
            (HttpProtocols)(reader.Choice("protocols", ProtocolWords, (int)protocols - 1) + 1),
            ListenerTls.Read(reader));
    }

    internal static WebListenerOptions Parse(ListenerSettings settings)
    {
        var reader = new SettingReader(settings);
        var options = Read(reader, HttpProtocols.Http1AndHttp2);
        reader.ThrowIfAny();
        return options;
    }

    // The words stand in the order of the flags: 1, 2 and 1 | 2.
    private static string WordOf(HttpProtocols protocols) => ProtocolWords[(int)protocols - 1];
}
