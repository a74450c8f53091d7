using System.Text.Json;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>hessian-lite's encode vectors, with Caucho's where they differ, and the hand-made decode vectors.</summary>
internal static class MatrixRecordings
{
    internal static IEnumerable<Recording> Load(string file, JsonElement document)
    {
        foreach (var item in document.GetProperty("encode").EnumerateArray())
        {
            var name = item.GetProperty("name").GetString() ?? string.Empty;
            var view = item.GetProperty("value");
            var decoded = item.TryGetProperty("decodedByHessianLite", out var other) ? other : default;
            if (Recordings.BytesOf(item, "hessian") is { } bytes)
            {
                yield return new Recording(file, name, "encode", HessianDialect.Final, bytes)
                {
                    Place = ViewPlace.Whole,
                    View = view,
                    OtherView = decoded,
                };
            }

            if (Recordings.BytesOf(item, "caucho") is { } caucho)
            {
                yield return new Recording(file, name, "caucho", HessianDialect.Final, caucho)
                {
                    Place = ViewPlace.Whole,
                    View = view,
                };
            }
        }

        foreach (var item in document.GetProperty("decode").EnumerateArray())
        {
            var name = item.GetProperty("name").GetString() ?? string.Empty;
            yield return new Recording(file, name, "decode", HessianDialect.Final, Recordings.BytesOf(item, "hessian") ?? [])
            {
                Place = ViewPlace.Whole,
                View = item.TryGetProperty("decoded", out var read) ? read : default,

                // The untyped open list is Hessian that hessian-lite alone does not read.
                IsBroken = item.TryGetProperty("decodeError", out _) && name != "list variable untyped x57",
                IsHandMade = true,
            };
        }
    }
}
