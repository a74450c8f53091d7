using System.Collections.Concurrent;
using System.Text;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Bolt.Services;

/// <summary>
/// A service in SOFARPC's form <c>interface:version[:uniqueId]</c> and in neutral form. Immutable, shared and safe for any thread.
/// </summary>
internal sealed class ServiceName
{
    /// <summary>The version that SOFARPC gives every service which names none.</summary>
    private const string DefaultVersion = "1.0";

    private const int MaxKnown = 8_192;

    /// <summary>No real name is longer, and few would fill the memory.</summary>
    private const int MaxKnownLength = 512;
    private static readonly Utf8Interner<ServiceName> ByText = new(MaxKnown, static text => new ServiceName(text));
    private static readonly ConcurrentDictionary<ServiceKey, ServiceName> ByKey = new();

    private readonly byte[] _utf8;

    private ServiceName(string text)
    {
        Text = text;
        _utf8 = Encoding.UTF8.GetBytes(text);
        var version = text.IndexOf(':', StringComparison.Ordinal);
        if (version < 0)
        {
            Key = new ServiceKey(text);
            return;
        }

        var uniqueId = text.IndexOf(':', version + 1);
        Key = uniqueId < 0
            ? new ServiceKey(text[..version], text[(version + 1)..])
            : new ServiceKey(text[..version], text[(version + 1)..uniqueId], UniqueId: text[(uniqueId + 1)..]);
    }

    internal string Text { get; }

    internal ReadOnlySpan<byte> Utf8 => _utf8;

    internal ServiceKey Key { get; }

    /// <summary>Whether the version is the one that SOFARPC fills in, so that nobody may have meant it.</summary>
    internal bool IsDefaultVersion => Key.Version is "" or DefaultVersion;

    internal static ServiceName Of(ReadOnlySpan<byte> utf8) => ByText.Get(utf8);

    internal static ServiceName Of(string text) => ByText.Get(text);

    /// <summary>The name for a callee. A key without a version gets SOFARPC's default; a Dubbo group has no place in it.</summary>
    internal static ServiceName Of(ServiceKey key)
    {
        if (ByKey.TryGetValue(key, out var known))
        {
            return known;
        }

        var version = key.Version.Length == 0 ? DefaultVersion : key.Version;
        var name = new ServiceName(key.UniqueId.Length == 0 ? $"{key.Interface}:{version}" : $"{key.Interface}:{version}:{key.UniqueId}");
        if (name.Text.Length <= MaxKnownLength && ByKey.Count < MaxKnown)
        {
            ByKey.TryAdd(key, name);
        }

        return name;
    }
}
