using BridgeMesh.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Core.Contracts.Writing;

/// <summary>
/// The declaration that a class's shapes, one for each set of type arguments, are made of. Where all forms have their own argument at a place,
/// there stands the variable; where all have the same, that. Of one form it cannot be told which was meant, and either comes to it.
/// </summary>
/// <param name="forms">At least one; all of one class.</param>
internal sealed class GenericClass(IReadOnlyList<StructShape> forms, ShapeExpressions expressions, YamlMark at)
{
    private readonly List<List<TypeExpression>> _arguments = [.. forms.Select(f => f.Arguments.Select(expressions.Of).ToList())];

    /// <summary>T, then U, V, W; T5 and so on.</summary>
    public IReadOnlyList<Named> Variables { get; } = [.. Enumerable.Range(0, forms[0].Arguments.Length).Select(i => new Named(NameOf(i), at))];

    /// <summary>Whether every place came to one expression.</summary>
    public bool IsExact { get; private set; } = true;

    /// <param name="ofForm">The expression that each form has at one place, in their order.</param>
    public TypeExpression Common(IReadOnlyList<TypeExpression> ofForm) => Common(ofForm, isKey: false);

    private TypeExpression Common(IReadOnlyList<TypeExpression> ofForm, bool isKey)
    {
        for (var i = 0; i < Variables.Count; i++)
        {
            var variable = i;
            if (All((form, n) => IsSame(form, _arguments[n][variable]) || (isKey && form.Name == "java.lang.Object"))
                && ofForm.Select((form, n) => IsSame(form, _arguments[n][variable])).Any(static s => s))
            {
                return new TypeExpression(Variables[i].Text, at, []);
            }
        }

        var first = ofForm[0];
        if (All((form, _) => IsSame(form, first)) && first.Arguments.Count == 0)
        {
            return first;
        }

        if (All((form, _) => form.Name == first.Name && form.Arguments.Count == first.Arguments.Count) && first.Arguments.Count > 0)
        {
            var isMap = first.Arguments.Count == 2 && BuiltInTypes.TryCollection(first.Name, out var kind, out var _) && kind == ShapeKind.Map;
            return first with
            {
                Arguments =
                [
                    .. Enumerable.Range(0, first.Arguments.Count).Select(i => Common([.. ofForm.Select(f => f.Arguments[i])], isMap && i == 0)),
                ],
            };
        }

        IsExact = false;
        return first;

        bool All(Func<TypeExpression, int, bool> holds)
        {
            for (var i = 0; i < ofForm.Count; i++)
            {
                if (!holds(ofForm[i], i))
                {
                    return false;
                }
            }

            return true;
        }
    }

    private static bool IsSame(TypeExpression left, TypeExpression right) => left.ToString() == right.ToString();

    private static string NameOf(int variable) => variable < 4 ? "TUVW"[variable].ToString() : $"T{variable + 1}";
}
