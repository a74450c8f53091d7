using System.Globalization;
using BridgeMesh.Contracts;

namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>A policy as <see cref="ValuePolicyReader"/> reads it: what differs from the default.</summary>
internal static class ValuePolicyText
{
    public static IReadOnlyList<(string Key, string Value)> Of(ValuePolicy policy)
    {
        var parts = new List<(string, string)>();
        Add("long", policy.Long switch { LongForm.AlwaysString => "string", LongForm.AlwaysNumber => "number", _ => null });
        Add("decimal", policy.Decimal == DecimalForm.Number ? "number" : null);
        Add("dates", policy.InstantAsEpochMs ? "epoch-ms" : null);
        Add("zone", policy.ZoneOffsetMinutes == 0 ? null : Zone(policy.ZoneOffsetMinutes));
        Add("nulls", policy.OmitNull ? "omit" : null);
        Add("unknown", policy.RejectUnknown ? "reject" : null);
        Add("references", policy.Cycles switch { CycleForm.Ref => "ref", CycleForm.Reject => "reject", _ => null });
        Add("json", policy.ProtoJson ? "proto" : null);
        return parts;

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                parts.Add((key, YamlText.Quoted(value)));
            }
        }
    }

    private static string Zone(int minutes)
    {
        var size = Math.Abs(minutes);
        return string.Create(CultureInfo.InvariantCulture, $"{(minutes < 0 ? '-' : '+')}{size / 60:00}:{size % 60:00}");
    }
}
