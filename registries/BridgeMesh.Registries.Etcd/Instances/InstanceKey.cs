using System.Globalization;
using System.Text;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Registries.Etcd.Instances;

/// <summary>
/// Keys of instances: prefix, service, protocol and address, and then what a service key has beside, so that two versions at one address are
/// two keys:
/// <code>
/// /bridgemesh/services/com.acme.OrderService/dubbo/10.0.0.7:20880/version=1.0.0/group=blue
/// </code>
/// <c>%</c> and <c>/</c> inside a part are percent-encoded; IPv6 addresses stand in brackets.
/// </summary>
internal static class InstanceKey
{
    /// <summary>Longest key, in bytes.</summary>
    internal const int MaxBytes = 4_096;

    private const string Version = "version";
    private const string Group = "group";
    private const string UniqueId = "uniqueId";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="FormatException">The instance's names make a key that is too long, or are no text.</exception>
    internal static string Of(string prefix, ServiceInstance instance)
    {
        var key = new StringBuilder(prefix)
            .Append(Escape(instance.Service.Interface)).Append('/')
            .Append(Escape(instance.Protocol)).Append('/')
            .Append(instance.Host.Contains(':', StringComparison.Ordinal) ? $"[{instance.Host}]" : Escape(instance.Host))
            .Append(CultureInfo.InvariantCulture, $":{instance.Port}");
        Say(key, Version, instance.Service.Version);
        Say(key, Group, instance.Service.Group);
        Say(key, UniqueId, instance.Service.UniqueId);
        var text = key.ToString();
        if (instance.Service.Interface.Length == 0 || !TryBytes(text, out var bytes) || bytes > MaxBytes)
        {
            throw new FormatException($"'{instance}' cannot be a key of etcd: its name is empty, too long or no text");
        }

        return text;
    }

    /// <summary>What a key says of its instance; null, and why, where it is none.</summary>
    internal static ServiceInstance? Read(string prefix, ReadOnlySpan<byte> key, out string problem)
    {
        problem = "the key is no text, or too long";
        if (key.Length > MaxBytes || !System.Text.Unicode.Utf8.IsValid(key))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(key);
        problem = "the key is not of the form SERVICE/PROTOCOL/HOST:PORT";
        var parts = text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..].Split('/') : [];
        if (parts.Length is < 3 or > 6 || parts[0].Length == 0 || parts[1].Length == 0 || !TryAddress(parts[2], out var host, out var port))
        {
            return null;
        }

        var service = new ServiceKey(Uri.UnescapeDataString(parts[0]));
        for (var i = 3; i < parts.Length; i++)
        {
            var at = parts[i].IndexOf('=', StringComparison.Ordinal);
            var value = Uri.UnescapeDataString(parts[i][(at + 1)..]);
            switch (at < 0 ? string.Empty : parts[i][..at])
            {
                case Version when service.Version.Length == 0:
                    service = service with { Version = value };
                    break;
                case Group when service.Group.Length == 0:
                    service = service with { Group = value };
                    break;
                case UniqueId when service.UniqueId.Length == 0:
                    service = service with { UniqueId = value };
                    break;
                default:
                    problem = "after the address only version=, group= and uniqueId= can stand, each once";
                    return null;
            }
        }

        problem = string.Empty;
        return new ServiceInstance { Service = service, Protocol = Uri.UnescapeDataString(parts[1]), Host = host, Port = port };
    }

    private static bool TryAddress(string part, out string host, out int port)
    {
        var colon = part.LastIndexOf(':');
        host = colon > 0 ? Uri.UnescapeDataString(part[..colon]) : string.Empty;
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
        }

        port = 0;
        return host.Length > 0
            && int.TryParse(part.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port is > 0 and <= ushort.MaxValue;
    }

    private static void Say(StringBuilder key, string name, string value)
    {
        if (value.Length > 0)
        {
            key.Append('/').Append(name).Append('=').Append(Escape(value));
        }
    }

    private static string Escape(string part) => part.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal);

    private static bool TryBytes(string text, out int bytes)
    {
        bytes = 0;
        try
        {
            bytes = Strict.GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }
}
