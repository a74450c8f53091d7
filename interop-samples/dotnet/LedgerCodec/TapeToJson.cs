using System.Globalization;
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
            case ValueKind.Float32 or ValueKind.Float64:
                WriteReal(token.Kind == ValueKind.Float32 ? token.AsFloat32 : token.AsFloat64);
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
                Fail(CodecError.Unrepresentable, "half a surrogate pair has no form in JSON", index);
                break;
        }
    }

    private void WriteReal(double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        }
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
