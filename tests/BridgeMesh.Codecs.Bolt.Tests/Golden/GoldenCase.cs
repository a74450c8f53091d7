using System.Collections.Concurrent;
using System.Text.Json;

namespace BridgeMesh.Codecs.Bolt.Tests.Golden;

/// <summary>
/// One recorded call: what real peers sent, and what it means. tests/golden/bolt/README.md explains the members of Expected.
/// </summary>
internal sealed record GoldenCase(string File, string Name, string Description, byte[] Request, byte[]? Response, JsonElement Expected)
{
    /// <summary>Recordings of SOFARPC calls whose content is Hessian; the others are plain Bolt, or have bodies of other formats.</summary>
    internal static readonly string[] HessianCallFiles =
    [
        "sofarpc-java-values", "sofarpc-java-calls", "sofarpc-java-generic", "node-client-java-server", "java-client-node-server",
        "node-hessian4",
    ];

    internal static readonly string[] AllFiles =
    [
        .. HessianCallFiles, "sofarpc-envelope", "sofarpc-java-json", "sofarpc-java-protobuf", "bolt-java-frames", "bolt-java-heartbeat",
        "bolt-java-status", "bolt-odd-frames",
    ];

    private static readonly ConcurrentDictionary<string, IReadOnlyList<GoldenCase>> Files = new();

    internal string Id => $"{File}/{Name}";

    /// <summary>The answer of a case that has one.</summary>
    internal byte[] Answer => Response ?? throw new InvalidOperationException($"{Id} has no answer");

    internal string? ExpectedText(string member) =>
        Expected.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal static IReadOnlyList<GoldenCase> Of(string file) => Files.GetOrAdd(file, Load);

    internal static GoldenCase Of(string file, string name) => Of(file).Single(c => c.Name == name);

    internal static IEnumerable<GoldenCase> OfAll(IEnumerable<string> files) => files.SelectMany(Of);

    private static IReadOnlyList<GoldenCase> Load(string file)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "golden", file + ".json");
        using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
        return
        [
            .. document.RootElement.GetProperty("cases").EnumerateArray().Select(c => new GoldenCase(
                file,
                c.GetProperty("name").GetString() ?? string.Empty,
                c.GetProperty("description").GetString() ?? string.Empty,
                Convert.FromHexString(c.GetProperty("requestHex").GetString() ?? string.Empty),
                c.GetProperty("responseHex").GetString() is { } hex ? Convert.FromHexString(hex) : null,
                c.GetProperty("expected").Clone())),
        ];
    }
}
