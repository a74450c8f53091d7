using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Web.Tls;

/// <summary>A listener's TLS as its settings say it. Paths are absolute.</summary>
/// <param name="Certificate">Setting <c>tls.certificate</c>: PEM file with the certificate and those between it and its root.</param>
/// <param name="Key">Setting <c>tls.key</c>: PEM file with the key; the certificate's file where it is not set.</param>
/// <param name="ClientCa">Setting <c>tls.clientCa</c>: PEM file with the authorities of callers' certificates; null asks for none.</param>
/// <param name="NeedsClientCertificate">Setting <c>tls.clientCertificate</c>: required (default) or optional.</param>
/// <param name="Versions">Setting <c>tls.minVersion</c>: tls1.2 (default) or tls1.3.</param>
public sealed record ListenerTls(string Certificate, string Key, string? ClientCa, bool NeedsClientCertificate, SslProtocols Versions)
{
    private const string Master = "tls.certificate";

    internal static readonly IReadOnlyList<string> Known = [Master, "tls.key", "tls.clientCa", "tls.clientCertificate", "tls.minVersion"];

    internal static readonly IReadOnlyList<SettingDescription> Descriptions =
    [
        new(Master, SettingKind.Text, "PEM file with the listener's certificate and those between it and its root; turns TLS on. Read again when it changes."),
        new("tls.key", SettingKind.Text, "PEM file with the certificate's key, not encrypted. Default: the certificate's file.") { Needs = Master },
        new("tls.clientCa", SettingKind.Text, "PEM file with the authorities of callers' certificates; callers are then asked for one.") { Needs = Master },
        new("tls.clientCertificate", SettingKind.Text, "Whether a caller without a certificate is refused; counts with tls.clientCa.", "required")
        {
            Choices = ["required", "optional"],
            Needs = Master,
        },
        new("tls.minVersion", SettingKind.Text, "Oldest TLS that is spoken.", "tls1.2") { Choices = ["tls1.2", "tls1.3"], Needs = Master },
    ];

    /// <summary>Null where TLS is not on. Reads the files, so that what is wrong with them is known before anything starts.</summary>
    internal static ListenerTls? Read(SettingReader reader)
    {
        if (reader.Path(Master) is not { } certificate)
        {
            foreach (var name in Known.Skip(1).Where(n => !string.IsNullOrEmpty(reader.Settings.Settings.GetValueOrDefault(n))))
            {
                reader.Add(name, $"'{name}' does nothing without '{Master}'", $"set {Master}, or remove it");
            }

            return null;
        }

        var tls = new ListenerTls(
            certificate,
            reader.Path("tls.key") ?? certificate,
            reader.Path("tls.clientCa"),
            reader.Choice("tls.clientCertificate", ["required", "optional"]) == 0,
            reader.Choice("tls.minVersion", ["tls1.2", "tls1.3"]) == 0 ? SslProtocols.Tls12 | SslProtocols.Tls13 : SslProtocols.Tls13);
        if (PemFiles.Certificate(tls.Certificate, tls.Key).Problem is { } problem)
        {
            reader.Add(Master, problem, "name PEM files that the gateway may read: the certificate's chain, and its key");
        }

        if (tls.ClientCa is { } file && PemFiles.Authorities(file).Problem is { } wrong)
        {
            reader.Add("tls.clientCa", wrong, "name a PEM file with the authorities' certificates");
        }

        return tls;
    }

    /// <summary>What each handshake asks for.</summary>
    internal FileBound<SslServerAuthenticationOptions> Open(List<SslApplicationProtocol> protocols, Action<bool, string>? notice) =>
        new(ClientCa is null ? [Certificate, Key] : [Certificate, Key, ClientCa], () => Load(protocols), notice);

    private (SslServerAuthenticationOptions? Value, string? Problem) Load(List<SslApplicationProtocol> protocols)
    {
        var (certificate, problem) = PemFiles.Certificate(Certificate, Key);
        if (certificate is null)
        {
            return (null, problem);
        }

        X509Certificate2Collection? authorities = null;
        if (ClientCa is not null)
        {
            (authorities, problem) = PemFiles.Authorities(ClientCa);
            if (authorities is null)
            {
                return (null, problem);
            }
        }

        // One object for all handshakes until the files change: sessions are then resumed. Offline: no certificate is fetched from elsewhere.
        return (new SslServerAuthenticationOptions
        {
            AllowRenegotiation = false,
            ApplicationProtocols = protocols,
            ClientCertificateRequired = authorities is not null,
            EnabledSslProtocols = Versions,
            RemoteCertificateValidationCallback = authorities is null ? null : (_, shown, chain, _) => IsAllowed(shown, chain, authorities),
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate.Leaf, certificate.Intermediates, offline: true),
        }, null);
    }

    private bool IsAllowed(X509Certificate? shown, X509Chain? chain, X509Certificate2Collection authorities) => shown is X509Certificate2 certificate
        ? ChainTrust.Leads(certificate, chain, authorities, ChainTrust.ForClients)
        : !NeedsClientCertificate;
}
