using System.Collections.Immutable;
using System.Globalization;
using BridgeMesh.Registries.ZooKeeper.Client;
using BridgeMesh.Registries.ZooKeeper.Layouts;

namespace BridgeMesh.Registries.ZooKeeper.Dubbo;

/// <summary>
/// Says of a facade what every consumer of Dubbo's needs to call it. Nothing in it changes with a restart: a node of another name would be
/// another provider.
/// </summary>
/// <param name="application">Of facades that name none.</param>
internal sealed class ProviderUrlWriter(string application)
{
    /// <summary>The version of the wire protocol that every Dubbo since 2.7 says; Dubbo's own name for it is misleading.</summary>
    private const string ProtocolVersion = "2.0.2";

    /// <summary>
    /// Dubbo whose bytes the gateway's listener was compared with. Without a release 3.x takes a provider for one of 2.6.
    /// </summary>
    private const string Release = "2.7.23";

    private const string Serialization = "hessian2";

    /// <exception cref="FormatException">Dubbo has no words for it.</exception>
    internal RegistryUrl Write(ServiceInstance facade)
    {
        var service = facade.Service;
        var scheme = ProviderUrl.SchemeOf(facade.Protocol)
            ?? throw new FormatException($"{facade}: Dubbo's registry has no providers of the protocol '{facade.Protocol}'");
        if (NodePath.Check($"/{service.Interface}") is not null || !IsSayable(service.Interface) || service.Interface.AsSpan().ContainsAny('/', '?')
            || !DubboPaths.IsInterface(service.Interface) || service.Interface is "." or "..")
        {
            throw new FormatException($"{facade}: '{service.Interface}' cannot be the name of an interface in Dubbo's registry");
        }

        if (!IsSayable(service.Version) || !IsSayable(service.Group) || service.Version == ProviderUrl.Any || service.Group == ProviderUrl.Any)
        {
            throw new FormatException($"{facade}: version and group must be names, not patterns, and without '&' and '='");
        }

        var said = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in facade.Metadata)
        {
            if (key.StartsWith(InstanceMarks.Prefix, StringComparison.Ordinal))
            {
                said[key] = Uri.EscapeDataString(value);
            }
            else if (IsSayable(key) && IsSayable(value) && key.Length > 0)
            {
                said[key] = value;
            }
        }

        var path = said.GetValueOrDefault(ProviderUrl.Path, service.Interface);
        said.Remove(ProviderUrl.Path);
        Fill(said, facade);
        return new RegistryUrl(scheme, facade.Host, facade.Port, path, said.ToImmutable());
    }

    private void Fill(ImmutableSortedDictionary<string, string>.Builder said, ServiceInstance facade)
    {
        var service = facade.Service;
        void Say(string key, string value)
        {
            if (value.Length > 0)
            {
                said[key] = value;
            }
        }

        // What consumers look for in every provider.
        Say("anyhost", "true");
        Say("deprecated", "false");
        Say("dubbo", ProtocolVersion);
        Say("dynamic", "true");
        Say("generic", "false");
        Say("release", Release);
        Say("side", "provider");
        Say(ProviderUrl.Interface, service.Interface);
        Say(ProviderUrl.Version, service.Version);
        Say(ProviderUrl.Group, service.Group);
        Say(ProviderUrl.Application, facade.Application.Length > 0 && IsSayable(facade.Application) ? facade.Application : application);

        // Consumers of 2.5 and 2.6, and node-zookeeper-dubbo, take a provider without methods for one that has none.
        Say(ProviderUrl.Methods, facade.Methods.IsEmpty ? ProviderUrl.Any : string.Join(',', facade.Methods));
        if (facade.Protocol == "dubbo")
        {
            // Dubbo 3 sends its own first choice, fastjson2, to a provider that does not name its own.
            Say(ProviderUrl.PreferSerialization, facade.Serializations.IsEmpty ? Serialization : string.Join(',', facade.Serializations));
            Say(ProviderUrl.Serialization, facade.Serializations.IsEmpty ? Serialization : facade.Serializations[0]);
        }

        // A consumer of 2.7 counts the warm-up of a provider without a time from its own start, and gives it little for ten minutes.
        Say(ProviderUrl.WarmUp, facade.WarmUpMs.ToString(CultureInfo.InvariantCulture));
        Say(ProviderUrl.Timestamp, facade.StartedAt?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? string.Empty);
        Say(ProviderUrl.Weight, facade.Weight == 100 ? string.Empty : facade.Weight.ToString(CultureInfo.InvariantCulture));
        Say(ProviderUrl.Tag, facade.Tags.IsEmpty || !IsSayable(facade.Tags[0]) ? string.Empty : facade.Tags[0]);
        Say(ProviderUrl.Disabled, facade.Health == InstanceHealth.Up ? string.Empty : "true");
        Say(ProviderUrl.Secure, facade.IsSecure ? "true" : string.Empty);
        Say(ProviderUrl.UniqueId, Uri.EscapeDataString(service.UniqueId));
        Say(ProviderUrl.Zone, Uri.EscapeDataString(facade.Zone));
        Say(ProviderUrl.Tags, facade.Tags.Length > 1 ? Uri.EscapeDataString(string.Join(',', facade.Tags)) : string.Empty);
    }

    /// <summary>Dubbo's URLs have no way to write these in a value.</summary>
    private static bool IsSayable(string text) => !text.AsSpan().ContainsAny('&', '=', '#');
}
