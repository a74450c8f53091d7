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
    // Null stands for empty text, so that default(ServiceKey) is a key without an interface and equal to one.
    private readonly string? _interface = NullIfEmpty(Interface);
    private readonly string? _version = NullIfEmpty(Version);
    private readonly string? _group = NullIfEmpty(Group);
    private readonly string? _uniqueId = NullIfEmpty(UniqueId);

    public string Interface
    {
        get => _interface ?? string.Empty;
        init => _interface = NullIfEmpty(value);
    }

    public string Version
    {
        get => _version ?? string.Empty;
        init => _version = NullIfEmpty(value);
    }

    public string Group
    {
        get => _group ?? string.Empty;
        init => _group = NullIfEmpty(value);
    }

    public string UniqueId
    {
        get => _uniqueId ?? string.Empty;
        init => _uniqueId = NullIfEmpty(value);
    }

    public override string ToString()
    {
        var text = Group.Length == 0 ? Interface : $"{Group}/{Interface}";
        text = Version.Length == 0 ? text : $"{text}:{Version}";
        return UniqueId.Length == 0 ? text : $"{text}:{UniqueId}";
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
