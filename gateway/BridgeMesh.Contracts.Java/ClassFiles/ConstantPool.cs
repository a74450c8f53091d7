using System.Buffers.Binary;

namespace BridgeMesh.Contracts.Java.ClassFiles;

/// <summary>
/// The constants of a class, by index. All are checked when the pool is read: whether each is whole, and names constants of the kind that it
/// must; texts are decoded when asked for.
/// <code>
/// count u2, then count - 1 entries; a long or double takes two indices
///   Utf8 01        length u2, bytes          Class 07, String 08, MethodType 10, Module 13, Package 14    index u2
///   Integer 03, Float 04     4 bytes         Field 09, Method 0A, InterfaceMethod 0B                      class u2, name and type u2
///   Long 05, Double 06       8 bytes         NameAndType 0C                                               name u2, descriptor u2
///   MethodHandle 0F   kind u1, index u2      Dynamic 11, InvokeDynamic 12                                 bootstrap u2, name and type u2
/// </code>
/// Source: The Java Virtual Machine Specification, section 4.4.
/// </summary>
internal sealed class ConstantPool
{
    private readonly ClassBytes _bytes;

    /// <summary>Where each entry's content begins, behind its tag.</summary>
    private readonly int[] _offsets;
    private readonly ConstantTag[] _tags;
    private readonly string?[] _texts;

    private ConstantPool(ClassBytes bytes, int count)
    {
        _bytes = bytes;
        _offsets = new int[count];
        _tags = new ConstantTag[count];
        _texts = new string?[count];
    }

    public int Count => _tags.Length;

    /// <summary>Reads a pool; whether it is whole, the bytes tell.</summary>
    public static ConstantPool Read(ClassBytes bytes)
    {
        var count = bytes.U2();
        var pool = new ConstantPool(bytes, Math.Max(count, 1));
        if (count == 0)
        {
            bytes.Fail("the constant pool has no size");
        }

        for (var i = 1; i < count && bytes.IsOk; i++)
        {
            i += pool.ReadEntry(i);
        }

        for (var i = 1; i < count && bytes.IsOk; i++)
        {
            pool.CheckEntry(i);
        }

        return pool;
    }

    public ConstantTag TagAt(int index) => (uint)index < (uint)_tags.Length ? _tags[index] : ConstantTag.None;

    /// <summary>A text; empty after a fault.</summary>
    public string Text(int index, string what)
    {
        if (!Expect(index, ConstantTag.Utf8, what))
        {
            return string.Empty;
        }

        return _texts[index] ??= ModifiedUtf8.Decode(_bytes.Span(_offsets[index] + 2, U2(index, 0)));
    }

    /// <summary>The binary name of a class, <c>com.acme.Outer$Inner</c>; empty after a fault.</summary>
    public string ClassName(int index, string what)
    {
        if (!Expect(index, ConstantTag.Class, what))
        {
            return string.Empty;
        }

        return _texts[index] ??= Text(U2(index, 0), what).Replace('/', '.');
    }

    /// <summary>As above; null for index 0, which stands for no class.</summary>
    public string? ClassNameOrNull(int index, string what) => index == 0 ? null : ClassName(index, what);

    /// <summary>Name and descriptor of a NameAndType; empty after a fault.</summary>
    public (string Name, string Descriptor) NameAndType(int index, string what) => Expect(index, ConstantTag.NameAndType, what)
        ? (Text(U2(index, 0), what), Text(U2(index, 2), what))
        : (string.Empty, string.Empty);

    /// <summary>An int, long, float, double or string; null for other constants.</summary>
    public object? Value(int index) => TagAt(index) switch
    {
        ConstantTag.Integer => BinaryPrimitives.ReadInt32BigEndian(_bytes.Span(_offsets[index], 4)),
        ConstantTag.Float => BinaryPrimitives.ReadSingleBigEndian(_bytes.Span(_offsets[index], 4)),
        ConstantTag.Long => BinaryPrimitives.ReadInt64BigEndian(_bytes.Span(_offsets[index], 8)),
        ConstantTag.Double => BinaryPrimitives.ReadDoubleBigEndian(_bytes.Span(_offsets[index], 8)),
        ConstantTag.String => Text(U2(index, 0), "a string"),
        ConstantTag.Utf8 => Text(index, "a text"),
        _ => null,
    };

    /// <summary>Index of a dynamic constant's bootstrap method; -1 for other constants.</summary>
    public int BootstrapOf(int index) => TagAt(index) is ConstantTag.Dynamic or ConstantTag.InvokeDynamic ? U2(index, 0) : -1;

