using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Generic;

/// <summary>Array types in Hessian's form, and their elements in Class.getName's, by which a JavaBeanDescriptor knows them.</summary>
internal static class BeanArrays
{
    /// <summary><c>int</c> to <c>[int</c>, <c>java.lang.String</c> to <c>[string</c>, <c>[I</c> to <c>[[int</c>.</summary>
    internal static TypeName TypeOf(string element)
    {
        var dimensions = element.AsSpan().IndexOfAnyExcept('[');
        var innermost = element;
        if (dimensions > 0)
        {
            var names = JavaDescriptors.ToTypeNames(element[dimensions..].Replace('.', '/'), out var wellFormed);
            innermost = wellFormed && names.Length == 1 ? names[0] : element[dimensions..];
        }

        return TypeName.Of(string.Concat(new string('[', Math.Max(0, dimensions) + 1), innermost switch
        {
            "java.lang.String" => "string",
            "java.lang.Object" => "object",
            _ => innermost,
        }));
    }

    /// <summary>The way back; <c>java.lang.Object</c> for an array whose type nobody told.</summary>
    internal static string ElementOf(TypeName? type)
    {
        const string Anything = "java.lang.Object";
        if (type is null || !type.Text.StartsWith('['))
        {
            return Anything;
        }

        var dimensions = Math.Max(1, type.Text.AsSpan().IndexOfAnyExcept('['));
        var innermost = type.Text[dimensions..] switch
        {
            "string" => "java.lang.String",
            "object" or "" => Anything,
            "date" => "java.util.Date",
            var name => name,
        };
        return dimensions == 1
            ? innermost
            : string.Concat(new string('[', dimensions - 1), JavaDescriptors.ToDescriptor(innermost).Replace('/', '.'));
    }
}
