using System.Globalization;
using BridgeMesh.Fuzz.Hessian;
using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Json;

/// <summary>Writes JSON from its grammar, with odd numbers and strings, white space and a fault here and there. Owned by one worker.</summary>
internal sealed class JsonGrammar
{
    private const int MaxValues = 300;

    private static readonly byte[][] Numbers = [.. new[]
    {
        "0", "-0", "-0.0", "1", "-1", "9007199254740991", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "18446744073709551615", "1e308", "1e309", "-1e400", "1e-400", "4.9e-324", "0.1", "0.30000000000000004", "1E+5", "1e5", "12.50", "1e1000000000",
        "1e-1000000000", "123456789012345678901234567890.123456789", "3.4028235e38", "127", "128", "-129", "32768", "2147483648", "65536",
        "1.7976931348623157e308", "5e-1", "100000000000000000000", "0e0", "0.0000001",
    }.Select(System.Text.Encoding.ASCII.GetBytes)];

    private static readonly byte[][] Wrong = [.. new[]
    {
        "01", "+1", ".5", "1.", "1e", "1e+", "-", "NaN", "Infinity", "0x10", "1_0", "tru", "True", "nul", "nulll", "undefined", "'a'", "\"\\x\"", "\"\\u12\"",
        "\"\\u12G4\"", "\"\t\"", "\"\n\"", "\"", "\"\\", "//", "/**/", "[,]", "{,}", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "{\"a\":}", "{1:1}", "\uFEFF1", "\0",
    }.Select(System.Text.Encoding.UTF8.GetBytes)];

    private static readonly byte[][] Pieces =
    [
        "a"u8.ToArray(), "\\n"u8.ToArray(), "\\\""u8.ToArray(), "\\\\"u8.ToArray(), "\\/"u8.ToArray(), "\\u0000"u8.ToArray(), "\\u00e9"u8.ToArray(),
        "\\ud83d\\ude00"u8.ToArray(), "\\ud83d"u8.ToArray(), "\\ude00"u8.ToArray(), "\\ude00\\ud83d"u8.ToArray(), "\\ud83dx"u8.ToArray(), "é"u8.ToArray(),
        "中文"u8.ToArray(), "😀"u8.ToArray(), " "u8.ToArray(), "2024-05-06T07:08:09Z"u8.ToArray(), "AAECAw=="u8.ToArray(), "PAID"u8.ToArray(), "12.50"u8.ToArray(),
        "NaN"u8.ToArray(), "-Infinity"u8.ToArray(), "$ref"u8.ToArray(), "\\uFEFF"u8.ToArray(), "com.acme.order.Item"u8.ToArray(), "9007199254740993"u8.ToArray(),
    ];

    /// <summary>Names that the demo contract declares, and that codecs look for.</summary>
    private static readonly string[] Names =
    [
        "id", "number", "status", "total", "created", "address", "items", "tags", "notes", "street", "city", "zip", "sku", "quantity", "price", "order", "name",
        "left", "right", "value", "customer", "count", "levels", "b", "s", "i", "l", "f", "d", "flag", "ch", "big", "@type", "$ref", "class", "code", "message",
    ];

    private InputBytes _to = new();
    private FuzzRandom _random = new();
    private int _faultsPer10000;
    private int _left;

    internal void Write(InputBytes to, FuzzRandom random, int faultsPer10000)
    {
        (_to, _random, _faultsPer10000) = (to, random, faultsPer10000);
        _left = random.Skewed(MaxValues);
        Value(0);
        if (Fault)
        {
            Value(0);
        }
    }

    private bool Fault => _faultsPer10000 > 0 && _random.Below(10_000) < _faultsPer10000;

    internal void Scalar(InputBytes to, FuzzRandom random)
    {
        (_to, _random, _faultsPer10000) = (to, random, 3_000);
        Scalar();
    }

    private void Value(int depth)
    {
        _left--;
        Space();
        if (_left <= 0 || depth > 60 || _random.Chance(40))
        {
            Scalar();
        }
        else if (_random.Chance(45))
        {
            Array(depth);
        }
        else
        {
            Object(depth);
        }

        Space();
    }

    private void Scalar()
    {
        if (Fault)
        {
            _to.Add(_random.Pick<byte[]>(Wrong));
            return;
        }

        switch (_random.Below(8))
        {
            case 0:
                _to.Add("null"u8);
                break;
            case 1:
                _to.Add(_random.Chance(50) ? "true"u8 : "false"u8);
                break;
            case 2 or 3:
                _to.Add(_random.Pick<byte[]>(Numbers));
                break;
            case 4:
                Number();
                break;
            default:
                Text();
                break;
        }
    }

    private void Number()
    {
        Span<char> text = stackalloc char[48];
        var value = _random.Chance(50) ? BitConverter.Int64BitsToDouble(_random.NextInt64()) : _random.NextInt64() / 1e6;
        (double.IsFinite(value) ? value : 0).TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        foreach (var unit in text[..length])
        {
            _to.Add((byte)unit);
        }
    }

    private void Text()
    {
        _to.Add((byte)'"');
        for (var i = _random.Skewed(10) - 1; i > 0; i--)
        {
            _to.Add(Fault ? EdgeValues.Text(_random) : _random.Pick<byte[]>(Pieces));
        }

        _to.Add((byte)'"');
    }

    private void Array(int depth)
    {
        _to.Add((byte)'[');
        for (var i = _random.Skewed(12) - 1; i > 0; i--)
        {
            Value(depth + 1);
            if (i > 1 != Fault)
            {
                _to.Add((byte)',');
            }
        }

        _to.Add(Fault ? (byte)'}' : (byte)']');
    }

    private void Object(int depth)
    {
        _to.Add((byte)'{');
        for (var i = _random.Skewed(10) - 1; i > 0; i--)
        {
            Space();
            if (_random.Chance(80))
            {
                _to.Add((byte)'"');
                foreach (var unit in _random.Chance(80) ? _random.Pick<string>(Names) : HessianForms.FieldName(_random))
                {
                    _to.Add(unit < 0x80 ? (byte)unit : (byte)'?');
                }

                _to.Add((byte)'"');
            }
            else
            {
                Text();
            }

            Space();
            _to.Add(Fault ? (byte)'=' : (byte)':');
            Value(depth + 1);
            if (i > 1 != Fault)
            {
                _to.Add((byte)',');
            }
        }

        _to.Add(Fault ? (byte)']' : (byte)'}');
    }

    private void Space()
    {
        if (_random.Chance(4))
        {
            _to.Add(_random.Pick(" \n\r\t"u8));
        }
    }
}
