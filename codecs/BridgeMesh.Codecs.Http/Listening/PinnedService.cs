using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>
/// The one service that all requests of a listener, or of a host name of it, are for. Spring's clients resolve a service's name to an address
/// and do not say it again in the request, so the address has to say it.
/// </summary>
/// <param name="Service">As routes and registries know it. Parts that are left out are the caller's to name, on canonical paths.</param>
/// <param name="Contract">
/// Name of the contract that the service goes by, in Java or in protobuf, where it differs from the service's own; else null.
/// </param>
internal sealed record PinnedService(ServiceKey Service, string? Contract)
{
    /// <summary>What Dubbo's consumers write for a service without a version.</summary>
    private const string NoVersion = "0.0.0";

    /// <summary>
    /// The contracts of the service among all: of several that fit, the one with exactly its version, group and uniqueId alone, where there is
    /// one.
    /// </summary>
    internal ImmutableArray<ServiceContract> Among(ImmutableArray<ServiceContract> contracts)
    {
        var name = Contract ?? Service.Interface;
        var fitting = contracts.Where(c => (c.Service.Interface == name || c.ProtoName == name) && Fits(c.Service)).ToImmutableArray();
        var exact = fitting.FirstOrDefault(c => c.Service == Service with { Interface = c.Service.Interface });
        return exact is null ? fitting : [exact];
    }

    /// <summary>What a call of a method of one of these contracts is for.</summary>
    internal ServiceKey NamedBy(ServiceContract contract) => Contract is not null
        ? Service
        : new ServiceKey(
            Service.Interface,
            Service.Version.Length > 0 ? Service.Version : contract.Service.Version,
            Service.Group.Length > 0 ? Service.Group : contract.Service.Group,
            Service.UniqueId.Length > 0 ? Service.UniqueId : contract.Service.UniqueId);

    /// <summary>The parts that the caller names in the places of those that are open; null when it names another than is meant.</summary>
    internal ServiceKey? NamedBy(string version, string group, string uniqueId) =>
        Part(Service.Version, version) is { } v && Part(Service.Group, group) is { } g && Part(Service.UniqueId, uniqueId) is { } u
            ? new ServiceKey(Service.Interface, v, g, u)
            : null;

    public override string ToString() => Service.ToString();

    private bool Fits(in ServiceKey contract) =>
        Agree(VersionOf(Service), VersionOf(contract)) && Agree(Service.Group, contract.Group) && Agree(Service.UniqueId, contract.UniqueId);

    private static bool Agree(string left, string right) => left.Length == 0 || right.Length == 0 || left == right;

    private static string VersionOf(in ServiceKey service) => service.Version == NoVersion ? string.Empty : service.Version;

    private static string? Part(string pinned, string asked) => pinned.Length == 0 ? asked : asked.Length == 0 || asked == pinned ? pinned : null;
}
