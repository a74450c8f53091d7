using System.Net;
using BridgeMesh.Plugins;
using BridgeMesh.Registries.Eureka.Client;

namespace BridgeMesh.Registries.Eureka.Server;

/// <summary>
/// Kind <c>eureka-server</c>: a registry that stands in the gateway. When its settings change, a new adapter comes before the old one goes:
/// both share the server of one address, and what has registered there stays. Safe for any thread.
/// </summary>
internal sealed class EurekaServerFactory : IRegistryFactory
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPEndPoint, Shared> _servers = [];

    public string Kind => EurekaServerOptions.Kind;

    public IReadOnlyList<SettingDescription> Settings => EurekaServerOptions.Descriptions;

    public IReadOnlyList<SettingProblem> Check(RegistrySettings settings)
    {
        _ = EurekaServerOptions.Read(settings, out var reader);
        return reader.Problems;
    }

    /// <summary>Spring's clients know HTTP alone.</summary>
    public IReadOnlyList<string>? PublishedProtocols(RegistrySettings settings) => ["http"];

    /// <summary>Who is on this machine reaches a server of every interface by the loopback.</summary>
    public (string Kind, IReadOnlyDictionary<string, string> Settings)? ClientOf(RegistrySettings settings)
    {
        var options = EurekaServerOptions.Read(settings, out _);
        var any = options.Address.Address.Equals(IPAddress.Any) || options.Address.Address.Equals(IPAddress.IPv6Any);
        var address = any ? new IPEndPoint(IPAddress.Loopback, options.Address.Port) : options.Address;
        var values = settings.Settings;
        var user = options.Credentials is null
            ? string.Empty
            : $"{Uri.EscapeDataString(values["username"])}:{Uri.EscapeDataString(values["password"])}@";
        var client = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["servers"] = $"http://{user}{address}/eureka",
            ["fetchIntervalMs"] = "1000", // It is near, and somebody looks on.
        };
        foreach (var shared in values.Where(static v => v.Key is "preferIpAddress" or "preferSecure" or "leaseRenewalS" or "leaseDurationS"))
        {
            client[shared.Key] = shared.Value;
        }

        return (EurekaClientOptions.Kind, client);
    }

    public IRegistryAdapter Create(RegistrySettings settings)
    {
        var options = EurekaServerOptions.Read(settings, out var reader);
        reader.ThrowIfAny();
        return Create(options, settings);
    }

    internal EurekaServerAdapter Create(EurekaServerOptions options, RegistrySettings settings)
    {
        if (options.Address.Port == 0)
        {
            var own = new EurekaServerHost(options, settings);
            return new EurekaServerAdapter(own, options, settings, () => own.DisposeAsync());
        }

        lock (_lock)
        {
            if (!_servers.TryGetValue(options.Address, out var shared))
            {
                _servers[options.Address] = shared = new Shared(new EurekaServerHost(options, settings));
            }

            var user = new User(options, settings);
            shared.Users.Add(user);
            return new EurekaServerAdapter(shared.Host, options, settings, () => LetGoAsync(options.Address, shared, user));
        }
    }

    private async ValueTask LetGoAsync(IPEndPoint address, Shared shared, User user)
    {
        User? last;
        lock (_lock)
        {
            shared.Users.Remove(user);
            last = shared.Users.Count > 0 ? shared.Users[^1] : null;
            if (last is null)
            {
                _servers.Remove(address);
            }
        }

        // A change that was undone leaves the former settings.
        if (last is null)
        {
            await shared.Host.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            await shared.Host.UseAsync(last.Options, last.Settings).ConfigureAwait(false);
        }
    }

    private sealed record User(EurekaServerOptions Options, RegistrySettings Settings);

    private sealed record Shared(EurekaServerHost Host)
    {
        internal List<User> Users { get; } = [];
    }
}
