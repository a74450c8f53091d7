namespace BridgeMesh.Exchanges;

/// <summary>
/// Names a service as its protocols do. Empty text means "none"; Dubbo's "0.0.0" counts as none. SOFARPC's uniqueId and Dubbo's group are
/// kept apart, as each protocol has only its own.
/// </summary>
/// <param name="Interface">Java interface, protobuf service or application name.</param>
/// <param name="Version">Service version, such as 1.0.0.</param>
/// <param name="Group">Dubbo group.</param>
/// <param name="UniqueId">SOFARPC uniqueId.</param>
public readonly record struct ServiceKey(string Interface, string Version = "", string Group = "", string UniqueId = "")
{
    public override string ToString()
    {
        var text = Group.Length == 0 ? Interface : $"{Group}/{Interface}";
        text = Version.Length == 0 ? text : $"{text}:{Version}";
        return UniqueId.Length == 0 ? text : $"{text}:{UniqueId}";
    }
}
