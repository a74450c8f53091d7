using System.Collections.Immutable;
using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Contracts.Java.Signatures;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>Puts types in the place of type variables, as inheritance and calls do.</summary>
internal static class TypeSubstitution
{
    public static ImmutableDictionary<string, JavaType> Nothing { get; } = ImmutableDictionary.Create<string, JavaType>(StringComparer.Ordinal);

    public static JavaType Apply(JavaType type, ImmutableDictionary<string, JavaType> variables) => variables.IsEmpty ? type : type switch
    {
        VariableType variable => variables.GetValueOrDefault(variable.Name, variable),
        ArrayType array => new ArrayType(Apply(array.Element, variables)),
        ClassType named => Apply(named, variables),
        _ => type,
    };

    public static ClassType Apply(ClassType type, ImmutableDictionary<string, JavaType> variables) => new(
        type.Name,
        [.. type.Arguments.Select(a => a.Type is null ? a : a with { Type = Apply(a.Type, variables) })],
        type.Outer is null ? null : Apply(type.Outer, variables));

    /// <summary>What the variables of a class stand for where it is used with these arguments; without any, their bounds.</summary>
    public static ImmutableDictionary<string, JavaType> Of(ClassFile declared, ClassType used)
    {
        var variables = Nothing;
        for (var i = 0; i < declared.TypeParameters.Length; i++)
        {
            var parameter = declared.TypeParameters[i];
            variables = variables.SetItem(parameter.Name, i < used.Arguments.Length ? ValueOf(used.Arguments[i], parameter) : Erased(parameter.Bounds[0]));
        }

        return variables;
    }

    /// <summary>The variables that a method declares itself stand for their bounds.</summary>
    public static ImmutableDictionary<string, JavaType> WithBounds(
        ImmutableDictionary<string, JavaType> variables, ImmutableArray<TypeParameter> parameters)
    {
        // First all erased, so that a bound that names its own variable comes to an end; then the bounds with what they know.
        var erased = variables;
        foreach (var parameter in parameters)
        {
            erased = erased.SetItem(parameter.Name, Erased(Apply(parameter.Bounds[0], erased)));
        }

        var bound = erased;
        foreach (var parameter in parameters)
        {
            bound = bound.SetItem(parameter.Name, Apply(parameter.Bounds[0], erased));
        }

        return bound;
    }

    /// <summary>The type of the values that an argument allows: of a wildcard its upper bound.</summary>
    public static JavaType ValueOf(TypeArgument argument, TypeParameter? parameter) => argument switch
    {
        { Form: WildcardForm.None or WildcardForm.Extends, Type: { } type } => type,
        { Form: WildcardForm.Any } when parameter is not null => Erased(parameter.Bounds[0]),
        _ => ClassType.Object,
    };

    /// <summary>Without type arguments; a variable that stands for nothing is an Object.</summary>
    public static JavaType Erased(JavaType type) => type switch
    {
        ClassType named => ClassType.Of(named.Name),
        ArrayType array => new ArrayType(Erased(array.Element)),
        VariableType => ClassType.Object,
        _ => type,
    };
}
