using System.Text;
using BridgeMesh.Registries.ZooKeeper.Client;

namespace BridgeMesh.Registries.ZooKeeper.Nodes;

/// <summary>
/// <c>zookeeper://[user:password@]host:port[,host:port...][/chroot][?backup=host:port,host:port]</c>. Dubbo writes further servers behind
/// backup; other parameters of its URLs mean nothing here. User and password are percent-encoded, and shown by the digest scheme; behind
/// <c>sasl=true</c> by SASL DIGEST-MD5.
/// </summary>
internal static class StoreAddress
{
    public const string Scheme = "zookeeper";

    /// <summary>What is wrong comes as the end of a sentence; null when nothing is.</summary>
    public static string? TryParse(string address, TimeProvider time, out ClientOptions? options)
    {
        options = null;
        if (!address.StartsWith($"{Scheme}://", StringComparison.Ordinal))
        {
            return $"does not begin with {Scheme}://";
        }

        var text = address[(Scheme.Length + 3)..];
        var query = text.IndexOf('?', StringComparison.Ordinal);
        var parameters = Parameters(query < 0 ? string.Empty : text[(query + 1)..]);
        text = query < 0 ? text : text[..query];
        var (user, password) = (string.Empty, string.Empty);
        if (text.LastIndexOf('@') is >= 0 and var at)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || colon > at)
            {
                return "has a login without a colon between user and password";
            }

            (user, password) = (Uri.UnescapeDataString(text[..colon]), Uri.UnescapeDataString(text[(colon + 1)..at]));
            text = text[(at + 1)..];
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var servers = slash < 0 ? text : text[..slash];
        var backup = parameters.GetValueOrDefault("backup");
        var connect = (string.IsNullOrEmpty(backup) ? servers : $"{servers},{backup}") + (slash < 0 ? string.Empty : text[slash..]);
        if (!ConnectString.TryParse(connect, out var parsed, out var problem))
        {
            return problem;
        }

        options = new ClientOptions(parsed, time);
        if (user.Length > 0)
        {
            options = parameters.GetValueOrDefault("sasl") == "true"
                ? options with { Sasl = new SaslLogin(user, password) }
                : options with { Auth = [new AuthInfo("digest", Encoding.UTF8.GetBytes($"{user}:{password}"))] };
        }

        return null;
    }

    private static Dictionary<string, string> Parameters(string query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            parameters.TryAdd(
                Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals]), equals < 0 ? string.Empty : Uri.UnescapeDataString(pair[(equals + 1)..]));
        }

        return parameters;
    }
}
