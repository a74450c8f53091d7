using System.Collections.Immutable;
using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Contracts.Java.Signatures;
using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>
/// All type variables that the fields of a class may use: those of the classes around an inner class that is not static, then its own. An own
/// one hides one of the same name.
/// </summary>
internal sealed class ClassVariables
{
    /// <summary>Classes around one another; javac's own file names end before.</summary>
    private const int MaxDepth = 32;

    private readonly List<(string Class, int Index, TypeParameter Parameter)> _variables = [];

    public IEnumerable<TypeParameter> Parameters => _variables.Select(static v => v.Parameter);

    public static ClassVariables Of(ClassPath path, ClassFile found)
    {
        var variables = new ClassVariables();
        var chain = new Stack<ClassFile>();
        for (ClassFile? at = found; at is not null && chain.Count < MaxDepth;)
        {
            chain.Push(at);
            at = at.AsMember is { Outer: { } outer } member && !member.Access.HasFlag(ClassAccess.Static) && !at.IsInterface && !at.IsEnum
                ? path.Find(outer)
                : null;
        }

        foreach (var part in chain)
        {
            for (var i = 0; i < part.TypeParameters.Length; i++)
            {
                var parameter = part.TypeParameters[i];
                variables._variables.RemoveAll(v => v.Parameter.Name == parameter.Name);
                if (JavaNames.IsClass(parameter.Name))
                {
                    variables._variables.Add((part.Name, i, parameter));
                }
            }
        }

        return variables;
    }

    /// <summary>What each variable stands for where the class is used; of a raw use its bound.</summary>
    public IEnumerable<(TypeArgument Argument, TypeParameter Parameter)> Arguments(ClassType used)
    {
        foreach (var (declaring, index, parameter) in _variables)
        {
            ClassType? at = used;
            while (at is not null && at.Name != declaring)
            {
                at = at.Outer;
            }

            var isGiven = at is not null && index < at.Arguments.Length;
            yield return (isGiven ? at!.Arguments[index] : new TypeArgument(WildcardForm.Any, null), parameter); // given means there is one
        }
    }

    public ImmutableHashSet<string> Names => [.. _variables.Select(static v => v.Parameter.Name)];
}
