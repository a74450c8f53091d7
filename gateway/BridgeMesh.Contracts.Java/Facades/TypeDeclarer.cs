using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Contracts.Java.ClassPaths;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>
/// Declares every class that services name, what those name in turn, and the subclasses of all. Fields are those that Hessian sees: of the
/// class and its superclasses, neither static nor transient. Source: Caucho's JavaSerializer and Dubbo's JavaSerializer, getFieldMap.
/// </summary>
internal sealed class TypeDeclarer(ClassPath path, TypeMapper mapper, ValueMapper values, FacadeNotes notes)
{
    private readonly SortedDictionary<string, TypeDeclaration> _declared = new(StringComparer.Ordinal);

    public IReadOnlyList<TypeDeclaration> DeclareAll()
    {
        do
        {
            while (mapper.TryTake(out var name))
            {
                if (Declare(name) is { } type)
                {
                    _declared.Add(name, type);
                }
            }
        }
        while (MeetSubclasses());
        return ExpansiveTypes.Cut([.. _declared.Values], type => notes.Add(
            path.PlaceOf(type.Name.Text), $"{type.Name}: its fields lead to ever new type arguments; those that grow are taken for anything"));
    }

    /// <summary>Classes of the roots that may stand for what is declared. False when there are no more.</summary>
    private bool MeetSubclasses()
    {
        var found = false;
        foreach (var name in path.Roots)
        {
            if (mapper.IsMet(name) || path.Find(name) is not { } type || !IsValueClass(type))
            {
                continue;
            }

            if (mapper.Ancestors(name).Skip(1).Any(a => _declared.ContainsKey(a) || mapper.Open.Contains(a)) || (IsVisible(type) && mapper.IsThrowable(name)))
            {
                mapper.Meet(name);
                found = true;
            }
        }

        return found;
    }

    private bool IsValueClass(ClassFile type) =>
        !type.Access.HasFlag(ClassAccess.Interface) && !type.Access.HasFlag(ClassAccess.Synthetic) && type.EnclosingClass is null
        && !type.IsEnum && !type.IsModule && JavaNames.IsClass(type.Name) && !PlatformTypes.IsPlatform(type.Name)
        && !(type.Super is { } super && path.Find(super.Name) is { IsEnum: true });

    private static bool IsVisible(ClassFile type) => type.Access.HasFlag(ClassAccess.Public);

    private TypeDeclaration? Declare(string name)
    {
        var place = path.PlaceOf(name);
        var at = new YamlMark(place, 0, 0);
        var file = path.FileOf(name);
        var scope = NameScope.Of(file.Length == 0 ? name : file, name);
        if (path.Find(name) is not { } type)
        {
            // Of the JDK's classes only exceptions are asked for.
            return new TypeDeclaration(new Named(name, at), scope, TypeForm.Exception) { IsRuntime = PlatformTypes.IsUnchecked(name) };
        }

        if (type.IsEnum)
        {
            return new TypeDeclaration(new Named(name, at), scope, TypeForm.Enum)
            {
                Constants = [.. type.Fields.Where(static f => f.Access.HasFlag(ClassAccess.Enum)).Select(f => new Named(f.Name, at))],
                Doc = ValidationText.Of([], type.IsDeprecated),
            };
        }

        var isException = mapper.IsThrowable(name);
        var variables = ClassVariables.Of(path, type);
        return new TypeDeclaration(new Named(name, at), scope, isException ? TypeForm.Exception : TypeForm.Struct)
        {
            Generics = [.. variables.Parameters.Select(p => new Named(p.Name, at))],
            Extends = Parent(type, isException, variables.Names),
            Fields = [.. Fields(type, variables.Names)],
            IsRuntime = isException && mapper.IsUnchecked(name),
            Doc = ValidationText.Of([], type.IsDeprecated),
        };
    }

    private TypeExpression? Parent(ClassFile type, bool isException, IReadOnlySet<string> variables)
    {
        if (type.Super is not { } super || super.Name is "java.lang.Object" or "java.lang.Record" || (isException && PlatformTypes.IsThrowable(super.Name)))
        {
            return null;
        }

        if (mapper.IsOwnAncestor(type.Name))
        {
            notes.Add(path.PlaceOf(type.Name), $"{type.Name} extends itself, which no virtual machine loads: it is taken for a class without parent");
            return null;
        }

        if (path.Find(super.Name) is null)
        {
            if (PlatformTypes.IsPlatform(super.Name))
            {
                notes.Add(path.PlaceOf(type.Name), $"{type.Name}: the fields that it has from {super.Name} are not seen");
            }
            else
            {
                notes.Missing(super.Name, type.Name);
            }

            return null;
        }

        var mapped = values.Map(super, new MapScope(path.PlaceOf(type.Name), type.Name, variables));
        return mapped.Form == MappedForm.Struct ? mapped.Type : null;
    }

    private IEnumerable<ValueDeclaration> Fields(ClassFile type, IReadOnlySet<string> variables)
    {
        var place = path.PlaceOf(type.Name);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in type.Fields)
        {
            if (field.IsStatic || field.IsTransient || field.IsSynthetic)
            {
                continue;
            }

            if (!names.Add(field.Name))
            {
                notes.Add(place, $"{type.Name}: the second field {field.Name} is left out, as no contract has two of one name");
                continue;
            }

            var scope = new MapScope(place, $"{type.Name}.{field.Name}", variables);
            yield return values.Value(field.Name, field.Type, field.Erased, scope, ValidationText.Of(Annotations(type, field), field.IsDeprecated));
        }
    }

    /// <summary>Of the field, its getter and its component of a record.</summary>
    private static IEnumerable<JavaAnnotation> Annotations(ClassFile type, JavaField field)
    {
        var capital = char.ToUpperInvariant(field.Name[0]) + field.Name[1..];
        var (getter, question) = ($"get{capital}", $"is{capital}");
        return field.Annotations
            .Concat(type.Methods
                .Where(m => m.Erased.Parameters.IsEmpty && (m.Name == getter || m.Name == question || (m.Name == field.Name && type.Components is not null)))
                .SelectMany(static m => m.Annotations))
            .Concat((type.Components ?? []).Where(c => c.Name == field.Name).SelectMany(static c => c.Annotations));
    }
}
