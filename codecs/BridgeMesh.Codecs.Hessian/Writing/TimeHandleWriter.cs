namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>java.time values as the handle objects of each dialect; see <see cref="Reading.TimeHandles"/>.</summary>
internal static class TimeHandleWriter
{
    /// <summary>Writes a handle whose own slot the caller has taken.</summary>
    internal static void Write(in HessianWriter writer, ObjectForm form, in TimeParts parts)
    {
        var cls = KnownClasses.Of(form, writer.Dialect);
        ObjectHeads.Write(writer, cls);
        foreach (var field in cls.Fields)
        {
            WriteField(writer, form, field.Text, parts);
        }
    }

    private static void WriteField(in HessianWriter writer, ObjectForm form, string name, in TimeParts parts)
    {
        switch (name)
        {
            case "zoneId":
                WriteZone(writer, parts);
                break;
            case "date":
                WriteNested(writer, ObjectForm.LocalDate, parts);
                break;
            case "time" or "localTime":
                WriteNested(writer, ObjectForm.LocalTime, parts);
                break;
            case "dateTime":
                WriteNested(writer, ObjectForm.LocalDateTime, parts);
                break;
            case "offset" or "zoneOffset":
                WriteNested(writer, ObjectForm.ZoneOffset, parts);
                break;
            case "seconds" when form != ObjectForm.ZoneOffset:
                writer.WriteInt64(parts.Seconds);
                break;
            default:
                writer.WriteInt32(Number(name, parts));
                break;
        }
    }

    private static void WriteNested(in HessianWriter writer, ObjectForm form, in TimeParts parts)
    {
        writer.State.SlotCount++;
        Write(writer, form, parts);
    }

    /// <summary>A zoned time without a region has its offset's id for a zone.</summary>
    private static void WriteZone(in HessianWriter writer, in TimeParts parts)
    {
        if (!parts.Zone.IsEmpty)
        {
            writer.WriteUtf8String(parts.Zone);
            return;
        }

        Span<byte> id = stackalloc byte[16];
        writer.WriteUtf8String(id[..TimeText.FormatOffset(parts.Offset, id)]);
    }

    private static int Number(string name, in TimeParts parts) => name switch
    {
        "year" => parts.Year,
        "month" => parts.Month,
        "day" => parts.Day,
        "hour" => parts.Hour,
        "minute" => parts.Minute,
        "second" => parts.Second,
        "nano" or "nanos" => parts.Nano,
        "years" => parts.Years,
        "months" => parts.Months,
        "days" => parts.Days,
        _ => parts.Offset,
    };
}
