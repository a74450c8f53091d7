using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>
/// Finds the generic class behind its forms: <c>Page&lt;Item&gt;</c> and <c>Page&lt;Order&gt;</c> of an export are <c>Page&lt;T&gt;</c>. Where all
/// forms have one type, it is that type; where there is one form alone, what equals an argument is its variable.
/// </summary>
internal static class GenericClass
{
    private static readonly string[] Names = ["T", "U", "V", "W"];

    /// <param name="forms">Each with its type as the export wrote it; at least one, all of one class.</param>
    public static TypeDeclaration Of(IReadOnlyList<(TypeDeclaration Declaration, TypeExpression Written)> forms)
    {
        var first = forms[0];
        var count = first.Written.Arguments.Count;
        var alike = forms.Where(f => f.Written.Arguments.Count == count && f.Declaration.Fields.Count == first.Declaration.Fields.Count).ToList();
        var arguments = alike.ConvertAll(static f => f.Written.Arguments);
        return first.Declaration with
        {
            Generics = [.. Enumerable.Range(0, count).Select(i => new Named(NameOf(i), first.Declaration.Name.At))],
            Fields = [.. first.Declaration.Fields.Select((field, i) =>
                field with { Type = Common(alike.ConvertAll(f => f.Declaration.Fields[i].Type), arguments) })],
            Extends = first.Declaration.Extends is null ? null : Common(alike.ConvertAll(f => f.Declaration.Extends ?? f.Written), arguments),
        };
    }

    private static TypeExpression Common(List<TypeExpression> types, List<IReadOnlyList<TypeExpression>> arguments)
    {
        var first = types[0];
        if (types.Count > 1 && types.TrueForAll(t => t.ToString() == first.ToString()))
        {
            return first;
        }

        for (var i = 0; i < arguments[0].Count; i++)
        {
            if (Enumerable.Range(0, types.Count).All(f => types[f].ToString() == arguments[f][i].ToString()))
            {
                return new TypeExpression(NameOf(i), first.At, []);
            }
        }

        return types.TrueForAll(t => t.Name == first.Name && t.Arguments.Count == first.Arguments.Count)
            ? first with { Arguments = [.. first.Arguments.Select((_, i) => Common(types.ConvertAll(t => t.Arguments[i]), arguments))] }
            : first;
    }

    private static string NameOf(int index) => index < Names.Length ? Names[index] : $"T{index}";
}
