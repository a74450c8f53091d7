using System.Collections.Immutable;

namespace BridgeMesh.Contracts.Java.ClassFiles;

/// <summary>An annotation that is kept to run time.</summary>
/// <param name="Type">Binary name of the annotation's interface.</param>
internal sealed record JavaAnnotation(string Type, ImmutableArray<(string Name, AnnotationValue Value)> Elements)
{
    public AnnotationValue? Find(string name)
    {
        foreach (var (key, value) in Elements)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }
}

/// <summary>The value of an annotation's element.</summary>
internal abstract record AnnotationValue
{
    /// <summary>A number, boolean, character or string as Java would write it; a constant's name; a class's name; else nothing.</summary>
    public virtual string Text => string.Empty;

    /// <summary>The items of an array; the value alone for any other.</summary>
    public virtual ImmutableArray<AnnotationValue> Items => [this];
}

/// <param name="Value">A bool, char, sbyte, short, int, long, float, double or string.</param>
internal sealed record ConstantElement(object Value) : AnnotationValue
{
    public override string Text => Value is bool flag
        ? flag ? "true" : "false"
        : Convert.ToString(Value, System.Globalization.CultureInfo.InvariantCulture) ?? string.Empty;
}

/// <param name="Type">Binary name of the enum.</param>
internal sealed record EnumElement(string Type, string Constant) : AnnotationValue
{
    public override string Text => Constant;
}

/// <param name="Type">Class.getName form; <c>void</c> too.</param>
internal sealed record ClassElement(string Type) : AnnotationValue
{
    public override string Text => Type;
}

internal sealed record NestedElement(JavaAnnotation Annotation) : AnnotationValue;

internal sealed record ArrayElement(ImmutableArray<AnnotationValue> Values) : AnnotationValue
{
    public override string Text => string.Join(", ", Values.Select(static v => v.Text));

    public override ImmutableArray<AnnotationValue> Items => Values;
}
