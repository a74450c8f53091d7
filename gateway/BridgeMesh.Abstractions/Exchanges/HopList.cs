namespace BridgeMesh.Exchanges;

/// <summary>
/// The gateways that a call has passed, in the metadata of its request: their ids in order, with commas. Each gateway refuses a list that
/// names itself and adds its id on the way out, so a call cannot go round.
/// </summary>
public static class HopList
{
    /// <summary>Name of the pair in metadata and, as it is, in every protocol's header map, attachments or headers.</summary>
    public const string Key = "x-bridgemesh-hops";

    /// <summary>UTF-8 bytes of a list that are read at most; longer ones are cut, which makes them too long for any limit of hops.</summary>
    public const int MaxBytes = 2_048;
}
