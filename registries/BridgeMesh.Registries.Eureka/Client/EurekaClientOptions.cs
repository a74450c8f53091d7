using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Eureka.Services;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Client;

/// <summary>One server as it was configured. Its text never shows who calls.</summary>
/// <param name="Address">Ends in a slash; without user and password.</param>
/// <param name="Authorization">Basic, from the address; null without.</param>
internal sealed record EurekaServerAddress(Uri Address, AuthenticationHeaderValue? Authorization)
{
    public override string ToString() => Address.ToString();

    /// <summary>Null where it is no address of a server.</summary>
    internal static EurekaServerAddress? Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return null;
        }

        var user = Uri.UnescapeDataString(uri.UserInfo);
        return new EurekaServerAddress(
            new UriBuilder(uri) { UserName = string.Empty, Password = string.Empty, Path = uri.AbsolutePath.TrimEnd('/') + "/" }.Uri,
            user.Length == 0 ? null : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(user))));
    }
}

/// <summary>Settings of the registry kind <c>eureka</c>.</summary>
/// <param name="Servers">In the order in which they are tried: those of the own zone first.</param>
/// <param name="FetchInterval">Between the end of a fetch and the next.</param>
/// <param name="Timeout">For one request to one server.</param>
internal sealed record EurekaClientOptions(
    ImmutableArray<EurekaServerAddress> Servers,
    TimeSpan FetchInterval,
    TimeSpan Timeout,
    EurekaLease Lease,
    bool IsXml,
    bool UsesDelta,
    InstanceMapping Mapping)
{
    internal const string Kind = "eureka";

    internal const int MaxServers = 32;

    private const string ServersSetting = "servers";
    private const string ZoneSetting = "zone";

    /// <summary>First pause after a failure; it doubles up to <see cref="LongestPause"/>, and half of it is by chance.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    internal TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time on a later server after which the first is tried again.</summary>
    internal TimeSpan ReturnAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Between renewals of what is published.</summary>
    internal TimeSpan RenewalInterval { get; init; } = TimeSpan.FromSeconds(Lease.RenewalIntervalS);

    internal static IReadOnlyList<SettingDescription> Descriptions { get; } =
    [
        new(ServersSetting, SettingKind.Texts,
            "Servers in the order of preference, such as http://user:password@host:8761/eureka; zone=http://… names the zone that one stands in."),
        new(ZoneSetting, SettingKind.Text, "The gateway's own zone: servers of it are tried first."),
        new("fetchIntervalMs", SettingKind.Number, "Time between two fetches of what changed, in ms.", "5000") { Min = 100, Max = 600_000 },
        new("timeoutMs", SettingKind.Number, "Time for one answer of one server, in ms.", "5000") { Min = 100, Max = 60_000 },
        new("delta", SettingKind.Flag, "Fetches changes alone once it knows all; false fetches all each time.", "true"),
        new("format", SettingKind.Text, "What documents are asked for and sent as.", "json") { Choices = ["json", "xml"] },
        new("leaseRenewalS", SettingKind.Number, "Time between renewals of what is published, in s.", "30") { Min = 1, Max = 3_600 },
        new("leaseDurationS", SettingKind.Number, "Time without a renewal after which servers give it up, in s.", "90") { Min = 2, Max = 86_400 },
        new("preferIpAddress", SettingKind.Flag, "Calls go to an instance's address rather than to its host name.", "false"),
        new("preferSecure", SettingKind.Flag, "Calls go to the secure port where both ports are enabled, as Spring's clients do.", "true"),
    ];

    internal static EurekaClientOptions Read(RegistrySettings settings, out RegistrySettingReader reader)
    {
        reader = new RegistrySettingReader(settings, Descriptions);
        reader.RefuseOthers(Kind);
        var servers = ServersOf(reader);
        var format = reader.Text("format");
        if (format is not (null or "json" or "xml"))
        {
            reader.Add("format", $"'format' is '{format}'", "write json or xml");
        }

        var lease = new EurekaLease(reader.Number("leaseRenewalS"), reader.Number("leaseDurationS"));
        if (lease.DurationS <= lease.RenewalIntervalS)
        {
            reader.Add("leaseDurationS", "a lease would end before it is renewed", "make it longer than leaseRenewalS, best three times as long");
        }

        return new EurekaClientOptions(
            servers,
            TimeSpan.FromMilliseconds(reader.Number("fetchIntervalMs")),
            TimeSpan.FromMilliseconds(reader.Number("timeoutMs")),
            lease,
            format == "xml",
            reader.Flag("delta"),
            new InstanceMapping(reader.Flag("preferIpAddress"), reader.Flag("preferSecure")));
    }

    private static ImmutableArray<EurekaServerAddress> ServersOf(RegistrySettingReader reader)
    {
        var own = reader.Text(ZoneSetting);
        var near = new List<EurekaServerAddress>();
        var far = new List<EurekaServerAddress>();
        var texts = reader.Texts(ServersSetting);
        if (texts.Length is 0 or > MaxServers)
        {
            var count = texts.Length.ToString(CultureInfo.InvariantCulture);
            reader.Add(ServersSetting, texts.Length == 0 ? "there is no server" : $"there are {count} servers", $"write 1 to {MaxServers}, such as http://127.0.0.1:8761/eureka");
        }

        foreach (var text in texts)
        {
            var zone = text.IndexOf('=', StringComparison.Ordinal) is var at && at > 0 && !text.AsSpan(0, at).ContainsAny(":/") ? text[..at] : null;
            if (EurekaServerAddress.Parse(zone is null ? text : text[(zone.Length + 1)..]) is { } server)
            {
                (zone is not null && zone == own ? near : far).Add(server);
            }
            else
            {
                // Not the text itself: it may hold a password.
                reader.Add(ServersSetting, "one of the servers is no http or https address", "write http://host:8761/eureka, with zone= before it where you like");
            }
        }

        return [.. near, .. far];
    }
}
