using BridgeMesh.Values;

namespace BridgeMesh.Core.Translation;

/// <summary>What values are called in messages. Never tells the value itself.</summary>
internal static class ValueWords
{
    public static string Describe(ValueTape tape, int index)
    {
        ref readonly var token = ref tape[index];
        var type = token.Type?.Text;
        return token.Kind switch
        {
            ValueKind.Absent or ValueKind.Null => "null",
            ValueKind.Bool => "a boolean",
            ValueKind.Int32 => "an int",
            ValueKind.Int64 or ValueKind.UInt64 => "a long",
            ValueKind.Float32 or ValueKind.Float64 => "a double",
            ValueKind.Decimal => "a decimal",
            ValueKind.BigInteger => "a big integer",
            ValueKind.String => "a string",
            ValueKind.Bytes => "bytes",
            ValueKind.Instant => "a date",
            ValueKind.List => type is null ? "a list" : $"a list ({type})",
            ValueKind.Map => type is null ? "a map" : $"a map ({type})",
            _ => type is null ? "an object" : $"a {type}",
        };
    }
}
