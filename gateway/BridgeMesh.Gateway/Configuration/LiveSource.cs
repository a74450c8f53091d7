namespace BridgeMesh.Gateway.Configuration;

/// <summary>A running program that is asked for contracts.</summary>
/// <param name="Kind">Of the source, and its key in the configuration.</param>
/// <param name="Option">Of commands.</param>
/// <param name="Cure">Of an address that is none.</param>
/// <param name="Remedy">Of a server that gives nothing.</param>
internal sealed record LiveSource(string Kind, string Option, string Address, string Cure, string Remedy)
{
    /// <summary>The address without a login.</summary>
    public string Shown => Address.IndexOf("://", StringComparison.Ordinal) is >= 0 and var start && Address.LastIndexOf('@') is var at && at > start
        ? $"{Address[..(start + 3)]}{Address[(at + 1)..]}"
        : Address;

    /// <param name="server">host:port, or an http or https URL.</param>
    public static LiveSource Reflection(string server) =>
        new("reflection", "--reflection", server, "write host:port, or https://host:port", "start it with reflection on");

    /// <param name="centre">zookeeper://host:port, with a login, a chroot and parameters where there are such.</param>
    public static LiveSource DubboMetadata(string centre) => new(
        "dubboMetadata", "--dubbo-metadata", centre, "write zookeeper://host:2181", "correct the address, or let its providers report their metadata");
}
