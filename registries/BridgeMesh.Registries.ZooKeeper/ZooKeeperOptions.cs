using System.Collections.Immutable;
using System.Text;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.DubboApplication;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper;

/// <summary>Settings of the registry kind <c>zookeeper</c>.</summary>
/// <param name="NodeAcl">Of the nodes that are made.</param>
internal sealed record ZooKeeperOptions(ClientOptions Client, LayoutChoice Layout, LayoutSettings LayoutSettings, ImmutableArray<Acl> NodeAcl)
{
    internal const string Kind = "zookeeper";

    private const string Servers = "servers";
    private const string LayoutSetting = "layout";
    private const string Root = "root";
    private const string Username = "username";
    private const string Password = "password";
    private const string Sasl = "sasl";
    private const string AclSetting = "acl";
    private const string Application = "application";
    private const string MetadataRoot = "metadataRoot";

    /// <summary>Lists of children grow past a server's 1 MiB: 5,000 providers' URLs of 3,000 characters are 15 MB.</summary>
    private const int MaxPacketBytes = 16 << 20;

    internal static IReadOnlyList<SettingDescription> Descriptions { get; } =
    [
        new(Servers, SettingKind.Text, "Connect string as Java's clients take it: host1:2181,host2:2181/chroot."),
        new(LayoutSetting, SettingKind.Text, "How services stand in the tree.", LayoutChoice.All[0].Word)
        {
            Choices = [.. LayoutChoice.All.Select(static l => l.Word)],
        },
        new(Root, SettingKind.Text,
            $"Node below which they stand. Default by layout: {string.Join(", ", LayoutChoice.All.Select(static l => $"{l.Root} ({l.Word})"))}."),
        new(MetadataRoot, SettingKind.Text,
            "Layout dubbo-application: node below which Dubbo's mapping and metadata stand, which is the group of its metadata centre.",
            DubboApplicationLayout.DefaultMetadataRoot),
        new(Username, SettingKind.Text, "Login, by the digest scheme.") { Needs = Password },
        new(Password, SettingKind.Text, "The login's password.") { Needs = Username },
        new(Sasl, SettingKind.Flag, "The login is shown by SASL DIGEST-MD5 rather than by the digest scheme.", "false") { Needs = Username },
        new(AclSetting, SettingKind.Text, "Who may do what with nodes that are made: open lets anybody, creator the login alone.", "open")
        {
            Choices = ["open", "creator"],
        },
        new(Application, SettingKind.Text,
            "Name of the gateway among the registry's applications, for rules that name their consumers and for what is published without one.", "bridgemesh"),
        new("sessionTimeoutMs", SettingKind.Number,
            "Time without a connection after which the servers take out what was published, in ms; they have the last word.", "30000")
        {
            Min = 1_000, Max = 600_000,
        },
        new("timeoutMs", SettingKind.Number, "Time for one operation, waiting for a connection included, in ms.", "5000") { Min = 100, Max = 60_000 },
    ];

    internal static ZooKeeperOptions? Read(RegistrySettings settings, out RegistrySettingReader reader)
    {
        reader = new RegistrySettingReader(settings, Descriptions);
        reader.RefuseOthers(Kind);
        var connect = ServersOf(reader);
        var layout = LayoutOf(reader);
        var root = PathOf(reader, Root, layout.Root);
        var metadataRoot = PathOf(reader, MetadataRoot, DubboApplicationLayout.DefaultMetadataRoot);
        if (layout.Word == LayoutChoice.DubboApplication && (IsBelow(root, metadataRoot) || IsBelow(metadataRoot, root)))
        {
            reader.Add(MetadataRoot, $"'{MetadataRoot}' is {metadataRoot} and '{Root}' is {root}: one lies in the other", "choose two that lie apart");
        }

        var client = new ClientOptions(connect ?? new ConnectString([], string.Empty), settings.Time)
        {
            SessionTimeoutMs = reader.Number("sessionTimeoutMs"),
            OperationTimeoutMs = reader.Number("timeoutMs"),
            MaxPacketBytes = MaxPacketBytes,
        };
        client = WithLogin(client, reader);
        var acl = reader.Text(AclSetting) ?? "open";
        if (acl is not ("open" or "creator"))
        {
            reader.Add(AclSetting, $"'{AclSetting}' is '{acl}'", "write open or creator");
        }
        else if (acl == "creator" && reader.Text(Username) is null)
        {
            reader.Add(AclSetting, "'creator' needs a login: nobody could ever write the nodes again", $"write {Username} and {Password}, or leave it open");
        }

        return connect is null
            ? null
            : new ZooKeeperOptions(
                client,
                layout,
                new LayoutSettings(root, reader.Text(Application) ?? "bridgemesh") { MetadataRoot = metadataRoot },
                acl == "creator" ? Acl.CreatorAll : Acl.Open);
    }

    private static string PathOf(RegistrySettingReader reader, string setting, string fallback)
    {
        var path = (reader.Text(setting) ?? fallback).TrimEnd('/');
        if (NodePath.Check(path) is { } wrong)
        {
            reader.Add(setting, $"'{setting}' {(path.Length == 0 ? "is the whole tree" : wrong)}", $"write a path such as {fallback}");
        }

        return path;
    }

    private static bool IsBelow(string path, string other) => path == other || path.StartsWith($"{other}/", StringComparison.Ordinal);

    private static ConnectString? ServersOf(RegistrySettingReader reader)
    {
        const string Cure = "write host1:2181,host2:2181, with /chroot behind it where there is one";
        if (reader.Text(Servers) is not { } text)
        {
            reader.Add(Servers, "there is no server", Cure);
            return null;
        }

        if (!ConnectString.TryParse(text, out var parsed, out var problem))
        {
            reader.Add(Servers, $"'{Servers}' {problem}", Cure);
            return null;
        }

        return parsed;
    }

    private static LayoutChoice LayoutOf(RegistrySettingReader reader)
    {
        if (reader.Text(LayoutSetting) is not { } word)
        {
            return LayoutChoice.All[0];
        }

        if (LayoutChoice.All.FirstOrDefault(l => l.Word == word) is { } layout)
        {
            return layout;
        }

        var words = LayoutChoice.All.Select(static l => l.Word).ToArray();
        reader.Add(LayoutSetting, $"'{LayoutSetting}' is '{word}'", NearMiss.Cure(word, words));
        return LayoutChoice.All[0];
    }

    private static ClientOptions WithLogin(ClientOptions client, RegistrySettingReader reader)
    {
        var isSasl = reader.Flag(Sasl);
        switch (reader.Text(Username), reader.Text(Password))
        {
            case (null, null):
                if (isSasl)
                {
                    reader.Add(Sasl, "'sasl' needs a login", $"write {Username} and {Password}");
                }

                return client;
            case (null, _):
                reader.Add(Username, $"'{Password}' is there without '{Username}'", "write both or none");
                return client;
            case (_, null):
                reader.Add(Password, $"'{Username}' is there without '{Password}'", "write both or none");
                return client;
            case ({ } user, { } password):
                if (!isSasl && user.Contains(':', StringComparison.Ordinal))
                {
                    reader.Add(Username, $"'{Username}' has a colon, at which the digest scheme would cut it", "choose a name without one");
                }

                return isSasl
                    ? client with { Sasl = new SaslLogin(user, password) }
                    : client with { Auth = [new AuthInfo("digest", Encoding.UTF8.GetBytes($"{user}:{password}"))] };
        }
    }
}
