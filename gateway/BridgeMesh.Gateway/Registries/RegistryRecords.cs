using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Gateway.Registries;

/// <summary>What <c>registry list --output json</c> writes and <c>registry diff</c> reads again. Services are as in a services file.</summary>
internal sealed record RegistryListRecord(IReadOnlyList<RegistryRecord>? Registries)
{
    private const int MaxDepth = 16;

    /// <summary>Read with the same names; a name that is not known is left out, as newer versions may say more.</summary>
    public static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        MaxDepth = MaxDepth,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // Never put into HTML.
    };

    /// <summary>One line a document, for streams.</summary>
    public static readonly JsonSerializerOptions Line = new(Form) { WriteIndented = false };
}

/// <param name="Answered">Whether all of it was told in time.</param>
/// <param name="Stale">The registry is away and these are the last known.</param>
/// <param name="Problem">What its adapter complains of.</param>
internal sealed record RegistryRecord(
    string? Name, string? Kind, bool Answered, bool Stale, string? Problem, IReadOnlyList<ServiceRecord>? Services)
{
    public static RegistryRecord Of(RegistryView view) => new(
        view.Target.Name,
        view.Target.Kind,
        view.Answered,
        view.IsStale,
        view.Trouble.Length > 0 ? view.Trouble : null,
        [.. view.Services.Select(static s => ServiceRecord.Of(s.Service, s.Instances))]);
}

internal sealed record ServiceRecord(string? Name, string? Version, string? Group, string? UniqueId, IReadOnlyList<InstanceRecord>? Instances)
{
    [JsonIgnore]
    public ServiceKey Key => new(Name ?? string.Empty, Version ?? string.Empty, Group ?? string.Empty, UniqueId ?? string.Empty);

    public static ServiceRecord Of(ServiceKey service, ImmutableArray<ServiceInstance> instances) =>
        Of(service) with { Instances = [.. InOrder(instances).Select(InstanceRecord.Of)] };

    public static ServiceRecord Of(ServiceKey service) =>
        new(service.Interface, NullIfEmpty(service.Version), NullIfEmpty(service.Group), NullIfEmpty(service.UniqueId), null);

    public static IEnumerable<ServiceInstance> InOrder(IEnumerable<ServiceInstance> instances) =>
        instances.OrderBy(static i => i.Protocol, StringComparer.Ordinal).ThenBy(static i => i.Host, StringComparer.Ordinal).ThenBy(static i => i.Port);

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}

/// <summary>An instance; what it does not say is left out.</summary>
internal sealed record InstanceRecord(string? Address, string? Protocol)
{
    public bool? Secure { get; init; }

    public string? Application { get; init; }

    public int? Weight { get; init; }

    public int? WarmUpMs { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public string? Zone { get; init; }

    public string? Health { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public IReadOnlyList<string>? Serializations { get; init; }

    public IReadOnlyList<string>? Methods { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public static InstanceRecord Of(ServiceInstance instance) => new(InstanceWords.AddressOf(instance), instance.Protocol)
    {
        Secure = instance.IsSecure ? true : null,
        Application = instance.Application.Length == 0 ? null : instance.Application,
        Weight = instance.Weight,
        WarmUpMs = instance.WarmUpMs == 0 ? null : instance.WarmUpMs,
        StartedAt = instance.StartedAt,
        Zone = instance.Zone.Length == 0 ? null : instance.Zone,
        Health = InstanceWords.HealthOf(instance.Health),
        Tags = instance.Tags.IsEmpty ? null : instance.Tags,
        Serializations = instance.Serializations.IsEmpty ? null : instance.Serializations,
        Methods = instance.Methods.IsEmpty ? null : instance.Methods,
        Metadata = instance.Metadata.IsEmpty ? null : new SortedDictionary<string, string>(instance.Metadata, StringComparer.Ordinal),
    };

    /// <summary>Null where it is no instance; <paramref name="problem"/> then says why.</summary>
    public ServiceInstance? Read(ServiceKey service, out string problem)
    {
        problem = string.Empty;
        if (!InstanceWords.TryAddress(Address ?? string.Empty, out var host, out var port))
        {
            problem = $"'{Address}' is no host and port";
        }

        if (string.IsNullOrEmpty(Protocol))
        {
            problem = "it has no protocol";
        }

        if (!InstanceWords.TryHealth(Health ?? "up", out var health))
        {
            problem = $"'{Health}' is no health";
        }

        return problem.Length > 0 || Protocol is null ? null : new ServiceInstance
        {
            Service = service,
            Protocol = Protocol,
            Host = host,
            Port = port,
            IsSecure = Secure ?? false,
            Application = Application ?? string.Empty,
            Weight = Weight ?? 100,
            WarmUpMs = WarmUpMs ?? 0,
            StartedAt = StartedAt,
            Zone = Zone ?? string.Empty,
            Health = health,
            Tags = [.. Tags ?? []],
            Serializations = [.. Serializations ?? []],
            Methods = [.. Methods ?? []],
            Metadata = Metadata?.ToImmutableDictionary(StringComparer.Ordinal) ?? ImmutableDictionary<string, string>.Empty,
        };
    }
}
