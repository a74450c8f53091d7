using System.Buffers;
using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>
/// Reads a <c>values</c> block: how values that JSON cannot say plainly are written.
/// <code>
/// values:
///   long: beyond-53-bits | string | number
///   decimal: string | number
///   dates: iso | epoch-ms
///   zone: Z | "+08:00"
///   nulls: write | omit
///   unknown: drop | reject
///   references: copy | ref | reject
///   json: plain | proto
/// </code>
/// </summary>
internal static class ValuePolicyReader
{
    public static ValuePolicy? Read(YamlNode? node, ContractKeys keys)
    {
        if (keys.Map(node, "values") is not { } map)
        {
            return null;
        }

        keys.Only(map, "values", "long", "decimal", "dates", "zone", "nulls", "unknown", "references", "json");
        var policy = ValuePolicy.Default;
        policy = policy with
        {
            Long = Choice(
                map,
                "long",
                keys,
                ("beyond-53-bits", LongForm.StringBeyond53Bits),
                ("string", LongForm.AlwaysString),
                ("number", LongForm.AlwaysNumber)),
            Decimal = Choice(map, "decimal", keys, ("string", DecimalForm.String), ("number", DecimalForm.Number)),
            InstantAsEpochMs = Choice(map, "dates", keys, ("iso", false), ("epoch-ms", true)),
            OmitNull = Choice(map, "nulls", keys, ("write", false), ("omit", true)),
            RejectUnknown = Choice(map, "unknown", keys, ("drop", false), ("reject", true)),
            Cycles = Choice(map, "references", keys, ("copy", CycleForm.Copy), ("ref", CycleForm.Ref), ("reject", CycleForm.Reject)),
            ProtoJson = Choice(map, "json", keys, ("plain", false), ("proto", true)),
            ZoneOffsetMinutes = Zone(map.Find("zone"), keys),
        };
        return policy;
    }

    // The first choice is the default.
    private static T Choice<T>(YamlMap map, string key, ContractKeys keys, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        if (map.Find(key) is not { } node)
        {
            return choices[0].Value;
        }

        var names = new List<string>();
        foreach (var (name, value) in choices)
        {
            if (node is YamlScalar scalar && scalar.Text == name)
            {
                return value;
            }

            names.Add(name);
        }

        keys.Problems.Add(node.At, $"{key} cannot be {node.Describe()}", NearMiss.Cure((node as YamlScalar)?.Text ?? string.Empty, names));
        return choices[0].Value;
    }

    private static int Zone(YamlNode? node, ContractKeys keys)
    {
        if (keys.Text(node, "zone") is not { } zone)
        {
            return 0;
        }

        Span<byte> at = stackalloc byte[64];
        var prefix = "1970-01-02T00:00:00"u8;
        prefix.CopyTo(at);
        if (zone.Text.Length <= 9
            && Ascii.FromUtf16(zone.Text, at[prefix.Length..], out var length) == OperationStatus.Done
            && IsoInstant.TryParse(at[..(prefix.Length + length)], out var epochMs, out _))
        {
            return (int)((86_400_000 - epochMs) / 60_000);
        }

        keys.Problems.Add(zone.At, $"'{zone}' is no offset from UTC", "write Z or an offset such as \"+08:00\"");
        return 0;
    }
}
