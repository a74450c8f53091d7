using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace BridgeMesh.Codecs.Dubbo.Tests.Golden;

/// <summary>One recorded call between Java peers; tests/golden/dubbo/README.md tells what its members mean.</summary>
internal sealed class GoldenCase(string version, string group, JsonElement json)
{
    internal static readonly string[] Versions = ["2.7.23", "3.2.16"];

    internal static readonly string[] Groups =
    [
        "arrays", "bytes", "collections", "echo-object", "errors", "generic", "pojo", "primitives", "semantics", "strings", "types",
    ];

    internal JsonElement Json { get; } = json;

    internal string Version => version;

    internal string Group => group;

    internal string Name => Json.GetProperty("name").GetString() ?? string.Empty;

    internal bool IsHandMade => Name.StartsWith("raw-", StringComparison.Ordinal);

    /// <summary>The request frame, unless none was sent or only its beginning was kept.</summary>
    internal byte[]? Request => Frame("request");

    internal byte[]? Response => Frame("response");

    internal JsonElement? Find(params ReadOnlySpan<string> path)
    {
        var at = Json;
        foreach (var name in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at;
    }

    public override string ToString() => $"{version} {group} {Name}";

    internal static IEnumerable<GoldenCase> Load(string version, string group)
    {
        using var file = File.OpenRead(Path.Combine(Folder, version, $"calls-{group}.json"));
        using var document = JsonDocument.Parse(file);
        return document.RootElement.GetProperty("cases").EnumerateArray().Select(c => new GoldenCase(version, group, c.Clone())).ToArray();
    }

    /// <summary>Every recording in Hessian2.</summary>
    internal static IEnumerable<GoldenCase> LoadAll() => Versions.SelectMany(v => Groups.SelectMany(g => Load(v, g)));

    internal static GoldenCase Get(string version, string group, string name) => Load(version, group).First(c => c.Name == name);

    internal static JsonElement LoadEvents(string version)
    {
        using var file = File.OpenRead(Path.Combine(Folder, version, "events.json"));
        using var document = JsonDocument.Parse(file);
        return document.RootElement.GetProperty("cases").Clone();
    }

    private static string Folder => Path.Combine(Here(), "..", "..", "golden", "dubbo");

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file) ?? ".";

    private byte[]? Frame(string which)
    {
        if (Find(which + "Hex") is { ValueKind: JsonValueKind.String } hex)
        {
            return Convert.FromHexString(hex.GetString()!); // A string, as the line above says.
        }

        if (Find(which + "GzipBase64") is not { ValueKind: JsonValueKind.String } packed)
        {
            return null;
        }

        using var gzip = new GZipStream(new MemoryStream(packed.GetBytesFromBase64()), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }
}
