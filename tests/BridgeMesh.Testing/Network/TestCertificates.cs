using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BridgeMesh.Testing.Network;

/// <summary>An authority of the test's own and what it signs, as PEM files in a folder that goes with it. Names are 127.0.0.1 and localhost.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly X509Certificate2 _authority;
    private readonly string _folder = Directory.CreateTempSubdirectory("bridgemesh-tls-").FullName;
    private int _serial;

    public TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _authority = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(30));
        Ca = PathOf("ca.pem");
        File.WriteAllText(Ca, _authority.ExportCertificatePem());
    }

    /// <summary>PEM file with the authority.</summary>
    public string Ca { get; }

    public string PathOf(string file) => Path.Combine(_folder, file);

    /// <summary>Writes a certificate that the authority signed, <c>{name}.pem</c>, and its key, <c>{name}.key</c>.</summary>
    /// <param name="host">A further name that a server's certificate is for.</param>
    public (string Certificate, string Key) Write(string name, string? host = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (host is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddDnsName("localhost");
        }
        else
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var serial = BitConverter.GetBytes(Interlocked.Increment(ref _serial));
        using var signed = request.Create(_authority, TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddDays(20), serial);
        var (certificate, keyFile) = (PathOf(string.Create(CultureInfo.InvariantCulture, $"{name}.pem")), PathOf($"{name}.key"));
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(certificate, signed.ExportCertificatePem());
        return (certificate, keyFile);
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
