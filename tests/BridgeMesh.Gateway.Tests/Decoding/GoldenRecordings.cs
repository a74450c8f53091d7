using System.IO.Compression;
using System.Text.Json;

namespace BridgeMesh.Gateway.Tests.Decoding;

/// <summary>One case of a file in tests/golden: the frames of a call, one behind another, and what the file says of it.</summary>
/// <param name="File">Relative to tests/golden.</param>
internal sealed record GoldenCase(string File, string Name, byte[] Bytes, JsonElement Said)
{
    public override string ToString() => $"{File}: {Name}";
}

/// <summary>Every file in tests/golden, as docs and its README files describe them.</summary>
internal static class GoldenRecordings
{
    private static readonly string[] Parts = ["request", "response", "frame"];

    public static IEnumerable<string> Files => Directory.EnumerateFiles(Root, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static string Root => Path.Combine(AppContext.BaseDirectory, "golden");

    public static string NameOf(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    public static IEnumerable<GoldenCase> Cases() =>
        from file in Files
        let root = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement
        where root.TryGetProperty("cases", out _)
        from said in root.GetProperty("cases").EnumerateArray()
        let bytes = Parts.SelectMany(p => BytesOf(said, p) ?? []).ToArray()
        where bytes.Length > 0
        select new GoldenCase(NameOf(file), said.GetProperty("name").GetString() ?? string.Empty, bytes, said);

    public static byte[]? BytesOf(JsonElement said, string part)
    {
        if (said.TryGetProperty($"{part}Hex", out var hex) && hex.ValueKind == JsonValueKind.String)
        {
            return Convert.FromHexString(hex.GetString() ?? string.Empty);
        }

        if (!said.TryGetProperty($"{part}GzipBase64", out var packed) || packed.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        using var gzip = new GZipStream(new MemoryStream(packed.GetBytesFromBase64()), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
