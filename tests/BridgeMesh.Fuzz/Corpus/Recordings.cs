using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;

namespace BridgeMesh.Fuzz.Corpus;

/// <summary>All bytes of the recordings in tests/golden, whatever each file says about them.</summary>
internal sealed class Recordings
{
    private const int MaxFrameBytes = 1 << 20;

    private Recordings(IEnumerable<byte[]> bolt, IEnumerable<byte[]> dubbo, IEnumerable<byte[]> values)
    {
        Bolt = Distinct(bolt);
        Dubbo = Distinct(dubbo);
        FinalValues = Distinct(values);
    }

    /// <summary>Bolt frames; some are broken on purpose.</summary>
    internal ImmutableArray<byte[]> Bolt { get; }

    internal ImmutableArray<byte[]> Dubbo { get; }

    /// <summary>Single values of the final Hessian dialect.</summary>
    internal ImmutableArray<byte[]> FinalValues { get; }

    internal static Recordings Load()
    {
        var bolt = new List<byte[]>();
        var dubbo = new List<byte[]>();
        var values = new List<byte[]>();
        foreach (var path in Directory.EnumerateFiles(SourceTree.Golden, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            // The folder that holds the repository may be called anything.
            var isDubbo = Path.GetRelativePath(SourceTree.Golden, path).StartsWith("dubbo", StringComparison.Ordinal);
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (var (name, bytes) in Bytes(document.RootElement))
            {
                var isFrame = name.StartsWith("request", StringComparison.Ordinal) || name.StartsWith("response", StringComparison.Ordinal)
                    || name.StartsWith("frame", StringComparison.Ordinal);
                var isValue = name.StartsWith("hessian", StringComparison.Ordinal) || name.StartsWith("caucho", StringComparison.Ordinal);
                var into = isValue ? values : !isFrame ? null : isDubbo ? dubbo : bolt;
                if (bytes.Length is > 0 and <= MaxFrameBytes)
                {
                    into?.Add(bytes);
                }
            }
        }

        return new Recordings(bolt, dubbo, values);
    }

    /// <summary>The same bytes once, short ones first.</summary>
    internal static ImmutableArray<byte[]> Distinct(IEnumerable<byte[]> samples) =>
        [.. samples.DistinctBy(Convert.ToHexString, StringComparer.Ordinal).OrderBy(b => b.Length).ThenBy(Convert.ToHexString, StringComparer.Ordinal)];

    private static IEnumerable<(string Name, byte[] Bytes)> Bytes(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                return element.EnumerateArray().SelectMany(Bytes);
            case JsonValueKind.Object:
                return element.EnumerateObject().SelectMany(static p => Decode(p) is { } bytes ? [(p.Name, bytes)] : Bytes(p.Value));
            default:
                return [];
        }
    }

    private static byte[]? Decode(JsonProperty property)
    {
        if (property.Value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        var text = property.Value.GetString() ?? string.Empty;
        if (property.Name.EndsWith("GzipBase64", StringComparison.Ordinal))
        {
            using var packed = new GZipStream(new MemoryStream(Convert.FromBase64String(text)), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            packed.CopyTo(plain);
            return plain.ToArray();
        }

        // Values in the views have a hex of their own, under other names.
        return property.Name.EndsWith("Hex", StringComparison.Ordinal) && text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(text)
            : null;
    }
}