    private bool Expect(int index, ConstantTag tag, string what)
    {
        if (TagAt(index) == tag)
        {
            return _bytes.IsOk;
        }

        _bytes.Fail($"{what} names constant {index}, which is {Describe(index)} and not {tag}");
        return false;
    }

    /// <summary>Indices beside its own that an entry takes.</summary>
    private int ReadEntry(int index)
    {
        var at = _bytes.At;
        var tag = (ConstantTag)_bytes.U1();
        _tags[index] = tag;
        _offsets[index] = _bytes.At;
        switch (tag)
        {
            case ConstantTag.Utf8:
                ReadText();
                return 0;
            case ConstantTag.Integer or ConstantTag.Float or ConstantTag.Field or ConstantTag.Method or ConstantTag.InterfaceMethod
                or ConstantTag.NameAndType or ConstantTag.Dynamic or ConstantTag.InvokeDynamic:
                _bytes.Skip(4);
                return 0;
            case ConstantTag.Long or ConstantTag.Double:
                _bytes.Skip(8);
                if (index + 1 >= Count)
                {
                    _bytes.Fail($"the {tag} at constant {index} has no second index", at);
                }

                return 1;
            case ConstantTag.Class or ConstantTag.String or ConstantTag.MethodType or ConstantTag.Module or ConstantTag.Package:
                _bytes.Skip(2);
                return 0;
            case ConstantTag.MethodHandle:
                _bytes.Skip(3);
                return 0;
            default:
                _bytes.Fail($"constant {index} is of kind {(byte)tag}, which is none", at);
                return 0;
        }
    }

    private void ReadText()
    {
        var length = _bytes.U2();
        var start = _bytes.At;
        _bytes.Skip(length);
        if (_bytes.IsOk && ModifiedUtf8.FirstFault(_bytes.Span(start, length)) is >= 0 and var fault)
        {
            _bytes.Fail("a text is not in modified UTF-8", start + fault);
        }
    }

    private void CheckEntry(int index)
    {
        switch (_tags[index])
        {
            case ConstantTag.Class or ConstantTag.String or ConstantTag.MethodType or ConstantTag.Module or ConstantTag.Package:
                Check(index, 0, ConstantTag.Utf8);
                break;
            case ConstantTag.Field or ConstantTag.Method or ConstantTag.InterfaceMethod:
                Check(index, 0, ConstantTag.Class);
                Check(index, 2, ConstantTag.NameAndType);
                break;
            case ConstantTag.NameAndType:
                Check(index, 0, ConstantTag.Utf8);
                Check(index, 2, ConstantTag.Utf8);
                break;
            case ConstantTag.Dynamic or ConstantTag.InvokeDynamic:
                Check(index, 2, ConstantTag.NameAndType);
                break;
            case ConstantTag.MethodHandle:
                CheckHandle(index);
                break;
        }
    }

    // Source: The Java Virtual Machine Specification, section 4.4.8: 1 to 4 fields, 5 and 8 methods, 6 and 7 either, 9 interface methods.
    private void CheckHandle(int index)
    {
        var kind = _bytes.Span(_offsets[index], 1)[0];
        var target = TagAt(U2(index, 1));
        var fits = kind switch
        {
            >= 1 and <= 4 => target == ConstantTag.Field,
            5 or 8 => target == ConstantTag.Method,
            6 or 7 => target is ConstantTag.Method or ConstantTag.InterfaceMethod,
            9 => target == ConstantTag.InterfaceMethod,
            _ => false,
        };
        if (!fits)
        {
            _bytes.Fail($"constant {index} is a method handle of kind {kind} on {Describe(U2(index, 1))}", _offsets[index]);
        }
    }

    private void Check(int index, int place, ConstantTag tag)
    {
        var named = U2(index, place);
        if (TagAt(named) != tag)
        {
            _bytes.Fail($"constant {index}, a {_tags[index]}, names constant {named}, which is {Describe(named)} and not {tag}", _offsets[index] + place);
        }
    }

    private string Describe(int index) =>
        index == 0 || index >= Count ? $"outside the {Count} there are" : TagAt(index) is var tag && tag != ConstantTag.None ? $"a {tag}" : "half of a number";

    private int U2(int index, int place) => BinaryPrimitives.ReadUInt16BigEndian(_bytes.Span(_offsets[index] + place, 2));
}
