using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using BridgeMesh.Gateway.Configuration.Binding;

namespace BridgeMesh.Gateway.Schemas;

/// <summary>One key of a configuration record, as the binder reads it.</summary>
/// <param name="Name">As written.</param>
/// <param name="Type">Of its value; of an item where it is a list, or a map with names of the user's own.</param>
/// <param name="Default">Of value types and texts; null elsewhere.</param>
internal sealed record ConfigKey(PropertyInfo Property, string Name, Type Type, bool IsList, bool IsMap, object? Default)
{
    private static readonly NullabilityInfoContext Nullability = new();

    public bool IsRequired => Property.IsDefined(typeof(RequiredMemberAttribute));

    public bool IsFramedOnly => Property.IsDefined(typeof(FramedOnlyAttribute));

    public bool MayBeNull => Nullability.Create(Property).WriteState == NullabilityState.Nullable;

    /// <summary>A plain text may stand in place of the record.</summary>
    public bool MayBePlainText => IsRecord && Array.Exists(Type.GetProperties(), static p => p.IsDefined(typeof(PlainTextAttribute)));

    public RangeAttribute? Range => Property.GetCustomAttribute<RangeAttribute>();

    public TextRuleAttribute? Rule => Property.GetCustomAttribute<TextRuleAttribute>();

    /// <summary>A record with keys of its own.</summary>
    public bool IsRecord => Type is { IsClass: true } && Type != typeof(string);

    /// <summary>The default as a reader sees it: grouped digits, quoted as code; empty when there is none.</summary>
    public string DefaultText => IsRequired ? "required" : Default switch
    {
        null => string.Empty,
        int number => number.ToString("N0", CultureInfo.InvariantCulture),
        bool flag => flag ? "`true`" : "`false`",
        Enum word => $"`{JsonNamingPolicy.CamelCase.ConvertName(word.ToString())}`",
        var text => $"`{text}`",
    };

    /// <summary>Keys of a record, in the order of its declaration.</summary>
    public static IEnumerable<ConfigKey> Of(Type record)
    {
        var defaults = Activator.CreateInstance(record);
        foreach (var property in record.GetProperties().Where(p => p.CanWrite && !p.IsDefined(typeof(OtherKeysAttribute))))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var isList = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
            var isMap = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>);
            var value = isList || isMap || (type.IsClass && type != typeof(string)) ? null : property.GetValue(defaults);
            yield return new ConfigKey(
                property,
                JsonNamingPolicy.CamelCase.ConvertName(property.Name),
                isList || isMap ? type.GenericTypeArguments[^1] : type,
                isList,
                isMap,
                value);
        }
    }
}
