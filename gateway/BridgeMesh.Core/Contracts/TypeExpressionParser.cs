using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts;

/// <summary>
/// Reads type expressions:
/// <code>
/// type = name [ "&lt;" type { "," type } "&gt;" ] { "[]" }
/// name = letter { letter | digit | "_" | "$" | "." }
/// </code>
/// </summary>
internal ref struct TypeExpressionParser
{
    /// <summary>Nesting that a type can have; nobody writes more by hand.</summary>
    private const int MaxDepth = 20;

    private readonly ReadOnlySpan<char> _text;
    private readonly YamlMark _start;
    private readonly List<SourceProblem> _problems;
    private int _at;

    private TypeExpressionParser(YamlScalar scalar, List<SourceProblem> problems)
    {
        _text = scalar.Text;
        _problems = problems;

        // A quote stands before the text.
        _start = scalar.IsPlain ? scalar.At : scalar.At with { Column = scalar.At.Column + 1 };
    }

    /// <summary>Null after a problem.</summary>
    public static TypeExpression? Parse(YamlScalar scalar, List<SourceProblem> problems)
    {
        var parser = new TypeExpressionParser(scalar, problems);
        var type = parser.Type(0);
        if (type is null)
        {
            return null;
        }

        parser.SkipSpace();
        return parser._at == parser._text.Length
            ? type
            : parser.Problem("the type ends here, yet there is more", "write one type, such as list<Order>");
    }

    private TypeExpression? Type(int depth)
    {
        SkipSpace();
        var start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '_' or '$' or '.'))
        {
            _at++;
        }

        if (start == _at || !(char.IsLetter(_text[start]) || _text[start] is '_' or '$'))
        {
            _at = start;
            return Problem("a type is missing here", "write a type, such as string, list<Order> or com.acme.Order");
        }

        var name = _text[start.._at].ToString();
        var arguments = new List<TypeExpression>();
        SkipSpace();
        if (TryTake('<') && !TryArguments(arguments, depth))
        {
            return null;
        }

        var type = new TypeExpression(name, Mark(start), arguments);
        SkipSpace();
        for (var dimensions = 0; TryTake('['); dimensions++)
        {
            // Every dimension is a level that resolving goes down.
            if (depth + dimensions >= MaxDepth)
            {
                return Problem($"an array of more than {MaxDepth} dimensions", "declare a type for what is inside");
            }

            SkipSpace();
            if (!TryTake(']'))
            {
                return Problem("an array's bracket is not closed", "write T[]");
            }

            type = new TypeExpression(TypeExpression.ArrayName, type.At, [type]);
            SkipSpace();
        }

        return type;
    }

    private bool TryArguments(List<TypeExpression> arguments, int depth)
    {
        if (depth == MaxDepth)
        {
            Problem($"types nested deeper than {MaxDepth}", "declare a type for what is inside");
            return false;
        }

        do
        {
            if (Type(depth + 1) is not { } argument)
            {
                return false;
            }

            arguments.Add(argument);
            SkipSpace();
        }
        while (TryTake(','));

        if (TryTake('>'))
        {
            return true;
        }

        // In { a: map<string, int> } YAML ends the value at the comma.
        Problem("the type arguments are not closed by >", "close them; inside { } quote a type that has a comma: \"map<string, int>\"");
        return false;
    }

    private bool TryTake(char expected)
    {
        if (_at < _text.Length && _text[_at] == expected)
        {
            _at++;
            return true;
        }

        return false;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private readonly YamlMark Mark(int at) => _start with { Column = _start.Column + at };

    private readonly TypeExpression? Problem(string message, string cure)
    {
        _problems.Add(Mark(_at), message, cure);
        return null;
    }
}
