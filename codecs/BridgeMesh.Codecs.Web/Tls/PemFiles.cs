using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BridgeMesh.Codecs.Web.Tls;

/// <summary>Reads certificates and keys. What is wrong is told in one line with the file's name.</summary>
internal static class PemFiles
{
    /// <summary>A chain with its roots is a few KiB; a bundle of every public root a quarter of a MiB.</summary>
    internal const int MaxFileBytes = 4 << 20;

    /// <summary>A certificate with its key, and the certificates between it and its root in the order of the file.</summary>
    internal static (CertificateWithChain? Value, string? Problem) Certificate(string file, string keyFile)
    {
        if (Read(file, out var certificates) is { } unreadable)
        {
            return (null, unreadable);
        }

        if (Read(keyFile, out var key) is { } keyUnreadable)
        {
            return (null, keyUnreadable);
        }

        if (key.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal))
        {
            return (null, $"'{keyFile}' has an encrypted key, which nobody could give the password for: write the key without one");
        }

        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificates);
            if (chain.Count == 0)
            {
                return (null, $"'{file}' has no certificate: it begins with -----BEGIN CERTIFICATE-----");
            }

            var leaf = X509Certificate2.CreateFromPem(certificates, key);
            chain[0].Dispose();
            chain.RemoveAt(0);
            return (new CertificateWithChain(leaf, chain), null);
        }
        catch (Exception broken) when (broken is CryptographicException or ArgumentException)
        {
            return (null, $"'{file}' and '{keyFile}' do not make a certificate with its key: {broken.Message}");
        }
    }

    /// <summary>The certificates of authorities; at least one.</summary>
    internal static (X509Certificate2Collection? Value, string? Problem) Authorities(string file)
    {
        if (Read(file, out var text) is { } unreadable)
        {
            return (null, unreadable);
        }

        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(text);
            return authorities.Count > 0
                ? (authorities, null)
                : (null, $"'{file}' has no certificate: it begins with -----BEGIN CERTIFICATE-----");
        }
        catch (CryptographicException broken)
        {
            return (null, $"'{file}' is no list of certificates: {broken.Message}");
        }
    }

    private static string? Read(string file, out string text)
    {
        text = string.Empty;
        try
        {
            var info = new FileInfo(file);
            if (info.Exists && info.Length > MaxFileBytes)
            {
                return $"'{file}' is longer than {MaxFileBytes} bytes";
            }

            text = File.ReadAllText(file);
            return null;
        }
        catch (Exception unreadable) when (unreadable is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"'{file}' does not exist";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"'{file}' cannot be read: {unreadable.Message}";
        }
    }
}

/// <summary>Belongs to whoever loaded it; connections hold on to it, so it is left to the collector.</summary>
internal sealed record CertificateWithChain(X509Certificate2 Leaf, X509Certificate2Collection Intermediates);
