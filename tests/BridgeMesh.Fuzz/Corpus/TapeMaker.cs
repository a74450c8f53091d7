using BridgeMesh.Fuzz.Hessian;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Values;

namespace BridgeMesh.Fuzz.Corpus;

/// <summary>Values at random, in every kind that a tape has. Owned by one worker.</summary>
internal sealed class TapeMaker
{
    private const int MaxDepth = 12;

    private static readonly (string Type, string Text)[] Texts =
    [
        ("java.time.LocalDate", "2024-02-29"), ("java.time.LocalTime", "23:59:59.999999999"), ("java.time.LocalDateTime", "2024-05-06T07:08:09.123"),
        ("java.time.OffsetDateTime", "2024-05-06T07:08:09+08:00"), ("java.time.ZonedDateTime", "2024-05-06T07:08:09+08:00[Asia/Shanghai]"),
        ("java.time.Duration", "PT1H2M3.4S"), ("java.time.Period", "P1Y2M3D"), ("java.time.Year", "2024"), ("java.time.YearMonth", "2024-05"),
        ("java.time.MonthDay", "--05-06"), ("java.time.ZoneOffset", "+08:00"), ("java.time.ZoneId", "Europe/Berlin"), ("java.util.Locale", "zh_CN"),
        ("java.util.UUID", "123e4567-e89b-12d3-a456-426614174000"), ("java.lang.Class", "java.lang.String"), ("java.util.Currency", "EUR"),
    ];

    private static readonly string[] Numbers = ["0", "-1", "12.50", "123456789012345678901234567890", "0.000000000000000001", "-99999999999999999999.9", "100"];

    private ValueTape _tape = null!; // The tape that Fill was given; not this object's own.
    private FuzzRandom _random = new();
    private int _left;

    /// <summary>Appends roots.</summary>
    /// <param name="values">Values at most, about.</param>
    internal void Fill(ValueTape tape, FuzzRandom random, int roots, int values)
    {
        (_tape, _random) = (tape, random);
        for (var i = 0; i < roots; i++)
        {
            _left = random.Skewed(values);
            Value(0);
        }
    }

    private void Value(int depth)
    {
        _left--;
        switch (_left <= 0 || depth >= MaxDepth ? _random.Below(12) : _random.Below(20))
        {
            case 0:
                _tape.AddNull();
                break;
            case 1:
                _tape.AddBool(_random.Chance(50));
                break;
            case 2:
                _tape.AddInt32(EdgeValues.Int(_random));
                break;
            case 3:
                _tape.AddInt64(_random.Chance(50) ? _random.NextInt64() : EdgeValues.Int(_random));
                break;
            case 4:
                _tape.AddFloat64(_random.Chance(50) ? BitConverter.Int64BitsToDouble(_random.NextInt64()) : EdgeValues.Int(_random) / 8.0);
                break;
            case 5:
                var number = _random.Pick<string>(Numbers);
                var isInteger = _random.Chance(50) && !number.Contains('.', StringComparison.Ordinal);
                _tape.AddText(isInteger ? ValueKind.BigInteger : ValueKind.Decimal, number);
                break;
            case 6 or 7 or 8:
                Text();
                break;
            case 9:
                Span<byte> octets = stackalloc byte[_random.Below(64)];
                _random.Fill(octets);
                _tape.AddBytes(octets);
                break;
            case 10:
                Typed();
                break;
            case 11:
                Reference();
                break;
            case 12 or 13 or 14:
                List(depth);
                break;
            case 15 or 16:
                Map(depth);
                break;
            default:
                Object(depth);
                break;
        }
    }

    private void Text()
    {
        Span<char> text = stackalloc char[_random.Chance(95) ? _random.Below(40) : _random.Below(1_500)];
        var kind = _random.Below(10);
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = kind < 7 ? (char)_random.Between(' ', '~') : kind < 9 ? (char)_random.Between(0x80, 0xD7FF) : (char)_random.Below(0x10000);
            if (kind == 8 && i + 1 < text.Length)
            {
                text[i] = (char)_random.Between(0xD800, 0xDBFF);
                text[++i] = (char)_random.Between(0xDC00, 0xDFFF);
            }
        }

        _tape.AddString(text);
    }

    private void Typed()
    {
        switch (_random.Below(3))
        {
            case 0:
                var (type, text) = _random.Pick<(string, string)>(Texts);
                _tape.AddText(ValueKind.Text, text, TypeName.Of(type));
                break;
            case 1:
                _tape.AddText(ValueKind.Enum, _random.Chance(50) ? "PAID" : "NEW", TypeName.Of("com.acme.order.OrderStatus"));
                break;
            default:
                _tape.AddInstant(_random.NextInt64() >> _random.Between(16, 40));
                break;
        }
    }

    private void Reference()
    {
        // Only containers: what a dialect gives no slot is written again, and the tapes then differ.
        for (var tries = 0; tries < 4 && _tape.Count > 0; tries++)
        {
            var target = _random.Below(_tape.Count);
            if (_tape[target].IsContainer)
            {
                _tape.AddReference(target);
                return;
            }
        }

        _tape.AddNull();
    }

    private void List(int depth)
    {
        if (_random.Chance(25))
        {
            _tape.BeginArray(TypeName.Of(_random.Chance(50) ? "[object" : "[com.acme.Item"));
        }
        else
        {
            _tape.BeginList(_random.Chance(60) ? TypeName.Of("java.util.ArrayList") : null);
        }

        for (var i = _random.Skewed(20); i > 0 && _left > 0; i--)
        {
            Value(depth + 1);
        }

        _tape.End();
    }

    private void Map(int depth)
    {
        _tape.BeginMap(_random.Chance(25) ? TypeName.Of("java.util.TreeMap") : null);
        for (var i = _random.Skewed(12); i > 0 && _left > 0; i--)
        {
            if (_random.Chance(80))
            {
                _tape.AddString(HessianForms.FieldName(_random));
            }
            else
            {
                Value(depth + 1);
            }

            Value(depth + 1);
        }

        _tape.End();
    }

    private void Object(int depth)
    {
        _tape.BeginObject(TypeName.Of($"com.acme.T{_random.Below(30)}"));
        for (var i = _random.Skewed(10) - 1; i > 0; i--)
        {
            _tape.Name(FieldName.Of(HessianForms.FieldName(_random)));
            Value(depth + 1);
        }

        _tape.End();
    }
}
