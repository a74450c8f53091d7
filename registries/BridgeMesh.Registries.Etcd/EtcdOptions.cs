using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using BridgeMesh.Plugins;

namespace BridgeMesh.Registries.Etcd;

/// <summary>Settings of the registry kind <c>etcd</c>.</summary>
/// <param name="Servers">Each ends in a slash. Members of one cluster: any of them answers for all.</param>
/// <param name="Prefix">Of all keys that count; ends in a slash.</param>
/// <param name="Timeout">For one request to one server.</param>
/// <param name="Lease">Time without a renewal after which etcd takes out what was published.</param>
internal sealed record EtcdOptions(ImmutableArray<Uri> Servers, string Prefix, TimeSpan Timeout, TimeSpan Lease)
{
    internal const string Kind = "etcd";

    internal const int MaxServers = 32;

    /// <summary>Longest prefix, in bytes of UTF-8.</summary>
    internal const int MaxPrefixBytes = 512;

    private const string ServersSetting = "servers";
    private const string PrefixSetting = "prefix";
    private const string UsernameSetting = "username";
    private const string PasswordSetting = "password";
    private const string CaSetting = "ca";
    private const string DefaultPrefix = "/bridgemesh/services/";

    /// <summary>Empty where etcd asks nobody's name.</summary>
    internal string Username { get; init; } = string.Empty;

    internal string Password { get; init; } = string.Empty;

    /// <summary>Of instances that name none; empty leaves it open.</summary>
    internal string Zone { get; init; } = string.Empty;

    /// <summary>The only authorities that count; null takes the machine's.</summary>
    internal X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Between two looks whether the watch has missed anything.</summary>
    internal TimeSpan CheckInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Keys that one answer is asked for; halved while answers are too large.</summary>
    internal int PageSize { get; init; } = 1_000;

    /// <summary>First pause after a failure; it doubles up to <see cref="LongestPause"/>, and half of it is by chance.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    internal TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    internal static IReadOnlyList<SettingDescription> Descriptions { get; } =
    [
        new(ServersSetting, SettingKind.Texts, "Members of one etcd cluster, such as http://host:2379; each answers for all, and one that is away is passed over."),
        new(PrefixSetting, SettingKind.Text, "Beginning of all keys of instances.", DefaultPrefix),
        new(UsernameSetting, SettingKind.Text, "Who the gateway is to etcd, where authentication is enabled.") { Needs = PasswordSetting },
        new(PasswordSetting, SettingKind.Text, "Goes with the username.") { Needs = UsernameSetting },
        new("leaseS", SettingKind.Number, "Time without a renewal after which etcd takes out what the gateway published, in s.", "30") { Min = 2, Max = 86_400 },
        new("timeoutMs", SettingKind.Number, "Time for one answer of one server, in ms.", "5000") { Min = 100, Max = 60_000 },
        new("checkMs", SettingKind.Number, "Time between two looks whether the watch has missed anything, in ms.", "15000") { Min = 1_000, Max = 600_000 },
        new("zone", SettingKind.Text, "Zone of instances that name none."),
        new(CaSetting, SettingKind.Text, "PEM file with the only authorities that count for https, relative to the configuration file; the machine's without it."),
    ];

    internal static EtcdOptions Read(RegistrySettings settings, out RegistrySettingReader reader)
    {
        reader = new RegistrySettingReader(settings, Descriptions);
        reader.RefuseOthers(Kind);
        var username = reader.Text(UsernameSetting);
        var password = reader.Text(PasswordSetting);
        if (username is null != password is null)
        {
            var (there, missing) = username is null ? (PasswordSetting, UsernameSetting) : (UsernameSetting, PasswordSetting);
            reader.Add(there, $"there is no '{missing}'", $"write '{missing}' too, or leave both out");
        }

        return new EtcdOptions(
            ServersOf(reader),
            PrefixOf(reader),
            TimeSpan.FromMilliseconds(reader.Number("timeoutMs")),
            TimeSpan.FromSeconds(reader.Number("leaseS")))
        {
            Username = username ?? string.Empty,
            Password = password ?? string.Empty,
            Zone = reader.Text("zone") ?? string.Empty,
            CheckInterval = TimeSpan.FromMilliseconds(reader.Number("checkMs")),
            Authorities = AuthoritiesOf(settings, reader),
        };
    }

    private static ImmutableArray<Uri> ServersOf(RegistrySettingReader reader)
    {
        var texts = reader.Texts(ServersSetting);
        if (texts.Length is 0 or > MaxServers)
        {
            var count = texts.Length.ToString(CultureInfo.InvariantCulture);
            reader.Add(ServersSetting, texts.Length == 0 ? "there is no server" : $"there are {count} servers", $"write 1 to {MaxServers}, such as http://127.0.0.1:2379");
        }

        var servers = ImmutableArray.CreateBuilder<Uri>(texts.Length);
        foreach (var text in texts)
        {
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                && uri.UserInfo.Length + uri.Query.Length + uri.Fragment.Length == 0)
            {
                servers.Add(new UriBuilder(uri) { Path = uri.AbsolutePath.TrimEnd('/') + "/" }.Uri);
            }
            else
            {
                // Not the text itself: it may hold a password.
                reader.Add(ServersSetting, "one of the servers is no http or https address", "write http://host:2379; who the gateway is goes into username and password");
            }
        }

        return servers.ToImmutable();
    }

    private static string PrefixOf(RegistrySettingReader reader)
    {
        var prefix = reader.Text(PrefixSetting) ?? DefaultPrefix;
        if (Encoding.UTF8.GetByteCount(prefix) > MaxPrefixBytes)
        {
            reader.Add(PrefixSetting, $"it has more than {MaxPrefixBytes} bytes", "write a shorter one");
            return DefaultPrefix;
        }

        return prefix.EndsWith('/') ? prefix : prefix + "/";
    }

    private static X509Certificate2Collection? AuthoritiesOf(RegistrySettings settings, RegistrySettingReader reader)
    {
        if (reader.Text(CaSetting) is not { } name)
        {
            return null;
        }

        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(Path.GetFullPath(name, settings.BaseDirectory));
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or CryptographicException)
        {
            reader.Add(CaSetting, $"it cannot be read: {unread.Message}", "name a PEM file of certificates");
            return authorities;
        }

        if (authorities.Count == 0)
        {
            reader.Add(CaSetting, "it has no certificate", "name a PEM file of certificates");
        }

        return authorities;
    }
}
