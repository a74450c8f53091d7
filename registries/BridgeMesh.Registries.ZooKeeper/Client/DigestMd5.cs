using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BridgeMesh.Registries.ZooKeeper.Client;

/// <summary>
/// The client's half of SASL DIGEST-MD5 (RFC 2831) as ZooKeeper's servers ask for it: protocol "zookeeper", server name "zk-sasl-md5",
/// authentication alone. One login each.
/// </summary>
[SuppressMessage("Security", "CA5351", Justification = "The mechanism is MD5; servers offer no other without Kerberos.")]
internal sealed class DigestMd5(SaslLogin login)
{
    private const string Uri = "zookeeper/zk-sasl-md5";

    /// <summary>Longest challenge that RFC 2831 lets a server send.</summary>
    private const int MaxChallengeBytes = 2_048;

    private string _expected = string.Empty;

    /// <summary>The answer to a challenge; null and why when it is none.</summary>
    /// <param name="clientNonce">Text that no login had before.</param>
    public byte[]? Respond(ReadOnlySpan<byte> challenge, string clientNonce, out string problem)
    {
        var directives = Parse(challenge);
        if (directives?.GetValueOrDefault("nonce") is not { Length: > 0 } nonce)
        {
            problem = "the server's challenge has no nonce";
            return null;
        }

        if (directives.TryGetValue("qop", out var offered) && !offered.Split(',', StringSplitOptions.TrimEntries).Contains("auth"))
        {
            problem = "the server demands that the connection is encrypted by SASL";
            return null;
        }

        var isUtf8 = directives.GetValueOrDefault("charset") == "utf-8";
        var realm = directives.GetValueOrDefault("realm", string.Empty);
        var secret = MD5.HashData([.. Hashed(login.User), (byte)':', .. Hashed(realm), (byte)':', .. Hashed(login.Password)]);
        byte[] first = [.. secret, .. Encoding.UTF8.GetBytes($":{nonce}:{clientNonce}")];
        var key = Hex(MD5.HashData(first));
        string Proof(string method) =>
            Hex(MD5.HashData(Encoding.UTF8.GetBytes(
                $"{key}:{nonce}:00000001:{clientNonce}:auth:{Hex(MD5.HashData(Encoding.UTF8.GetBytes($"{method}:{Uri}")))}")));
        _expected = Proof(string.Empty);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{(isUtf8 ? "charset=utf-8," : string.Empty)}username=\"{Quoted(login.User)}\",realm=\"{Quoted(realm)}\",nonce=\"{Quoted(nonce)}\",nc=00000001,"
            + $"cnonce=\"{clientNonce}\",digest-uri=\"{Uri}\",maxbuf=65536,response={Proof("AUTHENTICATE")},qop=auth");
        problem = string.Empty;
        return (isUtf8 ? Encoding.UTF8 : Encoding.Latin1).GetBytes(text);
    }

    /// <summary>Whether the server's last word proves that it knows the password too.</summary>
    public bool IsProof(ReadOnlySpan<byte> last) =>
        Parse(last)?.GetValueOrDefault("rspauth") is { } proof
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(proof), Encoding.ASCII.GetBytes(_expected));

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);

    private static string Quoted(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    /// <summary>RFC 2831 2.1.2.1: texts that ISO 8859-1 has are hashed in it, whatever the charset.</summary>
    private static byte[] Hashed(string text) =>
        text.AsSpan().ContainsAnyExceptInRange('\0', '\u00ff') ? Encoding.UTF8.GetBytes(text) : Encoding.Latin1.GetBytes(text);

    /// <summary>name=value or name="value", with commas; null when it is something else.</summary>
    private static Dictionary<string, string>? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxChallengeBytes)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes);
        var directives = new Dictionary<string, string>(StringComparer.Ordinal);
        var i = 0;
        while (i < text.Length)
        {
            var equals = text.IndexOf('=', i);
            if (equals < 0)
            {
                return null;
            }

            var name = text[i..equals].Trim(' ', ',', '\t');
            var value = new StringBuilder();
            i = equals + 1;
            if (i < text.Length && text[i] == '"')
            {
                for (i++; i < text.Length && text[i] != '"'; i++)
                {
                    i += text[i] == '\\' ? 1 : 0;
                    value.Append(i < text.Length ? text[i] : '\\');
                }

                i = text.IndexOf(',', Math.Min(i, text.Length)) is >= 0 and var comma ? comma + 1 : text.Length;
            }
            else
            {
                var end = text.IndexOf(',', i) is >= 0 and var comma ? comma : text.Length;
                value.Append(text[i..end].Trim());
                i = end + 1;
            }

            directives.TryAdd(name, value.ToString());
        }

        return directives;
    }
}
