using System.Collections.Immutable;
using System.Globalization;

namespace BridgeMesh.Registries.ZooKeeper.Layouts;

/// <summary>Parts of an instance that a layout has a place of its own for.</summary>
[Flags]
internal enum OwnPlaces
{
    None = 0,
    Protocol = 1,
    Version = 2,
    Group = 4,
    UniqueId = 8,
    Application = 16,
    Serializations = 32,
    Tags = 64,
    WarmUp = 128,
    StartedAt = 256,
    Weight = 512,
    Zone = 1_024,
    Secure = 2_048,
    Methods = 4_096,
    Interface = 8_192,
}

/// <summary>
/// What a layout has no place for stands in its free texts under names that begin with <c>bridgemesh.</c>, the same in every layout and in
/// Eureka, and is read from there again. Marks of gateways under the prefix stay where they are.
/// </summary>
internal static class CarriedWords
{
    /// <summary>Highest weight of the model.</summary>
    internal const int MaxWeight = 10_000;

    private static readonly (OwnPlaces Place, string Name)[] Names =
    [
        (OwnPlaces.Protocol, InstanceMarks.Prefix + "protocol"),
        (OwnPlaces.Version, InstanceMarks.Prefix + "version"),
        (OwnPlaces.Group, InstanceMarks.Prefix + "group"),
        (OwnPlaces.UniqueId, InstanceMarks.Prefix + "uniqueId"),
        (OwnPlaces.Application, InstanceMarks.Prefix + "application"),
        (OwnPlaces.Serializations, InstanceMarks.Prefix + "serializations"),
        (OwnPlaces.Tags, InstanceMarks.Prefix + "tags"),
        (OwnPlaces.WarmUp, InstanceMarks.Prefix + "warmUpMs"),
        (OwnPlaces.StartedAt, InstanceMarks.Prefix + "startedAt"),
        (OwnPlaces.Weight, InstanceMarks.Prefix + "weight"),
        (OwnPlaces.Zone, InstanceMarks.Prefix + "zone"),
        (OwnPlaces.Secure, InstanceMarks.Prefix + "secure"),
        (OwnPlaces.Methods, InstanceMarks.Prefix + "methods"),
        (OwnPlaces.Interface, InstanceMarks.Prefix + "service"),
    ];

    /// <summary>The instance's metadata, and beside it what the layout has no place for and is not what it would be if nothing were said.</summary>
    internal static ImmutableDictionary<string, string> Of(ServiceInstance facade, OwnPlaces places)
    {
        var words = facade.Metadata.ToBuilder();
        foreach (var (place, name) in Names)
        {
            if ((places & place) == 0 && Say(facade, place) is { Length: > 0 } word)
            {
                words[name] = word;
            }
        }

        return words.ToImmutable();
    }

    /// <summary>The instance with what its metadata says of it, which then leaves the metadata.</summary>
    internal static ServiceInstance Take(ServiceInstance instance)
    {
        var metadata = instance.Metadata;
        foreach (var (place, name) in Names)
        {
            if (metadata.TryGetValue(name, out var word))
            {
                instance = With(instance, place, word);
                metadata = metadata.Remove(name);
            }
        }

        return instance with { Metadata = metadata };
    }

    internal static ImmutableArray<string> Words(string? text) =>
        text is null ? [] : [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Null where it is no number from 0 to the greatest.</summary>
    internal static int? Number(string? text, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max ? number : null;

    /// <summary>Null where it is no time in ms since 1970.</summary>
    internal static DateTimeOffset? Time(string? ms) =>
        long.TryParse(ms, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0
            && value <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(value)
            : null;

    private static string? Say(ServiceInstance facade, OwnPlaces place) => place switch
    {
        OwnPlaces.Protocol => facade.Protocol,
        OwnPlaces.Version => facade.Service.Version,
        OwnPlaces.Group => facade.Service.Group,
        OwnPlaces.UniqueId => facade.Service.UniqueId,
        OwnPlaces.Application => facade.Application,
        OwnPlaces.Serializations => string.Join(',', facade.Serializations),
        OwnPlaces.Tags => string.Join(',', facade.Tags),
        OwnPlaces.WarmUp => facade.WarmUpMs == 0 ? null : facade.WarmUpMs.ToString(CultureInfo.InvariantCulture),
        OwnPlaces.StartedAt => facade.StartedAt?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        OwnPlaces.Weight => facade.Weight == 100 ? null : facade.Weight.ToString(CultureInfo.InvariantCulture),
        OwnPlaces.Zone => facade.Zone,
        OwnPlaces.Secure => facade.IsSecure ? "true" : null,
        OwnPlaces.Methods => string.Join(',', facade.Methods),
        _ => facade.Service.Interface,
    };

    private static ServiceInstance With(ServiceInstance instance, OwnPlaces place, string word) => place switch
    {
        OwnPlaces.Protocol => word.Length == 0 ? instance : instance with { Protocol = word },
        OwnPlaces.Version => instance with { Service = instance.Service with { Version = word } },
        OwnPlaces.Group => instance with { Service = instance.Service with { Group = word } },
        OwnPlaces.UniqueId => instance with { Service = instance.Service with { UniqueId = word } },
        OwnPlaces.Application => instance with { Application = word },
        OwnPlaces.Serializations => instance with { Serializations = Words(word) },
        OwnPlaces.Tags => instance with { Tags = Words(word) },
        OwnPlaces.WarmUp => instance with { WarmUpMs = Number(word, int.MaxValue) ?? instance.WarmUpMs },
        OwnPlaces.StartedAt => instance with { StartedAt = Time(word) ?? instance.StartedAt },
        OwnPlaces.Weight => instance with { Weight = Number(word, MaxWeight) ?? instance.Weight },
        OwnPlaces.Zone => instance with { Zone = word },
        OwnPlaces.Secure => instance with { IsSecure = word == "true" },
        OwnPlaces.Methods => instance with { Methods = Words(word) },
        _ => word.Length == 0 ? instance : instance with { Service = instance.Service with { Interface = word } },
    };
}
