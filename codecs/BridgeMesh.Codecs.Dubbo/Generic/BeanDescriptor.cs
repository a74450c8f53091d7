using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Generic;

/// <summary>What a JavaBeanDescriptor describes. Source: org.apache.dubbo.common.beanutil.JavaBeanDescriptor.</summary>
internal enum BeanKind
{
    Class = 1,
    Enum = 2,
    Collection = 3,
    Map = 4,
    Array = 5,

    /// <summary>Java primitives and their wrappers, String, every Number and every Date.</summary>
    Primitive = 6,
    Bean = 7,
}

/// <summary>
/// A value of <c>generic=bean</c>: <c>{properties, type, className}</c>, where properties is a map that depends on the type.
/// <code>
/// Class, Enum    "name" → text                     className: java.lang.Class, the enum
/// Collection     0, 1, 2 ... → descriptor or null  className: the collection's
/// Array          0, 1, 2 ... → descriptor or null  className: the element's
/// Map            descriptor → descriptor           className: the map's
/// Primitive      "value" → the value itself        className: the value's
/// Bean           field → descriptor or null        className: the object's
/// </code>
/// Source: org.apache.dubbo.common.beanutil.JavaBeanSerializeUtil, and recordings of 2.7.23.
/// </summary>
internal static class BeanDescriptor
{
    internal static readonly TypeName Type = TypeName.Of("org.apache.dubbo.common.beanutil.JavaBeanDescriptor");
    internal static readonly TypeName PropertiesType = TypeName.Of("java.util.LinkedHashMap");

    // In the order of the recorded class definition.
    internal static readonly FieldName PropertiesField = FieldName.Of("properties");
    internal static readonly FieldName TypeField = FieldName.Of("type");
    internal static readonly FieldName ClassNameField = FieldName.Of("className");

    internal static ReadOnlySpan<byte> NameKey => "name"u8;

    internal static ReadOnlySpan<byte> ValueKey => "value"u8;

    /// <summary>
    /// Fields of a descriptor, and properties of one for a scalar: it has three, and one. A scalar may be referred to often and is looked
    /// at each time, so this must cost next to nothing whatever its sender put there.
    /// </summary>
    private const int MaxMembers = 8;

    /// <summary>Its own class, and the one that Dubbo 2.6 has.</summary>
    internal static bool Is(ValueTape tape, int index) =>
        tape[index].Kind == ValueKind.Object
        && tape[index].Count <= MaxMembers
        && tape[index].Type?.Text is
            "org.apache.dubbo.common.beanutil.JavaBeanDescriptor" or "com.alibaba.dubbo.common.beanutil.JavaBeanDescriptor";

    /// <summary>The map of properties; -1 when the descriptor has none.</summary>
    internal static int Properties(ValueTape tape, int index)
    {
        var found = tape.FindField(index, PropertiesField);
        found = found < 0 ? found : tape.Resolve(found);
        return found >= 0 && tape[found].Kind == ValueKind.Map ? found : -1;
    }

    /// <summary>The property of a scalar with this key, references followed; -1 when there is none.</summary>
    internal static int Property(ValueTape tape, int index, ReadOnlySpan<byte> name)
    {
        var map = Properties(tape, index);
        if (map < 0 || tape[map].Count > MaxMembers)
        {
            return -1;
        }

        var end = tape.Next(map);
        for (var key = map + 1; key < end;)
        {
            var value = tape.Next(key);
            var named = tape.Resolve(key);
            if (tape[named].Kind == ValueKind.String && tape.Utf8(named).SequenceEqual(name))
            {
                return tape.Resolve(value);
            }

            key = tape.Next(value);
        }

        return -1;
    }

    internal static BeanKind KindOf(ValueTape tape, int index)
    {
        var found = tape.FindField(index, TypeField);
        return found >= 0 && tape[found].Kind == ValueKind.Int32 ? (BeanKind)tape[found].AsInt32 : default;
    }

    internal static string? ClassNameOf(ValueTape tape, int index)
    {
        var found = tape.FindField(index, ClassNameField);
        return found >= 0 && tape[found].Kind == ValueKind.String ? tape.Text(found) : null;
    }
}
