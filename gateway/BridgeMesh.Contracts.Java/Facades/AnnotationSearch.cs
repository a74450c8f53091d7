using System.Collections.Immutable;
using BridgeMesh.Contracts.Java.ClassFiles;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>Finds annotations by their full names.</summary>
internal static class AnnotationSearch
{
    /// <summary>The first that has any of the names.</summary>
    public static JavaAnnotation? Find(ImmutableArray<JavaAnnotation> annotations, params ReadOnlySpan<string> types)
    {
        foreach (var annotation in annotations)
        {
            if (types.Contains(annotation.Type))
            {
                return annotation;
            }
        }

        return null;
    }

    /// <summary>The first of some elements that says something, such as value or its alias path.</summary>
    public static string? Text(this JavaAnnotation? annotation, params ReadOnlySpan<string> elements)
    {
        foreach (var element in elements)
        {
            if (annotation?.Find(element)?.Items is [{ Text.Length: > 0 } first, ..])
            {
                return first.Text;
            }
        }

        return null;
    }
}
