using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace BridgeMesh.Registries.ZooKeeper.Client;

[Flags]
internal enum Permissions
{
    Read = 1,
    Write = 2,
    Create = 4,
    Delete = 8,
    Admin = 16,
    All = 31,
}

/// <summary>Who may do what with a node. A node's children do not inherit it.</summary>
/// <param name="Scheme">world, auth, digest, ip, sasl, x509.</param>
/// <param name="Id">In the scheme's own form.</param>
internal sealed record Acl(Permissions Permissions, string Scheme, string Id)
{
    /// <summary>Anybody may do anything.</summary>
    public static readonly ImmutableArray<Acl> Open = [new(Permissions.All, "world", "anyone")];

    /// <summary>Anybody may read, nobody write.</summary>
    public static readonly ImmutableArray<Acl> ReadOnly = [new(Permissions.Read, "world", "anyone")];

    /// <summary>Whoever the session has proved to be may do anything; the server puts the names in.</summary>
    public static readonly ImmutableArray<Acl> CreatorAll = [new(Permissions.All, "auth", string.Empty)];

    /// <summary>For who knows the password: <c>user:base64(sha1(user:password))</c>, of DigestAuthenticationProvider.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "The server's digest scheme is SHA-1 unless it is told otherwise.")]
    public static Acl Digest(Permissions permissions, string user, string password) =>
        new(permissions, "digest", $"{user}:{Convert.ToBase64String(SHA1.HashData(Encoding.UTF8.GetBytes($"{user}:{password}")))}");
}
