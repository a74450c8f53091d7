using System.Buffers;
using System.Collections.Immutable;

namespace BridgeMesh.Contracts.Java.Signatures;

/// <summary>
/// Reads generic signatures.
/// <code>
/// class     = [ parameters ] class-type { class-type }
/// method    = [ parameters ] "(" { type } ")" ( type | "V" ) { "^" ( class-type | variable ) }
/// parameters= "&lt;" { name ":" [ field-type ] { ":" field-type } } "&gt;"
/// type      = "B" … "Z" | field-type
/// field-type= class-type | variable | "[" type
/// variable  = "T" name ";"
/// class-type= "L" name { "/" name } [ arguments ] { "." name [ arguments ] } ";"
/// arguments = "&lt;" { "*" | [ "+" | "-" ] field-type } "&gt;"
/// </code>
/// Source: The Java Virtual Machine Specification, section 4.7.9.1. What is wrong becomes a fault with its place; nothing throws.
/// </summary>
internal ref struct SignatureParser
{
    /// <summary>Types around one another, far beyond what a person writes: javac itself nests no deeper than its stack.</summary>
    public const int MaxDepth = 64;

    private static readonly SearchValues<char> NameEnd = SearchValues.Create(".;[/<>:");

    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private string? _fault;

    private SignatureParser(string text) => _text = text;

    /// <summary>Null with a fault for what is no class's signature.</summary>
    public static ClassSignature? Class(string text, out string fault)
    {
        var parser = new SignatureParser(text);
        var parameters = parser.TypeParameters();
        var parent = parser.ClassType(0);
        var interfaces = ImmutableArray.CreateBuilder<ClassType>();
        while (parser._fault is null && parser._at < text.Length)
        {
            interfaces.Add(parser.ClassType(0));
        }

        return parser.Done(out fault) ? new ClassSignature(parameters, parent, interfaces.ToImmutable()) : null;
    }

    /// <summary>Null with a fault for what is no method's signature.</summary>
    public static MethodSignature? Method(string text, out string fault)
    {
        var parser = new SignatureParser(text);
        var typeParameters = parser.TypeParameters();
        var parameters = ImmutableArray.CreateBuilder<JavaType>();
        parser.Expect('(');
        while (parser._fault is null && parser.Peek() != ')')
        {
            parameters.Add(parser.Type(0));
        }

        parser.Expect(')');
        var returns = parser.TryTake('V') ? PrimitiveType.Void : parser.Type(0);
        var throws = ImmutableArray.CreateBuilder<JavaType>();
        while (parser._fault is null && parser.TryTake('^'))
        {
            throws.Add(parser.FieldType(0));
        }

        return parser.Done(out fault) ? new MethodSignature(typeParameters, parameters.ToImmutable(), returns, throws.ToImmutable()) : null;
    }

    /// <summary>Of a field or a record's component. Null with a fault for what is no type's signature.</summary>
    public static JavaType? Field(string text, out string fault)
    {
        var parser = new SignatureParser(text);
        var type = parser.FieldType(0);
        return parser.Done(out fault) ? type : null;
    }

    private ImmutableArray<TypeParameter> TypeParameters()
    {
        if (!TryTake('<'))
        {
            return [];
        }

        var parameters = ImmutableArray.CreateBuilder<TypeParameter>();
        do
        {
            var name = Name();
            var bounds = ImmutableArray.CreateBuilder<JavaType>();
            Expect(':');

            // The class's bound may be missing where interfaces are: <T::Ljava/lang/Runnable;>.
            if (_fault is null && Peek() is not (':' or '>'))
            {
                bounds.Add(FieldType(0));
            }

            while (_fault is null && TryTake(':'))
            {
                bounds.Add(FieldType(0));
            }

            parameters.Add(new TypeParameter(name, bounds.Count == 0 ? [Java.Signatures.ClassType.Object] : bounds.ToImmutable()));
        }
        while (_fault is null && !TryTake('>'));
        return parameters.ToImmutable();
    }

    private JavaType Type(int depth)
    {
        if (DescriptorParser.Primitive(Peek()) is not { } primitive)
        {
            return FieldType(depth);
        }

        _at++;
        return primitive;
    }

    private JavaType FieldType(int depth)
    {
        if (depth > MaxDepth)
        {
            return Fail($"types nested deeper than {MaxDepth}");
        }

        switch (Peek())
        {
            case 'L':
                return ClassType(depth);
            case 'T':
                _at++;
                var variable = new VariableType(Name());
                Expect(';');
                return variable;
            case '[':
                _at++;
                return new ArrayType(Type(depth + 1));
            default:
                return Fail("a type is missing");
        }
    }

    private ClassType ClassType(int depth)
    {
        Expect('L');
        var name = Name();
        while (_fault is null && TryTake('/'))
        {
            name = $"{name}.{Name()}";
        }

        var type = new ClassType(name, Arguments(depth), null);
        while (_fault is null && TryTake('.'))
        {
            // Inner classes of a class with type arguments; without any, the outer class says nothing.
            var inner = $"{type.Name}${Name()}";
            var outer = type.Arguments.IsEmpty && type.Outer is null ? null : type;
            type = new ClassType(inner, Arguments(depth), outer);
        }

        Expect(';');
        return type;
    }

    private ImmutableArray<TypeArgument> Arguments(int depth)
    {
        if (_fault is not null || !TryTake('<'))
        {
            return [];
        }

        var arguments = ImmutableArray.CreateBuilder<TypeArgument>();
        do
        {
            var form = Peek() switch
            {
                '*' => WildcardForm.Any,
                '+' => WildcardForm.Extends,
                '-' => WildcardForm.Super,
                _ => WildcardForm.None,
            };
            _at += form == WildcardForm.None ? 0 : 1;
            arguments.Add(new TypeArgument(form, form == WildcardForm.Any ? null : FieldType(depth + 1)));
        }
        while (_fault is null && !TryTake('>'));
        return arguments.ToImmutable();
    }

    private string Name()
    {
        var rest = _text[Math.Min(_at, _text.Length)..];
        var length = rest.IndexOfAny(NameEnd);
        if (length <= 0)
        {
            Fail("a name is missing or has no end");
            return string.Empty;
        }

        _at += length;
        return rest[..length].ToString();
    }

    private readonly char Peek() => _fault is null && _at < _text.Length ? _text[_at] : '\0';

    private bool TryTake(char expected)
    {
        if (Peek() != expected)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(char expected)
    {
        if (!TryTake(expected))
        {
            Fail($"'{expected}' is missing");
        }
    }

    /// <summary>Keeps the first fault; its result stands for the type that is not there.</summary>
    private ClassType Fail(string message)
    {
        _fault ??= $"{message} at character {_at}";
        return Java.Signatures.ClassType.Object;
    }

    private bool Done(out string fault)
    {
        if (_fault is null && _at < _text.Length)
        {
            Fail("the signature ends here, yet there is more");
        }

        fault = _fault ?? string.Empty;
        return _fault is null;
    }
}
