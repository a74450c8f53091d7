using System.Collections.Immutable;

namespace BridgeMesh.Contracts;

/// <summary>
/// The protobuf form of types that say nothing of it, so that every contract has exactly one: the same declarations give the same field
/// numbers and the same encodings in every process. Stateless.
/// </summary>
public static class ProtoForm
{
    /// <summary>How a value of this type is encoded where it is a field's value, an element, a key or a value of a map.</summary>
    public static ProtoKind KindOf(TypeShape shape) => shape.Proto != ProtoKind.Canonical ? shape.Proto : shape.Kind switch
    {
        ShapeKind.Bool => ProtoKind.Bool,
        ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.Int32 => ProtoKind.Int32,
        ShapeKind.Int64 => ProtoKind.Int64,
        ShapeKind.UInt32 => ProtoKind.UInt32,
        ShapeKind.UInt64 => ProtoKind.UInt64,
        ShapeKind.Float32 => ProtoKind.Float,
        ShapeKind.Float64 => ProtoKind.Double,
        ShapeKind.Bytes => ProtoKind.Bytes,
        ShapeKind.Decimal => ProtoKind.Decimal,
        ShapeKind.Instant => ProtoKind.Timestamp,
        ShapeKind.Enum => ProtoKind.Enum,
        ShapeKind.Struct => ProtoKind.Message,
        ShapeKind.Any or ShapeKind.Void => ProtoKind.Value,
        ShapeKind.List or ShapeKind.Set or ShapeKind.Array or ShapeKind.Map => ProtoKind.Box,
        ShapeKind.Text => shape.JavaType.Text switch
        {
            "java.time.Instant" => ProtoKind.Timestamp,
            "java.time.Duration" => ProtoKind.Duration,
            "java.time.LocalDate" => ProtoKind.Date,
            _ => ProtoKind.String,
        },
        _ => ProtoKind.String,
    };

    /// <summary>How a map's key is encoded: what is neither an integer nor a boolean is its text.</summary>
    public static ProtoKind KeyKindOf(TypeShape key) => KindOf(key) switch
    {
        var kind and (ProtoKind.Bool or ProtoKind.Int32 or ProtoKind.Int64 or ProtoKind.UInt32 or ProtoKind.UInt64 or ProtoKind.SInt32
            or ProtoKind.SInt64 or ProtoKind.Fixed32 or ProtoKind.Fixed64 or ProtoKind.SFixed32 or ProtoKind.SFixed64) => kind,
        _ => ProtoKind.String,
    };

    /// <summary>
    /// The protobuf side of each field, in the class's order. What carries none gets the lowest number that no other field has, in the order
    /// declared; Java's primitives, which cannot be null, get implicit presence, so that the others' null stays apart from their default.
    /// </summary>
    public static ImmutableArray<ProtoField> FieldsOf(StructShape message)
    {
        var taken = new HashSet<int>();
        foreach (var field in message.Fields)
        {
            if (field.Proto is { } own)
            {
                taken.Add(own.Number);
            }
        }

        var fields = ImmutableArray.CreateBuilder<ProtoField>(message.Fields.Length);
        var next = 1;
        foreach (var field in message.Fields)
        {
            if (field.Proto is { } own)
            {
                fields.Add(own);
                continue;
            }

            while (!ProtoField.IsNumber(next) || taken.Contains(next) || message.Proto?.Reserved.Any(r => r.Holds(next)) == true)
            {
                next++;
            }

            fields.Add(new ProtoField(next++) { Presence = field.Type.Nullable ? ProtoPresence.Explicit : ProtoPresence.Implicit });
        }

        return fields.MoveToImmutable();
    }
}
