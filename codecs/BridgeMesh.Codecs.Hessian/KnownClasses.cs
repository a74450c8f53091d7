namespace BridgeMesh.Codecs.Hessian;

/// <summary>The class definitions under which each dialect's Java writer puts the values that have no tag of their own.</summary>
internal static class KnownClasses
{
    private static readonly HessianClass?[] Final = Build(HessianDialect.Final);
    private static readonly HessianClass?[] Draft = Build(HessianDialect.Draft);

    /// <summary>The class of a form; not for forms whose class is the value's own type (enums, java.sql dates).</summary>
    internal static HessianClass Of(ObjectForm form, HessianDialect dialect) =>
        (dialect == HessianDialect.Final ? Final : Draft)[(int)form] ?? throw new ArgumentOutOfRangeException(nameof(form));

    private static HessianClass?[] Build(HessianDialect dialect)
    {
        var classes = new HessianClass?[(int)ObjectForm.ZoneId + 1];
        void Add(ObjectForm form, string type, string[] simple, string[] others) =>
            classes[(int)form] = FieldOrder.Class(dialect, type, simple, others);
        void Handle(ObjectForm form, string name, string[] simple, string[] others) =>
            Add(form, ObjectForms.HandlePackage(dialect) + name, simple, others);

        Add(ObjectForm.BigDecimal, "java.math.BigDecimal", ["value"], []);
        Add(ObjectForm.BigInteger, "java.math.BigInteger",
            ["signum", "bitCountPlusOne", "bitLengthPlusOne", "lowestSetBitPlusTwo", "firstNonzeroIntNumPlusTwo"], ["mag"]);
        Add(ObjectForm.Uuid, "java.util.UUID", dialect == HessianDialect.Final ? ["value"] : ["mostSigBits", "leastSigBits"], []);
        Add(ObjectForm.ClassName, "java.lang.Class", ["name"], []);
        Add(ObjectForm.Uri, "java.net.URI", ["string"], []);
        Add(ObjectForm.Currency, "java.util.Currency", ["currencyCode"], []);
        Handle(ObjectForm.Locale, "LocaleHandle", ["value"], []);
        Handle(ObjectForm.Calendar, "CalendarHandle", ["type"], ["date"]);
        Handle(ObjectForm.LocalDate, "java8.LocalDateHandle", ["year", "month", "day"], []);
        Handle(ObjectForm.LocalTime, "java8.LocalTimeHandle", ["hour", "minute", "second", "nano"], []);
        Handle(ObjectForm.LocalDateTime, "java8.LocalDateTimeHandle", [], ["date", "time"]);
        Handle(ObjectForm.Instant, "java8.InstantHandle", ["seconds", "nanos"], []);
        Handle(ObjectForm.ZonedDateTime, "java8.ZonedDateTimeHandle", ["zoneId"], ["dateTime", "offset"]);
        Handle(ObjectForm.OffsetDateTime, "java8.OffsetDateTimeHandle", [], ["dateTime", "offset"]);
        Handle(ObjectForm.OffsetTime, "java8.OffsetTimeHandle", [], ["localTime", "zoneOffset"]);
        Handle(ObjectForm.Duration, "java8.DurationHandle", ["seconds", "nanos"], []);
        Handle(ObjectForm.Period, "java8.PeriodHandle", ["years", "months", "days"], []);
        Handle(ObjectForm.Year, "java8.YearHandle", ["year"], []);
        Handle(ObjectForm.YearMonth, "java8.YearMonthHandle", ["year", "month"], []);
        Handle(ObjectForm.MonthDay, "java8.MonthDayHandle", ["month", "day"], []);
        Handle(ObjectForm.ZoneOffset, "java8.ZoneOffsetHandle", ["seconds"], []);
        Handle(ObjectForm.ZoneId, "java8.ZoneIdHandle", ["zoneId"], []);
        return classes;
    }
}
