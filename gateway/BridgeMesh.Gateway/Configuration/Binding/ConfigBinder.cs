using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Configuration.Binding;

/// <summary>
/// Fills configuration records from YAML by reflection, so that the records alone say which keys there are, of which type and range.
/// Collects every problem and goes on; a value with a problem keeps its default.
/// </summary>
internal sealed class ConfigBinder(List<SourceProblem> problems, ConfigPlaces places)
{
    private static readonly NullabilityInfoContext Nullability = new();

    public T BindRoot<T>(YamlMap map) => (T)BindRecord(map, typeof(T), string.Empty);

    private object BindRecord(YamlMap map, Type type, string path)
    {
        var result = Activator.CreateInstance(type)!; // Null only for Nullable<T>, and records are classes.
        var properties = type.GetProperties().Where(p => p.CanWrite && p.GetCustomAttribute<OtherKeysAttribute>() is null)
            .ToDictionary(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name), StringComparer.Ordinal);
        var others = Array.Find(type.GetProperties(), p => p.GetCustomAttribute<OtherKeysAttribute>() is not null);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Entries)
        {
            var at = path.Length == 0 ? key.Text : $"{path}.{key.Text}";
            if (properties.TryGetValue(key.Text, out var property))
            {
                places.Add(at, value.At);
                if (TryBind(value, property, at, out var bound))
                {
                    property.SetValue(result, bound);
                }
                else if (property.IsDefined(typeof(RequiredMemberAttribute)))
                {
                    property.SetValue(result, string.Empty); // It has no default, and the checks that follow want a text.
                }
            }
            else if (others is not null && NearMiss.Of(key.Text, properties.Keys) is null)
            {
                Flatten(value, key.Text, at, settings);
            }
            else
            {
                problems.Add(key.At, $"unknown key '{at}'", NearMiss.Cure(key.Text, properties.Keys));
            }
        }

        foreach (var (key, property) in properties)
        {
            if (property.IsDefined(typeof(RequiredMemberAttribute)) && map.Find(key) is null)
            {
                var what = path.Length == 0 ? "the file" : $"'{path}'";
                problems.Add(map.At, $"{what} has no '{key}'", $"add '{key}:'");
                property.SetValue(result, string.Empty);
            }
        }

        others?.SetValue(result, settings);
        return result;
    }

    private bool TryBind(YamlNode node, PropertyInfo property, string path, out object? value)
    {
        if (node is YamlScalar { IsNull: true })
        {
            value = null;
            var mayBeNull = Nullability.Create(property).WriteState == NullabilityState.Nullable;
            return mayBeNull || Wrong(node, path, "remove the key or give it a value");
        }

        return TryBind(node, property.PropertyType, property, path, out value);
    }

    private bool TryBind(YamlNode node, Type type, PropertyInfo property, string path, out object? value)
    {
        value = null;
        if (type == typeof(string))
        {
            value = (node as YamlScalar)?.Text;
            var rule = property.GetCustomAttribute<TextRuleAttribute>();
            return value is string given && rule?.IsMatch(given) != false || Wrong(node, path, $"write {rule?.Words ?? "text"}");
        }

        if (type == typeof(int) || type == typeof(int?))
        {
            var range = property.GetCustomAttribute<RangeAttribute>();
            var (least, most) = ((int)(range?.Minimum ?? int.MinValue), (int)(range?.Maximum ?? int.MaxValue));
            var written = (node as YamlScalar)?.Text;
            var parsed = int.TryParse(written, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
            value = number;
            return parsed && number >= least && number <= most || Wrong(node, path, $"write a whole number from {least} to {most}");
        }

        if (type == typeof(bool))
        {
            value = string.Equals((node as YamlScalar)?.Text, "true", StringComparison.OrdinalIgnoreCase);
            return value is true || string.Equals((node as YamlScalar)?.Text, "false", StringComparison.OrdinalIgnoreCase)
                || Wrong(node, path, "write true or false");
        }

        if ((Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } words)
        {
            var names = Enum.GetNames(words).Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();
            var ordinal = Array.FindIndex(names, n => string.Equals(n, (node as YamlScalar)?.Text, StringComparison.OrdinalIgnoreCase));
            value = ordinal < 0 ? null : Enum.GetValuesAsUnderlyingType(words).GetValue(ordinal);
            value = value is null ? null : Enum.ToObject(words, value);
            return value is not null || Wrong(node, path, NearMiss.Cure((node as YamlScalar)?.Text ?? string.Empty, names));
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            return TryBindList(node, type.GenericTypeArguments[0], property, path, out value);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
        {
            return TryBindMap(node, type.GenericTypeArguments[1], property, path, out value);
        }

        var plain = Array.Find(type.GetProperties(), static p => p.IsDefined(typeof(PlainTextAttribute)));
        if (plain is not null && node is YamlScalar text)
        {
            var inside = new YamlMap(node.At);
            inside.Set(new YamlScalar(node.At, JsonNamingPolicy.CamelCase.ConvertName(plain.Name), isPlain: true), text);
            value = BindRecord(inside, type, path);
            return true;
        }

        value = node is YamlMap map ? BindRecord(map, type, path) : null;
        return value is not null || Wrong(node, path, plain is null ? "write a map of keys and values" : "write text, or a map of keys and values");
    }

    private bool TryBindList(YamlNode node, Type element, PropertyInfo property, string path, out object? value)
    {
        value = null;
        if (node is not YamlList list)
        {
            return Wrong(node, path, "write a list: [ … ] or lines that begin with '- '");
        }

        var items = new List<object>();
        for (var i = 0; i < list.Items.Count; i++)
        {
            var at = $"{path}[{i}]";
            places.Add(at, list.Items[i].At);
            if (TryBind(list.Items[i], element, property, at, out var item) && item is not null)
            {
                items.Add(item);
            }
        }

        var array = Array.CreateInstance(element, items.Count);
        ((System.Collections.ICollection)items).CopyTo(array, 0);
        value = array;
        return true;
    }

    /// <summary>A map whose keys are the user's own names; the property's rule is for these.</summary>
    private bool TryBindMap(YamlNode node, Type element, PropertyInfo property, string path, out object? value)
    {
        value = null;
        if (node is not YamlMap map)
        {
            return Wrong(node, path, "write a map of names and what they stand for");
        }

        var items = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), element))!; // A class.
        var rule = property.GetCustomAttribute<TextRuleAttribute>();
        foreach (var (key, inner) in map.Entries)
        {
            var at = $"{path}.{key.Text}";
            places.Add(at, inner.At);
            if (rule?.IsMatch(key.Text) == false)
            {
                problems.Add(key.At, $"'{key.Text}' is no name", $"write {rule.Words}");
            }
            else if (TryBind(inner, element, property, at, out var item) && item is not null)
            {
                items[key.Text] = item;
            }
        }

        value = items;
        return true;
    }

    private void Flatten(YamlNode node, string name, string path, Dictionary<string, string> settings)
    {
        places.Add(path, node.At);
        switch (node)
        {
            case YamlScalar scalar:
                settings[name] = scalar.IsNull ? string.Empty : scalar.Text;
                break;
            case YamlMap map:
                foreach (var (key, value) in map.Entries)
                {
                    Flatten(value, $"{name}.{key.Text}", $"{path}.{key.Text}", settings);
                }

                break;
            case YamlList list when list.Items.TrueForAll(i => i is YamlScalar):
                settings[name] = string.Join(',', list.Items.Cast<YamlScalar>().Select(i => i.Text));
                break;
            default:
                Wrong(node, path, "write text, a map, or a list of texts");
                break;
        }
    }

    private bool Wrong(YamlNode node, string path, string cure)
    {
        problems.Add(node.At, $"'{path}' is {node.Describe()}", cure);
        return false;
    }
}
