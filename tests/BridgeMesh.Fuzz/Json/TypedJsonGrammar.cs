using System.Globalization;
using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Fuzz.Inputs;

namespace BridgeMesh.Fuzz.Json;

/// <summary>Writes JSON that a declared type takes, with values at its edges and a fault here and there. Owned by one worker.</summary>
internal sealed class TypedJsonGrammar
{
    private const int MaxValues = 250;
    private const int MaxDepth = 40;

    private readonly JsonGrammar _anything = new();
    private InputBytes _to = new();
    private FuzzRandom _random = new();
    private int _faultsPer10000;
    private int _left;

    internal void Write(InputBytes to, FuzzRandom random, TypeShape shape, int faultsPer10000)
    {
        (_to, _random, _faultsPer10000) = (to, random, faultsPer10000);
        _left = random.Skewed(MaxValues);
        Value(shape, 0);
    }

    private bool Fault => _faultsPer10000 > 0 && _random.Below(10_000) < _faultsPer10000;

    private void Value(TypeShape? shape, int depth)
    {
        _left--;
        if (Fault || shape is null || shape.Kind == ShapeKind.Any)
        {
            _anything.Scalar(_to, _random);
            return;
        }

        if (shape.Nullable && (depth > MaxDepth || _left <= 0 || _random.Chance(8)))
        {
            Add("null");
            return;
        }

        switch (shape.Kind)
        {
            case ShapeKind.List or ShapeKind.Set or ShapeKind.Array:
                List(shape, depth);
                break;
            case ShapeKind.Map:
                Map(shape, depth);
                break;
            case ShapeKind.Struct:
                Struct(shape, depth);
                break;
            default:
                Scalar(shape);
                break;
        }
    }

    private void Scalar(TypeShape shape)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Bool:
                Add(_random.Chance(50) ? "true" : "false");
                break;
            case ShapeKind.Int8:
                Add(((sbyte)EdgeValues.Int(_random)).ToString(CultureInfo.InvariantCulture));
                break;
            case ShapeKind.Int16:
                Add(((short)EdgeValues.Int(_random)).ToString(CultureInfo.InvariantCulture));
                break;
            case ShapeKind.Int32:
                Add(EdgeValues.Int(_random).ToString(CultureInfo.InvariantCulture));
                break;
            case ShapeKind.Int64:
                Quoted(_random.NextInt64().ToString(CultureInfo.InvariantCulture), always: _random.Chance(50));
                break;
            case ShapeKind.Float32 or ShapeKind.Float64:
                var number = BitConverter.Int64BitsToDouble(_random.NextInt64());
                Add(double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "\"NaN\"");
                break;
            default:
                Quoted(TextOf(shape), always: shape.Kind is not (ShapeKind.Decimal or ShapeKind.BigInteger) || _random.Chance(50));
                break;
        }
    }

    private string TextOf(TypeShape shape)
    {
        var some = _random.Below(100);
        return shape.Kind switch
        {
            ShapeKind.Decimal => $"{_random.NextInt64()}.{some}",
            ShapeKind.BigInteger => $"{_random.NextInt64()}{Math.Abs(_random.NextInt64())}",
            ShapeKind.Char => some < 50 ? "a" : "\\u4e2d",
            ShapeKind.Bytes => Convert.ToBase64String(BitConverter.GetBytes(_random.NextInt64()).AsSpan(0, some % 9)),
            ShapeKind.Instant => some < 50 ? $"2024-05-06T07:08:{some:D2}.1Z" : $"{1_900 + some}-02-28T23:59:59.123456789+08:00",
            ShapeKind.Enum => shape.Enum is { } declared ? declared.Constants[some % declared.Constants.Length] : "A",
            ShapeKind.Text => Values.JavaText.Example(shape.JavaType),
            _ => some switch
            {
                < 30 => "plain",
                < 50 => "\\ud83d\\ude00 中文 😀",
                < 60 => "\\ud83d",
                < 70 => string.Empty,
                _ => "a \\\"quoted\\\" \\\\ one\\n",
            },
        };
    }

    private void List(TypeShape shape, int depth)
    {
        Add("[");
        for (var i = _random.Skewed(8) - 1; i > 0; i--)
        {
            Value(shape.Element, depth + 1);
            Add(i > 1 ? "," : string.Empty);
        }

        Add("]");
    }

    private void Map(TypeShape shape, int depth)
    {
        Add("{");
        for (var i = _random.Skewed(6) - 1; i > 0; i--)
        {
            var key = shape.Key?.Kind switch
            {
                ShapeKind.Int8 or ShapeKind.Int16 or ShapeKind.Int32 or ShapeKind.Int64 => _random.Below(128).ToString(CultureInfo.InvariantCulture),
                ShapeKind.Text or ShapeKind.Enum or ShapeKind.Instant => TextOf(shape.Key),
                _ => $"k{_random.Below(8)}",
            };
            Quoted(key, always: true);
            Add(":");
            Value(shape.Element, depth + 1);
            Add(i > 1 ? "," : string.Empty);
        }

        Add("}");
    }

    private void Struct(TypeShape shape, int depth)
    {
        Add("{");
        var first = true;
        if (shape.Subtypes is { Count: > 0 } subtypes && _random.Chance(20))
        {
            var some = subtypes.All.ElementAt(_random.Below(subtypes.Count));
            Add($"\"@type\":\"{some.JavaType.Text}\"");
            (shape, first) = (some, false);
        }

        // Rotated, as members may come in any order, and some left out.
        var fields = shape.Struct is { } declared ? declared.Fields : [];
        var turn = _random.Chance(50) ? 0 : _random.Below(fields.Length);
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[(i + turn) % fields.Length];
            if (field.Type.Nullable && _random.Chance(_left > 0 ? 40 : 95))
            {
                continue;
            }

            Add(first ? string.Empty : ",");
            first = false;
            Quoted(Fault ? "unknown" : field.Name.Text, always: true);
            Add(":");
            Value(field.Type, depth + 1);
        }

        Add("}");
    }

    private void Quoted(string text, bool always)
    {
        Add(always ? "\"" : string.Empty);
        Add(text);
        Add(always ? "\"" : string.Empty);
    }

    private void Add(string text)
    {
        Span<byte> utf8 = stackalloc byte[256];
        _to.Add(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
    }
}
