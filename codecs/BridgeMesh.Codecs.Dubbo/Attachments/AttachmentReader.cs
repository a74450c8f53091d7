using System.Buffers.Text;
using System.Globalization;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Attachments;

/// <summary>
/// Reads the map behind a request's arguments or a reply's value. Keys are text. Values are text mostly, but Java can put any object
/// there: numbers, booleans and dates become text, what is no scalar (objects, lists, maps, BigDecimal) and null are dropped.
/// </summary>
internal static class AttachmentReader
{
    /// <summary>Enters the map. False at a null or missing map, when there is nothing to leave, and on a fault.</summary>
    internal static bool TryBegin(ref HessianReader reader, out CodecStatus fault)
    {
        // Some peers leave the map out altogether.
        var isThere = !reader.End && !reader.TryReadNull() && reader.TryBeginMap(out _);
        fault = reader.Fault;
        return isThere;
    }

    /// <summary>Adds everything but the protocol's own keys.</summary>
    internal static CodecStatus Read(ref HessianReader reader, Metadata into, TapeBudget budget)
    {
        if (!TryBegin(ref reader, out var fault))
        {
            return fault;
        }

        var first = reader.Consumed;
        var scratch = ScratchTape.Rent(budget);
        try
        {
            while (reader.TryNextEntry())
            {
                if (!reader.TryReadString(out var key))
                {
                    return reader.Fault;
                }

                var status = ReadText(ref reader, scratch, out var text);
                if (!status.IsOk)
                {
                    return status;
                }

                if (reader.Consumed - first > FrameLimits.Default.MaxMetadataBytes)
                {
                    return TooLarge;
                }

                if (key is not null && text is not null && !AttachmentKeys.IsReserved(key) && !into.TryAdd(key, text))
                {
                    return CodecStatus.Fail(CodecError.OverBudget, $"more than {Metadata.MaxEntries} attachments");
                }
            }

            return reader.Fault;
        }
        finally
        {
            ScratchTape.Return(scratch);
        }
    }

    internal static CodecStatus TooLarge =>
        CodecStatus.Fail(CodecError.OverBudget, $"attachments of more than {FrameLimits.Default.MaxMetadataBytes} bytes");

    /// <summary>The keys under which a caller says how long it waits.</summary>
    internal static bool IsTimeout(ReadOnlySpan<byte> key) => key.SequenceEqual("timeout"u8) || key.SequenceEqual("_TO"u8);

    /// <summary>Time in ms that is written as text; 0 when it is not a number from 1 to int.MaxValue.</summary>
    internal static int Milliseconds(ReadOnlySpan<byte> utf8) =>
        Utf8Parser.TryParse(utf8, out int parsed, out var used) && used == utf8.Length && parsed > 0 ? parsed : 0;

    /// <summary>References, objects, lists and maps are never metadata.</summary>
    internal static bool IsScalar(in HessianReader reader) =>
        reader.TryPeek(out var tag) && tag != ReferenceTag && !reader.NextIsObject && !reader.NextIsMap && !reader.NextIsList;

    private const byte ReferenceTag = (byte)'Q';

    private static CodecStatus ReadText(ref HessianReader reader, ValueTape scratch, out string? text)
    {
        text = null;
        if (!IsScalar(in reader))
        {
            return reader.Skip();
        }

        scratch.Reset();
        var status = reader.ReadValue(scratch);
        if (status.IsOk)
        {
            text = TextOf(scratch);
        }

        return status;
    }

    private static string? TextOf(ValueTape tape)
    {
        ref readonly var token = ref tape[0];
        return token.Kind switch
        {
            ValueKind.String => tape.Text(0),
            ValueKind.Bool => token.AsBool ? "true" : "false",
            ValueKind.Int32 => token.AsInt32.ToString(CultureInfo.InvariantCulture),
            ValueKind.Int64 => token.AsInt64.ToString(CultureInfo.InvariantCulture),
            ValueKind.Float64 => token.AsFloat64.ToString("R", CultureInfo.InvariantCulture),
            ValueKind.Instant => Iso(token.EpochMs),
            _ => null,
        };
    }

    /// <summary>ISO 8601 in UTC, held within the years 1 to 9999 that .NET can write; Java's dates reach further.</summary>
    private static string Iso(long epochMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(epochMs, -62_135_596_800_000, 253_402_300_799_999))
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
