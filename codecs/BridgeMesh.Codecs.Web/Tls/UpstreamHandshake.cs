using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Web.Tls;

/// <summary>How the connections to an instance shake hands. The files behind it are read again when they change, for the connections that come next.</summary>
internal static class UpstreamHandshake
{
    /// <summary>Everything wrong with the settings, by their names below <c>upstream</c>.</summary>
    internal static IReadOnlyList<SettingProblem> Check(UpstreamTls tls)
    {
        var problems = new List<SettingProblem>();
        if (tls.Ca is { } ca && PemFiles.Authorities(ca).Problem is { } wrong)
        {
            problems.Add(new SettingProblem("tls.ca", wrong, "name a PEM file with the authorities' certificates"));
        }

        if (tls.Certificate is { } file && PemFiles.Certificate(file, tls.Key ?? file).Problem is { } problem)
        {
            problems.Add(new SettingProblem("tls.certificate", problem, "name PEM files that the gateway may read: the certificate's chain, and its key"));
        }

        if (tls is { Key: not null, Certificate: null })
        {
            problems.Add(new SettingProblem("tls.key", "'key' does nothing without 'certificate'", "set certificate, or remove it"));
        }

        if (tls is { Verify: false, Ca: not null } or { Verify: false, ServerName: not null })
        {
            const string Cure = "remove verify: false, or what it makes meaningless";
            problems.Add(new SettingProblem("tls.verify", "'ca' and 'serverName' do nothing where no certificate is verified", Cure));
        }

        return problems;
    }

    internal static SslClientAuthenticationOptions Of(UpstreamTls tls)
    {
        var options = new SslClientAuthenticationOptions
        {
            AllowRenegotiation = false,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        if (!tls.Verify)
        {
#pragma warning disable CA5359 // The operator wrote verify: false.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (tls.Ca is { } ca)
        {
            var authorities = new FileBound<X509Certificate2Collection>([ca], () => PemFiles.Authorities(ca), notice: null);
            options.RemoteCertificateValidationCallback = (_, shown, chain, errors) => IsTrusted(shown, chain, errors, authorities);
        }

        if (tls.Certificate is { } file)
        {
            var key = tls.Key ?? file;
            var own = new FileBound<CertificateWithChain>([file, key], () => PemFiles.Certificate(file, key), notice: null);
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => own.Current.Leaf;
        }

        return options;
    }

    private static bool IsTrusted(
        X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors, FileBound<X509Certificate2Collection> authorities) =>
        shown is X509Certificate2 certificate
        && (errors & (SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable)) == SslPolicyErrors.None
        && ChainTrust.Leads(certificate, chain, authorities.Current, ChainTrust.ForServers);
}
