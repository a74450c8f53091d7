using System.Globalization;
using BridgeMesh.Values;

namespace BridgeMesh.Core.Tests.Translation;

/// <summary>Random orders as a typed caller sends them, and the same as a loosely typed one does.</summary>
internal static class Randomly
{
    private static readonly TypeName Order = TypeName.Of("com.acme.Order");
    private static readonly TypeName Item = TypeName.Of("com.acme.Item");
    private static readonly TypeName Colour = TypeName.Of("com.acme.Colour");

    internal static void AddOrder(ValueTape tape, Random random, int depth)
    {
        tape.BeginObject(Order);
        var items = new List<int>();
        foreach (var field in Shuffled(random, "id", "number", "colour", "items", "notes", "next"))
        {
            if (random.Next(6) == 0)
            {
                continue;
            }

            tape.Name(FieldName.Of(field));
            if (random.Next(8) == 0 && field != "number")
            {
                tape.AddNull();
                continue;
            }

            switch (field)
            {
                case "id":
                    tape.AddString(Text(random));
                    break;
                case "number":
                    tape.AddInt64(random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64));
                    break;
                case "colour":
                    tape.AddText(ValueKind.Enum, random.Next(2) == 0 ? "RED" : "GREEN", Colour);
                    break;
                case "items":
                    AddItems(tape, random, items);
                    break;
                case "notes":
                    tape.BeginMap();
                    for (var i = random.Next(4); i > 0; i--)
                    {
                        tape.AddInt64(random.NextInt64());
                        tape.AddString(Text(random));
                    }

                    tape.End();
                    break;
                default:
                    if (depth > 0)
                    {
                        AddOrder(tape, random, depth - 1);
                    }
                    else
                    {
                        tape.AddNull();
                    }

                    break;
            }
        }

        tape.End();
    }

    /// <summary>Copies a value so that its types are lost, each in one of the ways in which callers lose them.</summary>
    internal static void Loosen(ValueTape from, int index, ValueTape to, Random random)
    {
        var places = new Dictionary<int, int>();
        Loosen(from, index, to, random, places);
    }

    private static void Loosen(ValueTape from, int index, ValueTape to, Random random, Dictionary<int, int> places)
    {
        places[index] = to.Count;
        ref readonly var token = ref from[index];
        switch (token.Kind)
        {
            case ValueKind.Reference:
                to.AddReference(places[token.Target]);
                return;
            case ValueKind.Int64 when random.Next(3) == 0:
                to.AddString(token.AsInt64.ToString(CultureInfo.InvariantCulture));
                return;
            case ValueKind.Int64 when token.AsInt64 == (int)token.AsInt64 && random.Next(2) == 0:
                to.AddInt32((int)token.AsInt64);
                return;
            case ValueKind.Int64 when Math.Abs((double)token.AsInt64) < 9e15 && random.Next(2) == 0:
                to.AddFloat64(token.AsInt64);
                return;
            case ValueKind.Enum or ValueKind.Decimal when random.Next(4) > 0:
                to.AddString(from.Utf8(index));
                return;
            case ValueKind.Object or ValueKind.List or ValueKind.Map:
                LoosenContainer(from, index, to, random, places);
                return;
            default:
                to.AddCopy(from, index);
                return;
        }
    }

    private static void LoosenContainer(ValueTape from, int index, ValueTape to, Random random, Dictionary<int, int> places)
    {
        var form = random.Next(3);
        var isObject = from[index].Kind == ValueKind.Object;
        _ = (isObject, form) switch
        {
            (false, _) => to.BeginCopy(from, index),
            (true, 0) => to.BeginObject(from[index].Type),
            (true, 1) => to.BeginObject(null),
            _ => to.BeginMap(random.Next(2) == 0 ? null : TypeName.Of("java.util.HashMap")),
        };
        var end = from.Next(index);
        for (var i = index + 1; i < end; i = from.Next(i))
        {
            if (from[i].Name is { } name)
            {
                if (form == 2)
                {
                    to.AddString(name.Utf8);
                }
                else
                {
                    to.Name(name);
                }
            }

            Loosen(from, i, to, random, places);
        }

        if (isObject && form == 2 && random.Next(3) == 0)
        {
            to.AddString("nobodyKnows");
            to.AddBool(true);
        }

        to.End();
    }

    private static void AddItems(ValueTape tape, Random random, List<int> items)
    {
        tape.BeginList();
        for (var i = random.Next(4); i > 0; i--)
        {
            if (items.Count > 0 && random.Next(3) == 0)
            {
                tape.AddReference(items[random.Next(items.Count)]);
                continue;
            }

            items.Add(tape.Count);
            tape.BeginObject(Item);
            tape.Name(FieldName.Of("sku"));
            tape.AddString(Text(random));
            tape.Name(FieldName.Of("price"));
            tape.AddDecimal(new decimal(random.Next(), 0, 0, random.Next(2) == 0, (byte)random.Next(6)));
            tape.End();
        }

        tape.End();
    }

    private static string Text(Random random)
    {
        var alphabet = "abc é界\"\\\n😀";
        var text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => alphabet[random.Next(alphabet.Length - 2)]));
        return text + "😀"[..(random.Next(2) * 2)];
    }

    private static string[] Shuffled(Random random, params string[] names)
    {
        random.Shuffle(names);
        return names;
    }
}
