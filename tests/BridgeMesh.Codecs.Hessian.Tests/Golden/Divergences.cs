using System.Text.Json;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>The known differences between recordings and this codec, each with its reason, from divergences.json.</summary>
internal static class Divergences
{
    /// <summary>Recordings whose view shows another value than the tape.</summary>
    internal static IReadOnlyList<(string Reason, string[] Recordings)> Views { get; } = Load("views");

    /// <summary>Recordings that are written back in other bytes; independent decoders see equal values.</summary>
    internal static IReadOnlyList<(string Reason, string[] Recordings)> Bytes { get; } = Load("bytes");

    /// <summary>Recordings of which an independent decoder sees something else in what was written back.</summary>
    internal static IReadOnlyList<(string Reason, string[] Recordings)> Oracles { get; } = Load("oracles");

    /// <summary>Recordings that look different to an independent decoder once they are written in the other dialect.</summary>
    internal static IReadOnlyList<(string Reason, string[] Recordings)> Crossed { get; } = Load("crossed");

    internal static string[] Ids(IReadOnlyList<(string Reason, string[] Recordings)> groups) =>
        [.. groups.SelectMany(g => g.Recordings).Order(StringComparer.Ordinal)];

    private static (string Reason, string[] Recordings)[] Load(string kind)
    {
        var path = Path.Combine(Recordings.Root, "tests", "BridgeMesh.Codecs.Hessian.Tests", "Golden", "divergences.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return
        [
            .. document.RootElement.GetProperty(kind).EnumerateArray().Select(group => (
                group.GetProperty("reason").GetString() ?? string.Empty,
                group.GetProperty("recordings").EnumerateArray().Select(id => id.GetString() ?? string.Empty).ToArray())),
        ];
    }
}
