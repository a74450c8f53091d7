namespace BridgeMesh.Gateway.Configuration;

/// <summary>How callees over TLS are trusted, and what they are shown. The files are read again when they change.</summary>
public sealed record UpstreamTlsConfig
{
    /// <summary>PEM file with the only authorities that count. Default: those of the machine.</summary>
    public string? Ca { get; init; }

    /// <summary>PEM file with the certificate that callees are shown when they ask for one.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file with that certificate's key, not encrypted. Default: the certificate's file.</summary>
    public string? Key { get; init; }

    /// <summary>
    /// Name that callees' certificates must have. Default: the host in the registry; an instance's metadata <c>serverName</c> comes first.
    /// </summary>
    public string? ServerName { get; init; }

    /// <summary>False takes any certificate, of anybody: whoever sits on the way to a callee can then read and change calls.</summary>
    public bool Verify { get; init; } = true;
}
