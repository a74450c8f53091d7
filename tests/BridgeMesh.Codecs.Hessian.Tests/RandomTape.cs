using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Tests;

/// <summary>Tapes of every kind of value, from a seed.</summary>
internal sealed class RandomTape(int seed)
{
    private static readonly string[] Fields = ["id", "name", "价格", "next", "a😀", "x"];
    private static readonly string[] Classes = ["com.acme.A", "com.acme.B$C", "com.acme.中"];
    private static readonly string[] Lists = ["java.util.LinkedList", "java.util.HashSet", "java.util.Vector"];
    private static readonly string[] Maps = ["java.util.TreeMap", "java.util.LinkedHashMap"];
    private readonly Random _random = new(seed);
    private readonly List<int> _containers = [];

    internal void Fill(ValueTape tape)
    {
        for (var roots = _random.Next(1, 4); roots > 0; roots--)
        {
            Value(tape, 0);
        }
    }

    private void Value(ValueTape tape, int depth)
    {
        switch (_random.Next(depth > 5 ? 12 : 18))
        {
            case 0:
                tape.AddNull();
                break;
            case 1:
                tape.AddBool(_random.Next(2) == 0);
                break;
            case 2:
                tape.AddInt32((int)Number());
                break;
            case 3:
                tape.AddInt64(Number());
                break;
            case 4:
                tape.AddFloat64(_random.Next(3) == 0 ? Number() / 1_000.0 : BitConverter.Int64BitsToDouble(_random.NextInt64()));
                break;
            case 5:
                tape.AddString(String());
                break;
            case 6:
                var octets = new byte[_random.Next(9_000)];
                _random.NextBytes(octets);
                tape.AddBytes(octets);
                break;
            case 7:
                tape.AddInstant(_random.Next(2) == 0 ? Number() : Number() * 60_000);
                break;
            case 8:
                tape.AddText(ValueKind.Decimal, $"{Number()}.{_random.Next(1_000)}");
                break;
            case 9:
                tape.AddText(ValueKind.BigInteger, $"{Number()}");
                break;
            case 10:
                tape.AddText(ValueKind.Enum, "C_" + _random.Next(9), TypeName.Of("com.acme.Color"));
                break;
            case 11 when _containers.Count > 0:
                tape.AddReference(_containers[_random.Next(_containers.Count)]);
                break;
            case 12:
                List(tape, depth);
                break;
            case 13 or 14:
                Map(tape, depth);
                break;
            default:
                Object(tape, depth);
                break;
        }
    }

    private void List(ValueTape tape, int depth)
    {
        var type = _random.Next(3) == 0 ? null : TypeName.Of(Lists[_random.Next(Lists.Length)]);
        _containers.Add(_random.Next(3) == 0
            ? tape.BeginArray(TypeName.Of("[object"))
            : tape.BeginList(type, type?.Text == "java.util.HashSet"));
        for (var i = _random.Next(12); i > 0; i--)
        {
            Value(tape, depth + 1);
        }

        tape.End();
    }

    private void Map(ValueTape tape, int depth)
    {
        _containers.Add(tape.BeginMap(_random.Next(2) == 0 ? null : TypeName.Of(Maps[_random.Next(Maps.Length)])));
        for (var i = _random.Next(5); i > 0; i--)
        {
            tape.AddString(String());
            Value(tape, depth + 1);
        }

        tape.End();
    }

    private void Object(ValueTape tape, int depth)
    {
        _containers.Add(tape.BeginObject(TypeName.Of(Classes[_random.Next(Classes.Length)])));
        for (var i = 0; i < Fields.Length - _random.Next(3); i++)
        {
            tape.Name(FieldName.Of(Fields[i]));
            Value(tape, depth + 1);
        }

        tape.End();
    }

    private long Number() => _random.NextInt64() >> _random.Next(64);

    private string String()
    {
        var length = _random.Next(20) == 0 ? _random.Next(70_000) : _random.Next(40);
        var plain = _random.Next(2) == 0;
        return string.Create(length, (this, plain), static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = from.plain ? (char)from.Item1._random.Next(32, 127) : (char)from.Item1._random.Next(from.Item1._random.Next(8) == 0 ? 0x10000 : 0x900);
            }
        });
    }
}
