using System.Numerics;
using System.Text;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Http.Listening;

/// <summary>
/// Reads a class, a map, or a list of such from the pairs of a query or form. Fields that the request does not name stay out, as in JSON;
/// places that a list leaves out are empty objects, or null where the element is no class. A class whose fields have no prefix is never
/// null: Spring makes the object before it looks for its fields.
/// </summary>
internal static class ObjectArguments
{
    /// <param name="taken">Names of the other parameters, which a map without a name of its own leaves to them.</param>
    internal static CodecStatus Read<T>(
        ReadOnlySpan<T> text,
        string what,
        string name,
        TypeShape type,
        IReadOnlyCollection<string> taken,
        ValuePolicy policy,
        ValueTape tape)
        where T : unmanaged, IBinaryInteger<T>
    {
        var root = new FieldNode(type, name);
        if (FieldTree.Fill(text, root, taken) is { } problem)
        {
            return tape.Fail(CodecError.TypeMismatch, $"the {what}s: {problem}");
        }

        if (root.IsEmpty && name.Length > 0)
        {
            return TextArguments.AddMissing(what, name, type, tape);
        }

        return Add(text, what, root, policy, tape);
    }

    private static CodecStatus Add<T>(ReadOnlySpan<T> text, string what, FieldNode node, ValuePolicy policy, ValueTape tape)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (tape.Failed)
        {
            return tape.Status;
        }

        switch (node.Type.Kind)
        {
            case ShapeKind.Struct:
                return AddStruct(text, what, node, policy, tape);
            case ShapeKind.Map:
                return AddMap(text, what, node, policy, tape);
            case ShapeKind.List or ShapeKind.Set or ShapeKind.Array:
                return AddList(text, what, node, policy, tape);
            default:
                return node.Values is [var only]
                    ? TextArguments.ReadOne(text[only], plusIsSpace: true, what, node.Name, node.Type, policy, tape)
                    : tape.Fail(CodecError.TypeMismatch, $"the {what} '{node.Name}' is given more than once");
        }
    }

    private static CodecStatus AddStruct<T>(ReadOnlySpan<T> text, string what, FieldNode node, ValuePolicy policy, ValueTape tape)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (node.Values is not null)
        {
            return tape.Fail(CodecError.TypeMismatch, $"the {what} '{node.Name}' is a {node.Type}: write {node.Name}.field=value");
        }

        tape.BeginObject(node.Type.TapeType);
        foreach (var field in node.Type.Struct?.Fields ?? [])
        {
            if (node.Find(field.Name.Text) is { } member)
            {
                tape.Name(field.Name);
                if (Add(text, what, member, policy, tape) is { IsOk: false } wrong)
                {
                    return wrong;
                }
            }
        }

        tape.End();
        return tape.Status;
    }

    private static CodecStatus AddMap<T>(ReadOnlySpan<T> text, string what, FieldNode node, ValuePolicy policy, ValueTape tape)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (node.Values is not null)
        {
            return tape.Fail(CodecError.TypeMismatch, $"the {what} '{node.Name}' is a map: write {node.Name}[key]=value");
        }

        tape.BeginMap(node.Type.TapeType);
        foreach (var (key, member) in node.Members)
        {
            if (TextScalar.Read(Encoding.UTF8.GetBytes(key), node.Type.Key, tape, policy) is { IsOk: false } wrong)
            {
                return wrong with { Detail = $"{what} '{member.Name}': {wrong.Detail}" };
            }

            if (Add(text, what, member, policy, tape) is { IsOk: false } fault)
            {
                return fault;
            }
        }

        tape.End();
        return tape.Status;
    }

    private static CodecStatus AddList<T>(ReadOnlySpan<T> text, string what, FieldNode node, ValuePolicy policy, ValueTape tape)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (node.Values is { } values)
        {
            return node.HasElements
                ? tape.Fail(CodecError.TypeMismatch, $"the {what} '{node.Name}' is given with places and without")
                : AddValues(text, what, node, values, policy, tape);
        }

        TextArguments.Begin(node.Type, tape);
        var next = 0;
        foreach (var (place, element) in node.Elements)
        {
            for (; next < place && !tape.Failed; next++)
            {
                AddGap(what, node, next, tape);
            }

            if (Add(text, what, element, policy, tape) is { IsOk: false } wrong)
            {
                return wrong;
            }

            next++;
        }

        tape.End();
        return tape.Status;
    }

    private static CodecStatus AddValues<T>(
        ReadOnlySpan<T> text, string what, FieldNode node, List<Range> values, ValuePolicy policy, ValueTape tape)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (values is [var only])
        {
            return TextArguments.AddSeparated(text[only], what, node.Name, node.Type, policy, tape);
        }

        TextArguments.Begin(node.Type, tape);
        foreach (var value in values)
        {
            var element = TextArguments.ElementOf(node.Type);
            if (TextArguments.ReadOne(text[value], plusIsSpace: true, what, node.Name, element, policy, tape) is { IsOk: false } wrong)
            {
                return wrong;
            }
        }

        tape.End();
        return tape.Status;
    }

    private static void AddGap(string what, FieldNode list, int place, ValueTape tape)
    {
        var element = TextArguments.ElementOf(list.Type);
        if (element.Kind == ShapeKind.Struct)
        {
            tape.BeginObject(element.TapeType);
            tape.End();
        }
        else
        {
            TextArguments.AddMissing(what, $"{list.Name}[{place}]", element, tape);
        }
    }
}
