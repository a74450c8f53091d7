namespace BridgeMesh.Registries;

/// <summary>
/// Names in an instance's metadata by which gateways know their own work. A registry keeps them as they are, in whatever place it has for
/// texts of its instances' own.
/// </summary>
public static class InstanceMarks
{
    /// <summary>Begins the names of all that gateways say of instances.</summary>
    public const string Prefix = "bridgemesh.";

    /// <summary>The instance is a gateway; the value is the gateway's id.</summary>
    public const string Gateway = Prefix + "gateway";

    /// <summary>Zone that the services behind a facade stand in. What comes from there must not be published there again.</summary>
    public const string Origin = Prefix + "origin";
}
