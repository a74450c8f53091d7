using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BridgeMesh.Codecs.Web.Tls;

/// <summary>Whether a peer's certificate comes from one of some authorities, and from no other.</summary>
internal static class ChainTrust
{
    /// <summary>id-kp-serverAuth and id-kp-clientAuth, RFC 5280 section 4.2.1.12.</summary>
    internal const string ForServers = "1.3.6.1.5.5.7.3.1";

    internal const string ForClients = "1.3.6.1.5.5.7.3.2";

    /// <param name="sent">The chain that the handshake made, for the certificates that the peer sent along.</param>
    internal static bool Leads(X509Certificate2 certificate, X509Chain? sent, X509Certificate2Collection authorities, string purpose)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);

        // Revocation would have each handshake wait for somebody else's server.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(purpose));
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        }

        return chain.Build(certificate);
    }
}
