using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>Messages of any generated class, filled by reflection with values at which encodings go wrong.</summary>
internal sealed class RandomMessages(Random random)
{
    private static readonly long[] Numbers =
    [
        0, 1, -1, 2, 63, 64, 127, 128, -128, 255, 300, 16_383, 16_384, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 35, (1L << 53) - 1, 1L << 53,
        (1L << 53) + 1, long.MaxValue, long.MinValue,
    ];

    private static readonly double[] Reals =
    [
        0, -0.0, 1, -1.5, 0.1, 1e300, -1e-300, double.Epsilon, double.MaxValue, float.MaxValue, double.NaN, double.PositiveInfinity,
        double.NegativeInfinity, 1e22, 123456789.125,
    ];

    private static readonly string[] Texts = ["", "a", "order-118", "Hauptstraße", "北京市", "😀", "\0\u001f\"\\\n", "\u2028<>&'", new('x', 127), new('y', 128), new('z', 20_000)];

    internal IMessage Fill(IMessage message, int depth = 3, int percent = 35)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (!field.IsRequired && random.Next(100) >= percent)
            {
                continue;
            }

            if (field.IsMap)
            {
                FillMap((System.Collections.IDictionary)field.Accessor.GetValue(message), field.MessageType, depth);
            }
            else if (field.IsRepeated)
            {
                FillList((System.Collections.IList)field.Accessor.GetValue(message), field, depth);
            }
            else if (Value(field, depth) is { } value)
            {
                field.Accessor.SetValue(message, value);
            }
        }

        return message;
    }

    private void FillMap(System.Collections.IDictionary map, MessageDescriptor entry, int depth)
    {
        for (var i = random.Next(4); i > 0; i--)
        {
            if (Value(entry.FindFieldByNumber(2), depth) is { } value)
            {
                map[Value(entry.FindFieldByNumber(1), depth)!] = value;
            }
        }
    }

    private void FillList(System.Collections.IList list, FieldDescriptor field, int depth)
    {
        for (var i = random.Next(4); i > 0; i--)
        {
            if (Value(field, depth) is { } value)
            {
                list.Add(value);
            }
        }
    }

    private object? Value(FieldDescriptor field, int depth)
    {
        var number = Numbers[random.Next(Numbers.Length)];
        var real = Reals[random.Next(Reals.Length)];
        switch (field.FieldType)
        {
            case FieldType.Double:
                return real;
            case FieldType.Float:
                return (float)real;
            case FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32:
                return (int)number;
            case FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64:
                return number;
            case FieldType.UInt32 or FieldType.Fixed32:
                return (uint)number;
            case FieldType.UInt64 or FieldType.Fixed64:
                return (ulong)number;
            case FieldType.Bool:
                return random.Next(2) == 0;
            case FieldType.String:
                return Texts[random.Next(Texts.Length)];
            case FieldType.Bytes:
                var bytes = new byte[random.Next(20)];
                random.NextBytes(bytes);
                return ByteString.CopyFrom(bytes);
            case FieldType.Enum:
                var values = field.EnumType.Values;
                return random.Next(5) == 0 && field.File.Syntax == Google.Protobuf.Reflection.Syntax.Proto3 && field.EnumType.FullName != "google.protobuf.NullValue"
                    ? 1_000
                    : values[random.Next(values.Count)].Number;
            default:
                return Message(field.MessageType, depth);
        }
    }

    /// <summary>Null past the depth.</summary>
    private object? Message(MessageDescriptor type, int depth)
    {
        switch (type.FullName)
        {
            case "google.protobuf.Timestamp":
                return new Timestamp { Seconds = random.NextInt64(-62_135_596_800, 253_402_300_800), Nanos = Nanos() };
            case "google.protobuf.Duration":
                var sign = random.Next(2) == 0 ? 1 : -1;
                return new Duration { Seconds = sign * random.NextInt64(random.Next(2) == 0 ? 4 : 315_576_000_001), Nanos = sign * Nanos() };
            case "google.protobuf.FieldMask":
                return new FieldMask { Paths = { random.Next(2) == 0 ? [] : ["a_string", "a_message.an_int32"] } };
            case "google.protobuf.Value":
                return JsonValue(depth);
            case "google.protobuf.Struct":
                return JsonStruct(depth);
            case "google.protobuf.ListValue":
                return JsonList(depth);
            case "google.protobuf.Any":
                return Any.Pack(random.Next(3) switch
                {
                    0 => new Timestamp { Seconds = 5, Nanos = 1 },
                    1 => new StringValue { Value = "inside" },
                    _ => new Peers.Fewer { AString = "inside" },
                });
            case "google.type.Date":
                return random.Next(3) switch
                {
                    0 => new Peers.Google.Date { Year = 2024, Month = 5 },
                    1 => new Peers.Google.Date { Month = 2, Day = 29 },
                    _ => new Peers.Google.Date { Year = random.Next(1, 10_000), Month = random.Next(1, 13), Day = random.Next(1, 29) },
                };
            case "google.type.Decimal":
                return new Peers.Google.Decimal { Value = random.Next(2) == 0 ? "-12.50" : "0.00000000000000000001" };
        }

        // The accessors of wrappers take the wrapped value.
        if (type.FullName.EndsWith("Value", StringComparison.Ordinal) && type.File.Name == "google/protobuf/wrappers.proto")
        {
            return Value(type.FindFieldByNumber(1), depth);
        }

        return depth == 0 ? null : Fill((IMessage)Activator.CreateInstance(type.ClrType)!, depth - 1, percent: 12);
    }

    private int Nanos() => random.Next(4) switch
    {
        0 => 0,
        1 => random.Next(1_000) * 1_000_000,
        2 => random.Next(1_000_000) * 1_000,
        _ => random.Next(1_000_000_000),
    };

    private Value JsonValue(int depth) => random.Next(depth == 0 ? 4 : 6) switch
    {
        0 => Google.Protobuf.WellKnownTypes.Value.ForNull(),
        1 => Google.Protobuf.WellKnownTypes.Value.ForNumber(random.Next(2) == 0 ? random.Next(100) : -0.125),
        2 => Google.Protobuf.WellKnownTypes.Value.ForString(Texts[random.Next(Texts.Length)]),
        3 => Google.Protobuf.WellKnownTypes.Value.ForBool(random.Next(2) == 0),
        4 => new Value { StructValue = JsonStruct(depth - 1) },
        _ => new Value { ListValue = JsonList(depth - 1) },
    };

    private Struct JsonStruct(int depth)
    {
        var made = new Struct();
        for (var i = random.Next(3); i > 0; i--)
        {
            made.Fields[$"k{i}"] = JsonValue(depth);
        }

        return made;
    }

    private ListValue JsonList(int depth)
    {
        var made = new ListValue();
        for (var i = random.Next(3); i > 0; i--)
        {
            made.Values.Add(JsonValue(depth));
        }

        return made;
    }
}
