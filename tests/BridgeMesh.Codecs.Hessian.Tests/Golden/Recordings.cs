using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>All recorded Hessian streams under tests/golden.</summary>
internal static class Recordings
{
    private static readonly Lazy<IReadOnlyList<Recording>> Loaded = new(() => [.. Load()]);

    internal static IReadOnlyList<Recording> All => Loaded.Value;

    /// <summary>The repository's root.</summary>
    internal static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "BridgeMesh.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("BridgeMesh.sln is not above the test's folder");
    }

    private static IEnumerable<Recording> Load()
    {
        var golden = Path.Combine(Root, "tests", "golden");
        foreach (var path in Directory.EnumerateFiles(Path.Combine(golden, "bolt"), "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var recording in BoltRecordings.Load(Relative(golden, path), Parse(path)))
            {
                yield return recording;
            }
        }

        foreach (var path in Directory.EnumerateFiles(Path.Combine(golden, "dubbo"), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var file = Relative(golden, path);
            var document = Parse(path);
            var found = Path.GetFileName(path) == "hessian-lite-matrix.json" ? MatrixRecordings.Load(file, document) : DubboRecordings.Load(file, document);
            foreach (var recording in found)
            {
                yield return recording;
            }
        }
    }

    /// <summary>Bytes in the member <c>{name}Hex</c> or <c>{name}GzipBase64</c>; null when there are none.</summary>
    internal static byte[]? BytesOf(JsonElement holder, string name)
    {
        if (holder.TryGetProperty(name + "Hex", out var hex) && hex.ValueKind == JsonValueKind.String)
        {
            return Convert.FromHexString(hex.GetString() ?? string.Empty);
        }

        if (!holder.TryGetProperty(name + "GzipBase64", out var packed) || packed.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        using var unzip = new GZipStream(new MemoryStream(packed.GetBytesFromBase64()), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        unzip.CopyTo(bytes);
        return bytes.ToArray();
    }

    internal static int Int32(byte[] bytes, int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));

    private static string Relative(string golden, string path) => Path.GetRelativePath(golden, path).Replace('\\', '/').Replace(".json", string.Empty, StringComparison.Ordinal);

    private static JsonElement Parse(string path) => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
}
