using System.Collections.Frozen;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>What the instances of a class are in neutral terms.</summary>
internal enum ObjectForm : byte
{
    /// <summary>Named fields.</summary>
    Plain,

    /// <summary>A class whose only field is <c>name</c>: an enum constant, or an object that looks like one.</summary>
    EnumLike,

    /// <summary>java.math.BigDecimal { value }.</summary>
    BigDecimal,

    /// <summary>java.math.BigInteger by its fields, whose names differ from JDK to JDK.</summary>
    BigInteger,

    /// <summary>java.sql.Date, Time and Timestamp { value }.</summary>
    SqlDate,

    /// <summary>CalendarHandle { type, date }.</summary>
    Calendar,

    /// <summary>java.util.UUID { value } in the final dialect, { mostSigBits, leastSigBits } in the draft.</summary>
    Uuid,

    /// <summary>A class with one field of text: Class, LocaleHandle, URI, Currency.</summary>
    ClassName,
    Locale,
    Uri,
    Currency,

    // java.time, each a handle class with the parts as fields.
    LocalDate,
    LocalTime,
    LocalDateTime,
    Instant,
    ZonedDateTime,
    OffsetDateTime,
    OffsetTime,
    Duration,
    Period,
    Year,
    YearMonth,
    MonthDay,
    ZoneOffset,
    ZoneId,
}

internal static class ObjectForms
{
    /// <summary>Where sofa-hessian and Caucho keep their handle classes.</summary>
    private const string DraftPackage = "com.caucho.hessian.io.";

    /// <summary>Where hessian-lite keeps its copies of the same.</summary>
    private const string FinalPackage = "com.alibaba.com.caucho.hessian.io.";

    private static readonly FrozenDictionary<string, ObjectForm> ByJavaType = new Dictionary<string, ObjectForm>
    {
        ["java.math.BigDecimal"] = ObjectForm.BigDecimal,
        ["java.math.BigInteger"] = ObjectForm.BigInteger,
        ["java.sql.Date"] = ObjectForm.SqlDate,
        ["java.sql.Time"] = ObjectForm.SqlDate,
        ["java.sql.Timestamp"] = ObjectForm.SqlDate,
        ["java.util.Calendar"] = ObjectForm.Calendar,
        ["java.util.GregorianCalendar"] = ObjectForm.Calendar,
        ["java.util.UUID"] = ObjectForm.Uuid,
        ["java.lang.Class"] = ObjectForm.ClassName,
        ["java.util.Locale"] = ObjectForm.Locale,
        ["java.net.URI"] = ObjectForm.Uri,
        ["java.util.Currency"] = ObjectForm.Currency,
        ["java.time.LocalDate"] = ObjectForm.LocalDate,
        ["java.time.LocalTime"] = ObjectForm.LocalTime,
        ["java.time.LocalDateTime"] = ObjectForm.LocalDateTime,
        ["java.time.Instant"] = ObjectForm.Instant,
        ["java.time.ZonedDateTime"] = ObjectForm.ZonedDateTime,
        ["java.time.OffsetDateTime"] = ObjectForm.OffsetDateTime,
        ["java.time.OffsetTime"] = ObjectForm.OffsetTime,
        ["java.time.Duration"] = ObjectForm.Duration,
        ["java.time.Period"] = ObjectForm.Period,
        ["java.time.Year"] = ObjectForm.Year,
        ["java.time.YearMonth"] = ObjectForm.YearMonth,
        ["java.time.MonthDay"] = ObjectForm.MonthDay,
        ["java.time.ZoneOffset"] = ObjectForm.ZoneOffset,
        ["java.time.ZoneId"] = ObjectForm.ZoneId,
        ["java.time.ZoneRegion"] = ObjectForm.ZoneId,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, ObjectForm> ByHandle = new Dictionary<string, ObjectForm>
    {
        ["CalendarHandle"] = ObjectForm.Calendar,
        ["LocaleHandle"] = ObjectForm.Locale,
        ["java8.LocalDateHandle"] = ObjectForm.LocalDate,
        ["java8.LocalTimeHandle"] = ObjectForm.LocalTime,
        ["java8.LocalDateTimeHandle"] = ObjectForm.LocalDateTime,
        ["java8.InstantHandle"] = ObjectForm.Instant,
        ["java8.ZonedDateTimeHandle"] = ObjectForm.ZonedDateTime,
        ["java8.OffsetDateTimeHandle"] = ObjectForm.OffsetDateTime,
        ["java8.OffsetTimeHandle"] = ObjectForm.OffsetTime,
        ["java8.DurationHandle"] = ObjectForm.Duration,
        ["java8.PeriodHandle"] = ObjectForm.Period,
        ["java8.YearHandle"] = ObjectForm.Year,
        ["java8.YearMonthHandle"] = ObjectForm.YearMonth,
        ["java8.MonthDayHandle"] = ObjectForm.MonthDay,
        ["java8.ZoneOffsetHandle"] = ObjectForm.ZoneOffset,
        ["java8.ZoneIdHandle"] = ObjectForm.ZoneId,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The form of a class on the wire.</summary>
    internal static ObjectForm Of(TypeName type, ReadOnlySpan<FieldName> fields)
    {
        var name = type.Text;
        if (TryHandle(name, out var handle))
        {
            return ByHandle.GetValueOrDefault(handle);
        }

        return ByJavaType.TryGetValue(name, out var known) && IsOnWire(known)
            ? known
            : fields.Length == 1 && fields[0].Text == "name" ? ObjectForm.EnumLike : ObjectForm.Plain;
    }

    /// <summary>The form in which a neutral value with this Java type is written; Plain when it has none of its own.</summary>
    internal static ObjectForm OfJavaType(TypeName type) => ByJavaType.GetValueOrDefault(type.Text);

    /// <summary>Handle classes have another package in each dialect; the name to be used in this one.</summary>
    internal static TypeName Translate(TypeName type, HessianDialect dialect)
    {
        var from = dialect == HessianDialect.Final ? DraftPackage : FinalPackage;
        return type.Text.StartsWith(from, StringComparison.Ordinal)
            ? TypeName.Of(HandlePackage(dialect) + type.Text[from.Length..])
            : type;
    }

    internal static string HandlePackage(HessianDialect dialect) => dialect == HessianDialect.Final ? FinalPackage : DraftPackage;

    private static bool TryHandle(string name, out string handle)
    {
        var package = name.StartsWith(FinalPackage, StringComparison.Ordinal) ? FinalPackage
            : name.StartsWith(DraftPackage, StringComparison.Ordinal) ? DraftPackage : string.Empty;
        handle = name[package.Length..];
        return package.Length > 0;
    }

    // The others never appear under their own name: a handle stands for them.
    private static bool IsOnWire(ObjectForm form) => form is ObjectForm.BigDecimal or ObjectForm.BigInteger or ObjectForm.SqlDate
        or ObjectForm.Uuid or ObjectForm.ClassName or ObjectForm.Uri or ObjectForm.Currency;
}
