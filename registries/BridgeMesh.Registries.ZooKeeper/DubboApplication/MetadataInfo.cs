using System.Collections.Immutable;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Registries.ZooKeeper.DubboApplication;

/// <summary>One service of an application's, as org.apache.dubbo.metadata.MetadataInfo.ServiceInfo has it.</summary>
/// <param name="Protocol">Dubbo's name for it: dubbo, tri, rest.</param>
/// <param name="Port">0 where it is not told, and then the instance's endpoints say it; Dubbo says it from 3.1 on.</param>
internal sealed record ApplicationService(ServiceKey Service, string Protocol, int Port)
{
    /// <summary>By which it is called; mostly the interface.</summary>
    public string Path { get; init; } = Service.Interface;

    /// <summary>What of the provider's URL its consumers should know.</summary>
    public ImmutableSortedDictionary<string, string> Params { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Dubbo's own key: <c>group/interface:version:protocol</c>.</summary>
    internal string MatchKey
    {
        get
        {
            var key = Service.Group.Length == 0 ? Service.Interface : $"{Service.Group}/{Service.Interface}";
            key = Service.Version.Length == 0 ? key : $"{key}:{Service.Version}";
            return Protocol.Length == 0 ? key : $"{key}:{Protocol}";
        }
    }
}

/// <summary>All services of one application at one revision; instances of it name the revision instead of the services.</summary>
/// <param name="Revision">Opaque: equal texts mean equal services.</param>
/// <param name="Services">In their order, without Dubbo's own MetadataService.</param>
internal sealed record MetadataInfo(string Application, string Revision, ImmutableArray<ApplicationService> Services);
