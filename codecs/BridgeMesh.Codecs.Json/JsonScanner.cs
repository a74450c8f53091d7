using System.Buffers;
using System.Runtime.CompilerServices;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Json;

/// <summary>
/// Steps through JSON text. Strict RFC 8259 plus a leading byte order mark. Not Utf8JsonReader, because that throws for what a peer sends
/// wrong, and because it refuses the escaped lone surrogates that Java strings may hold; the tests hold the two against each other.
/// A failure stays: every later step fails too.
/// </summary>
/// <param name="bytes">The payload in one piece.</param>
/// <param name="offset">Byte offset of its first byte, for faults.</param>
internal ref struct JsonScanner(ReadOnlySpan<byte> bytes, long offset)
{
    private static readonly SearchValues<byte> EndsRun = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(static c => (byte)c), (byte)'"', (byte)'\\']);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly long _offset = offset;
    private int _at = bytes.StartsWith("\uFEFF"u8) ? 3 : 0;

    /// <summary>None until a step failed.</summary>
    public CodecError Error { get; private set; }

    public string Detail { get; private set; } = string.Empty;

    /// <summary>Byte offset of the next byte, or of the failure.</summary>
    public readonly long Offset => _offset + _at;

    public readonly int Position => _at;

    /// <summary>A scanner of what stands between two positions.</summary>
    public readonly JsonScanner Part(int from, int to) => new(_bytes[from..to], _offset + from);

    /// <summary>Looks at what comes next, behind any white space.</summary>
    public JsonToken Peek()
    {
        SkipSpace();
        if (_at >= _bytes.Length || Error != CodecError.None)
        {
            return JsonToken.None;
        }

        return _bytes[_at] switch
        {
            (byte)'{' => JsonToken.Object,
            (byte)'[' => JsonToken.Array,
            (byte)'"' => JsonToken.String,
            (byte)'-' or (>= (byte)'0' and <= (byte)'9') => JsonToken.Number,
            (byte)'t' => JsonToken.True,
            (byte)'f' => JsonToken.False,
            (byte)'n' => JsonToken.Null,
            _ => JsonToken.None,
        };
    }

    /// <summary>Takes one structural byte, behind any white space, if it is the next one.</summary>
    public bool TryTake(byte structural)
    {
        SkipSpace();
        if (_at < _bytes.Length && _bytes[_at] == structural && Error == CodecError.None)
        {
            _at++;
            return true;
        }

        return false;
    }

    /// <summary>Takes one structural byte; anything else is a failure.</summary>
    public bool Expect(byte structural, string what) => TryTake(structural) || FailHere(what);

    /// <summary>Whether only white space is left; anything else is a failure.</summary>
    public bool ExpectEnd()
    {
        SkipSpace();
        return Error == CodecError.None && (_at == _bytes.Length || Fail(CodecError.Malformed, "bytes behind the JSON value"));
    }

    /// <summary>Whether only white space is left.</summary>
    public bool AtEnd()
    {
        SkipSpace();
        return _at == _bytes.Length;
    }

    /// <summary>Takes true, false or null, of which the first byte is known.</summary>
    public bool TryLiteral(ReadOnlySpan<byte> literal)
    {
        if (_bytes[_at..].StartsWith(literal))
        {
            _at += literal.Length;
            return true;
        }

        var cut = literal.StartsWith(_bytes[_at..]);
        return Fail(cut ? CodecError.Truncated : CodecError.Malformed, cut ? "the JSON text ends inside a value" : "no JSON value");
    }

    public bool TryText(out JsonText text)
    {
        text = default;
        SkipSpace();
        if (_at >= _bytes.Length || _bytes[_at] != '"' || Error != CodecError.None)
        {
            return FailHere("expected a string");
        }

        var start = _at + 1;
        var at = start;
        var escaped = false;
        while (true)
        {
            var run = _bytes[at..].IndexOfAny(EndsRun);
            if (run < 0)
            {
                _at = _bytes.Length;
                return Fail(CodecError.Truncated, "the JSON text ends inside a string");
            }

            at += run;
            if (_bytes[at] == '"')
            {
                text = new JsonText(_bytes[start..at], escaped, _offset + _at);
                _at = at + 1;
                return true;
            }

            if (_bytes[at] != '\\')
            {
                _at = at;
                return Fail(CodecError.Malformed, "a control character inside a string must be escaped");
            }

            // What is behind the backslash, a quote perhaps, belongs to the escape.
            escaped = true;
            at = Math.Min(at + 2, _bytes.Length);
        }
    }

    public bool TryNumber(out JsonNumber number)
    {
        number = default;
        var start = _at;
        var at = start + (_bytes[start] == '-' ? 1 : 0);
        var whole = Digits(at);
        if (whole == 0 || (whole > 1 && _bytes[at] == '0'))
        {
            _at = at;
            return whole == 0 ? FailHere("a number needs digits") : Fail(CodecError.Malformed, "a number must not begin with 0");
        }

        at += whole;
        var isInteger = true;
        if (at < _bytes.Length && _bytes[at] == '.')
        {
            isInteger = false;
            var fraction = Digits(++at);
            at += fraction;
            if (fraction == 0)
            {
                _at = at;
                return FailHere("a number needs digits behind its point");
            }
        }

        if (at < _bytes.Length && (_bytes[at] | 0x20) == 'e')
        {
            isInteger = false;
            at++;
            at += at < _bytes.Length && _bytes[at] is (byte)'+' or (byte)'-' ? 1 : 0;
            var exponent = Digits(at);
            at += exponent;
            if (exponent == 0)
            {
                _at = at;
                return FailHere("a number needs digits in its exponent");
            }
        }

        number = new JsonNumber(_bytes[start..at], isInteger, _offset + start);
        _at = at;
        return true;
    }

    /// <summary>Walks one value without decoding it; its grammar is checked, its escapes and its UTF-8 are not.</summary>
    /// <param name="maxDepth">1 to 1,000.</param>
    public bool Skip(int maxDepth)
    {
        // One bit a level: whether it is an object.
        Span<ulong> kinds = stackalloc ulong[16];
        var depth = 0;
        while (true)
        {
            var token = Peek();
            if (token is JsonToken.Object or JsonToken.Array)
            {
                if (depth == Math.Min(maxDepth, 1_000))
                {
                    return Fail(CodecError.OverBudget, $"nested more than {maxDepth} deep");
                }

                var isObject = token == JsonToken.Object;
                var bit = 1UL << (depth & 63);
                kinds[depth >> 6] = isObject ? kinds[depth >> 6] | bit : kinds[depth >> 6] & ~bit;
                depth++;
                _at++;
                if (!TryTake(isObject ? (byte)'}' : (byte)']'))
                {
                    if (isObject && !TakeName())
                    {
                        return false;
                    }

                    continue;
                }

                depth--;
            }
            else if (!SkipScalar(token))
            {
                return false;
            }

            if (!SkipEnds(kinds, ref depth, out var done) || done)
            {
                return done;
            }
        }
    }

    /// <summary>Records a failure at the place reached; the end of the bytes makes it a truncation.</summary>
    public bool FailHere(string what) => _at >= _bytes.Length
        ? Fail(CodecError.Truncated, "the JSON text ends inside a value")
        : Fail(CodecError.Malformed, what);

    public bool Fail(CodecError error, string detail)
    {
        if (Error == CodecError.None)
        {
            Error = error;
            Detail = detail;
        }

        return false;
    }

    private bool TakeName() => TryText(out _) && Expect((byte)':', "expected a colon");

    private bool SkipScalar(JsonToken token) => token switch
    {
        JsonToken.String => TryText(out _),
        JsonToken.Number => TryNumber(out _),
        JsonToken.True => TryLiteral("true"u8),
        JsonToken.False => TryLiteral("false"u8),
        JsonToken.Null => TryLiteral("null"u8),
        _ => FailHere("no JSON value"),
    };

    // Behind a value: closes what ends here and steps to the next member or element.
    private bool SkipEnds(scoped ReadOnlySpan<ulong> kinds, ref int depth, out bool done)
    {
        while (depth > 0)
        {
            var isObject = (kinds[(depth - 1) >> 6] & (1UL << ((depth - 1) & 63))) != 0;
            if (TryTake((byte)','))
            {
                done = false;
                return !isObject || TakeName();
            }

            if (!Expect(isObject ? (byte)'}' : (byte)']', isObject ? "expected a comma or }" : "expected a comma or ]"))
            {
                done = false;
                return false;
            }

            depth--;
        }

        done = true;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SkipSpace()
    {
        while (_at < _bytes.Length && _bytes[_at] <= ' ' && _bytes[_at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            _at++;
        }
    }

    private readonly int Digits(int from)
    {
        var at = from;
        while (at < _bytes.Length && (uint)(_bytes[at] - '0') <= 9)
        {
            at++;
        }

        return at - from;
    }
}
