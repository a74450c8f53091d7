using System.Collections.Immutable;
using BridgeMesh.Contracts.Java.Signatures;

namespace BridgeMesh.Contracts.Java.ClassFiles;

/// <summary>
/// Reads annotations.
/// <code>
/// annotation    = type u2, count u2, { name u2, value }
/// value         = tag u1, ( constant u2 | enum type u2, constant u2 | class u2 | annotation | count u2, { value } )
/// </code>
/// Source: The Java Virtual Machine Specification, section 4.7.16.
/// </summary>
internal sealed class AnnotationReader(ClassBytes bytes, ConstantPool pool)
{
    /// <summary>Annotations and arrays around one another. javac writes as deep as the source nests, which is seldom more than 4.</summary>
    private const int MaxDepth = 32;

    public ImmutableArray<JavaAnnotation> List()
    {
        var count = bytes.U2();
        var annotations = ImmutableArray.CreateBuilder<JavaAnnotation>();
        for (var i = 0; i < count && bytes.IsOk; i++)
        {
            annotations.Add(Annotation(0));
        }

        return annotations.ToImmutable();
    }

    /// <summary>One list a parameter.</summary>
    public ImmutableArray<ImmutableArray<JavaAnnotation>> Parameters()
    {
        var count = bytes.U1();
        var lists = ImmutableArray.CreateBuilder<ImmutableArray<JavaAnnotation>>();
        for (var i = 0; i < count && bytes.IsOk; i++)
        {
            lists.Add(List());
        }

        return lists.ToImmutable();
    }

    public AnnotationValue Value() => Value(0);

    private JavaAnnotation Annotation(int depth)
    {
        var type = TypeName(pool.Text(bytes.U2(), "an annotation"));
        var count = bytes.U2();
        var elements = ImmutableArray.CreateBuilder<(string, AnnotationValue)>();
        for (var i = 0; i < count && bytes.IsOk; i++)
        {
            elements.Add((pool.Text(bytes.U2(), "an annotation's element"), Value(depth + 1)));
        }

        return new JavaAnnotation(type, elements.ToImmutable());
    }

    private AnnotationValue Value(int depth)
    {
        if (depth > MaxDepth)
        {
            bytes.Fail($"annotations nested deeper than {MaxDepth}");
            return Nothing;
        }

        var tag = (char)bytes.U1();
        switch (tag)
        {
            case 'e':
                return new EnumElement(TypeName(pool.Text(bytes.U2(), "an annotation's enum")), pool.Text(bytes.U2(), "an annotation's constant"));
            case 'c':
                return new ClassElement(TypeName(pool.Text(bytes.U2(), "an annotation's class")));
            case '@':
                return new NestedElement(Annotation(depth));
            case '[':
                return Array(depth);
            default:
                return Constant(tag);
        }
    }

    private ArrayElement Array(int depth)
    {
        var count = bytes.U2();
        var values = ImmutableArray.CreateBuilder<AnnotationValue>();
        for (var i = 0; i < count && bytes.IsOk; i++)
        {
            values.Add(Value(depth + 1));
        }

        return new ArrayElement(values.ToImmutable());
    }

    private ConstantElement Constant(char tag)
    {
        var index = bytes.U2();
        object? value = (tag, pool.TagAt(index)) switch
        {
            ('Z', ConstantTag.Integer) => pool.Value(index) is not 0,
            ('C', ConstantTag.Integer) => (char)(int)pool.Value(index)!, // an Integer is an int
            ('B' or 'S' or 'I', ConstantTag.Integer) => pool.Value(index),
            ('J', ConstantTag.Long) or ('F', ConstantTag.Float) or ('D', ConstantTag.Double) or ('s', ConstantTag.Utf8) => pool.Value(index),
            _ => null,
        };
        if (value is null)
        {
            bytes.Fail($"an annotation's value of kind '{(char.IsAsciiLetter(tag) ? tag.ToString() : $"{(int)tag}")}' names a {pool.TagAt(index)}");
            return Nothing;
        }

        return new ConstantElement(value);
    }

    /// <summary>Descriptor to Class.getName form. What is none stays as it is: nobody knows an annotation of that name.</summary>
    private static string TypeName(string descriptor) =>
        DescriptorParser.Type(descriptor, allowVoid: true) is { } type ? type.ToString() : descriptor;

    private static readonly ConstantElement Nothing = new(string.Empty);
}
