using System.Buffers;
using System.Collections.Frozen;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>
/// Which services a listener stands for. Settings: <c>service</c>, with <c>version</c>, <c>group</c>, <c>uniqueId</c> and <c>contract</c>, for all
/// requests; <c>hosts</c>, a map of host names to services, for those to a host. A host's service is written as on a canonical path:
/// <c>order-service?version=1.0.0&amp;contract=com.acme.OrderService</c>.
/// </summary>
/// <param name="Default">For requests to any other host; null leaves them to their paths.</param>
/// <param name="Hosts">By host name, without case.</param>
internal sealed record ServicePins(PinnedService? Default, FrozenDictionary<string, PinnedService> Hosts)
{
    /// <summary>Host names of one listener.</summary>
    private const int MaxHosts = 1_000;

    /// <summary>Longest name of a service or of a part of it, in characters. Dubbo's and SOFARPC's own are class names.</summary>
    private const int MaxName = 512;

    private const string Beginning = "hosts.";

    private static readonly SearchValues<char> NoNames = SearchValues.Create(" /?&\"\\");

    private static readonly string[] Parts = ["version", "group", "uniqueId", "contract"];

    internal static readonly string[] Known = ["service", .. Parts, "hosts"];

    /// <summary>Beginnings of names whose end is the user's.</summary>
    internal static readonly string[] OpenEnded = [Beginning];

    internal static readonly IReadOnlyList<SettingDescription> Descriptions =
    [
        new("service", SettingKind.Text, "The only service that requests to this listener are for, on whatever path; those to hosts apart."),
        new("version", SettingKind.Text, "Version of that service.") { Needs = "service" },
        new("group", SettingKind.Text, "Dubbo's group of that service.") { Needs = "service" },
        new("uniqueId", SettingKind.Text, "SOFARPC's uniqueId of that service.") { Needs = "service" },
        new("contract", SettingKind.Text, "Interface of the contract that gives that service its paths, where it is not the service's own name.")
        {
            Needs = "service",
        },
        new(
            "hosts",
            SettingKind.Map,
            "Services by host name, for a listener that several share: order-service, or order-service?version=1.0.0 with group, uniqueId and contract alike."),
    ];

    internal static ServicePins Read(SettingReader reader)
    {
        var settings = reader.Settings.Settings;
        if (settings.GetValueOrDefault("hosts") is { Length: > 0 } text)
        {
            reader.Add("hosts", $"'hosts' is '{text}'", "write a map of host names to services");
        }

        foreach (var part in Parts.Where(part => settings.ContainsKey(part) && !settings.ContainsKey("service")))
        {
            reader.Add(part, $"'{part}' does nothing without 'service'", "add service, or remove it");
        }

        var hosts = new Dictionary<string, PinnedService>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, service) in settings.Where(static s => s.Key.StartsWith(Beginning, StringComparison.Ordinal)))
        {
            var host = HostName.WithoutDot(name.AsSpan(Beginning.Length)).ToString();
            if (HostName.WhyNone(host) is { } cure)
            {
                reader.Add(name, $"'{host}' is no host name", cure);
            }
            else if (hosts.Count == MaxHosts)
            {
                reader.Add(name, $"the listener has more than {MaxHosts} hosts", "give some of them a listener of their own");
                break;
            }
            else if (OfHost(reader, name, service) is { } pinned && !hosts.TryAdd(host, pinned))
            {
                reader.Add(name, $"the host '{host}' stands there twice", "remove one; case and a dot at the end make no difference");
            }
        }

        return new ServicePins(OfListener(reader), hosts.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase));
    }

    // Empty text is none, as for every setting.
    private static PinnedService? OfListener(SettingReader reader) => reader.Settings.Settings.GetValueOrDefault("service") is { Length: > 0 } service
        ? Of(reader, static name => name, service, name => reader.Settings.Settings.GetValueOrDefault(name) is { Length: > 0 } part ? part : null)
        : null;

    private static PinnedService? OfHost(SettingReader reader, string setting, string text)
    {
        var question = text.IndexOf('?', StringComparison.Ordinal);
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (question >= 0)
        {
            foreach (var pair in text[(question + 1)..].Split('&'))
            {
                var (name, value) = pair.IndexOf('=', StringComparison.Ordinal) is var at && at < 0 ? (pair, string.Empty) : (pair[..at], pair[(at + 1)..]);
                if (!Parts.Contains(name) || !parts.TryAdd(name, value))
                {
                    reader.Add(setting, $"'{pair}' says nothing of a service, or says it again", $"write {string.Join(", ", Parts)}, each once");
                    return null;
                }
            }
        }

        return Of(reader, _ => setting, question < 0 ? text : text[..question], parts.GetValueOrDefault);
    }

    /// <param name="settingOf">The setting that holds a part.</param>
    private static PinnedService? Of(SettingReader reader, Func<string, string> settingOf, string service, Func<string, string?> part)
    {
        var isRight = IsName(reader, settingOf("service"), service, "service");
        foreach (var name in Parts)
        {
            isRight &= part(name) is not { } text || IsName(reader, settingOf(name), text, name);
        }

        return isRight
            ? new PinnedService(
                new ServiceKey(service, part("version") ?? string.Empty, part("group") ?? string.Empty, part("uniqueId") ?? string.Empty),
                part("contract") is { } contract && contract != service ? contract : null)
            : null;
    }

    private static bool IsName(SettingReader reader, string setting, string text, string what)
    {
        var isName = text.Length is > 0 and <= MaxName && !text.AsSpan().ContainsAny(NoNames) && !text.Any(char.IsControl);
        if (!isName)
        {
            reader.Add(setting, $"'{text}' is no {what}", $"write it as routes and registries do: 1 to {MaxName} characters without spaces and slashes");
        }

        return isName;
    }
}
