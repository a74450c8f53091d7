using System.Globalization;
using System.Text;
using System.Text.Json;
using BridgeMesh.Values;

namespace Acme.Ledger;

/// <summary>
/// Writes values of a tape as JSON: numbers beyond 2^53, decimals, instants and enums as text, bytes in base64, shared values again and
/// again up to the budget. One writes one frame.
/// </summary>
internal sealed class TapeToJson(Utf8JsonWriter json, ValueTape tape)
{
    private const long MaxExactNumber = (1L << 53) - 1;

    private readonly HashSet<int> _open = [];
    private int _values;

    /// <summary>The first thing that could not be said; Ok until then.</summary>
    internal CodecStatus Status { get; private set; }

    /// <summary>
    /// Writes an exception's object without what every Java exception carries: its message is told beside it, a stack trace is nobody's
    /// business, and a cause refers to the exception itself when there is none. Writes nothing when no field is left.
    /// </summary>
    internal void WriteException(string member)
    {
        var written = false;
        var end = tape.Next(0);
        for (var i = 1; i < end && Status.IsOk; i = tape.Next(i))
        {
            var name = tape[i].Name!;
            if (name.Text is "detailMessage" or "cause" or "stackTrace" or "suppressedExceptions")
            {
                continue;
            }

            if (!written)
            {
                json.WriteStartObject(member);
                written = true;
            }

            json.WritePropertyName(name.Json);
            Write(i);
        }

        if (written)
        {
            json.WriteEndObject();
        }
    }

    internal void Write(int index)
    {
        if (++_values > tape.Budget.MaxExpandedTokens)
        {
            Fail(CodecError.OverBudget, "shared values, written out, are more than the budget", index);
        }

        if (!Status.IsOk)
        {
            return;
        }

        var value = tape.Resolve(index);
        ref readonly var token = ref tape[value];
        if (!token.IsContainer)
        {
            WriteLeaf(value, in token);
        }
        else if (!_open.Add(value))
        {
            Fail(CodecError.Unrepresentable, "the value contains itself, for which the ledger protocol has no form", index);
        }
        else
        {
            WriteContainer(value, token.Kind);
            _open.Remove(value);
        }
    }

    private void WriteContainer(int index, ValueKind kind)
    {
        var end = tape.Next(index);
        switch (kind)
        {
            case ValueKind.Object:
                json.WriteStartObject();
                for (var i = index + 1; i < end && Status.IsOk; i = tape.Next(i))
                {
                    json.WritePropertyName(tape[i].Name!.Json);
                    Write(i);
                }

                json.WriteEndObject();
                break;
            case ValueKind.Map:
                json.WriteStartObject();
                for (var key = index + 1; key < end && Status.IsOk;)
                {
                    var value = tape.Next(key);
                    WriteKey(key);
                    Write(value);
                    key = tape.Next(value);
                }

                json.WriteEndObject();
                break;
            default:
                json.WriteStartArray();
                for (var i = index + 1; i < end && Status.IsOk; i = tape.Next(i))
                {
                    Write(i);
                }

                json.WriteEndArray();
                break;
        }
    }

    private void WriteKey(int index)
    {
        var key = tape.Resolve(index);
        ref readonly var token = ref tape[key];
        var text = token.Kind switch
        {
            ValueKind.Bool => token.AsBool ? "true" : "false",
            ValueKind.Int32 or ValueKind.Int64 => token.AsInt64.ToString(CultureInfo.InvariantCulture),
            ValueKind.String or ValueKind.Text or ValueKind.Enum or ValueKind.Decimal or ValueKind.BigInteger
                when (token.Flags & ValueFlags.LoneSurrogate) == 0 => tape.Text(key),
            _ => null,
        };
        if (text is null)
        {
            Fail(CodecError.Unrepresentable, $"a key of kind {token.Kind} cannot be a JSON member", index);
            text = string.Empty;
        }

        json.WritePropertyName(text);
    }

    private void WriteLeaf(int index, in ValueToken token)
    {
        switch (token.Kind)
        {
            case ValueKind.Null or ValueKind.Absent:
                json.WriteNullValue();
                break;
            case ValueKind.Bool:
                json.WriteBooleanValue(token.AsBool);
                break;
            case ValueKind.Int32:
                json.WriteNumberValue(token.AsInt32);
                break;
            case ValueKind.Int64 when token.AsInt64 is >= -MaxExactNumber and <= MaxExactNumber:
                json.WriteNumberValue(token.AsInt64);
                break;
            case ValueKind.Int64:
                json.WriteStringValue(token.AsInt64.ToString(CultureInfo.InvariantCulture));
                break;
            case ValueKind.UInt64:
                json.WriteStringValue(token.AsUInt64.ToString(CultureInfo.InvariantCulture));
                break;
            case ValueKind.Float32 when float.IsFinite(token.AsFloat32):
                json.WriteNumberValue(token.AsFloat32);
                break;
            case ValueKind.Float64 when double.IsFinite(token.AsFloat64):
                json.WriteNumberValue(token.AsFloat64);
                break;
            case ValueKind.Float32 or ValueKind.Float64:
                var real = token.Kind == ValueKind.Float32 ? token.AsFloat32 : token.AsFloat64;
                json.WriteStringValue(real.ToString(CultureInfo.InvariantCulture));
                break;
            case ValueKind.Bytes:
                json.WriteBase64StringValue(tape.Utf8(index));
                break;
            case ValueKind.Instant:
                WriteInstant(index, in token);
                break;
            case ValueKind.String or ValueKind.Text or ValueKind.Enum or ValueKind.Decimal or ValueKind.BigInteger
                when (token.Flags & ValueFlags.LoneSurrogate) == 0:
                json.WriteStringValue(tape.Utf8(index));
                break;
            default:
                WriteHalfPairs(tape.Text(index));
                break;
        }
    }

    /// <summary>A text with half a surrogate pair, which Java strings may hold: JSON can say it as an escape, .NET's writer will not.</summary>
    private void WriteHalfPairs(string text)
    {
        var escaped = new StringBuilder(text.Length + 16).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            if (isPair)
            {
                escaped.Append(text, i++, 2);
            }
            else if (char.IsSurrogate(text[i]) || text[i] is < ' ' or '"' or '\\')
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:X4}");
            }
            else
            {
                escaped.Append(text[i]);
            }
        }

        json.WriteRawValue(escaped.Append('"').ToString(), skipInputValidation: true);
    }

    private void WriteInstant(int index, in ValueToken token)
    {
        // The years 1 to 9999, which DateTimeOffset holds.
        if (token.EpochMs is < -62_135_596_800_000 or > 253_402_300_799_999)
        {
            Fail(CodecError.Unrepresentable, "a point in time outside the years 1 to 9999", index);
            return;
        }

        json.WriteStringValue(DateTimeOffset.FromUnixTimeMilliseconds(token.EpochMs).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
    }

    private void Fail(CodecError error, string detail, int index)
    {
        if (Status.IsOk)
        {
            Status = CodecStatus.Fail(error, detail, path: tape.PathOf(index));
        }
    }
}
