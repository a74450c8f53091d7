using System.Collections.Immutable;
using BridgeMesh.Contracts.Java.Signatures;

namespace BridgeMesh.Contracts.Java.ClassFiles;

/// <summary>
/// Reads one class file: what it declares, no code.
/// <code>
/// CAFEBABE, minor u2, major u2, constant pool, access u2, this u2, super u2, interfaces u2 { u2 },
/// fields u2 { access u2, name u2, descriptor u2, attributes }, methods u2 { the same }, attributes
/// </code>
/// Source: The Java Virtual Machine Specification, section 4.1. A class of a later version is read as far as it is known. What is broken
/// becomes a fault; nothing throws for what is in the file.
/// </summary>
internal sealed class ClassFileReader
{
    /// <summary>Java 25. Source: The Java Virtual Machine Specification, table 4.1-A.</summary>
    public const int NewestMajor = 69;

    /// <summary>Java 1.0.</summary>
    public const int OldestMajor = 45;

    /// <summary>A class file's bytes. The largest that javac can write are some ten million: 65,535 texts and methods of 64 KiB each.</summary>
    public const int MaxBytes = 16 << 20;

    private const uint Magic = 0xCAFEBABE;

    private readonly ClassBytes _bytes;
    private readonly List<ClassNote> _notes = [];
    private readonly ConstantPool _pool;
    private readonly AttributeReader _attributes;

    private ClassFileReader(ClassBytes bytes, ConstantPool pool, bool hasOldCode)
    {
        _bytes = bytes;
        _pool = pool;
        _attributes = new AttributeReader(bytes, pool, hasOldCode, Components);
    }

    /// <summary>Null with a fault for what is no class file. Keeps nothing of the bytes.</summary>
    public static ClassFile? Read(ReadOnlyMemory<byte> content, out ClassFault? fault)
    {
        var bytes = new ClassBytes(content);
        var read = Read(bytes);
        fault = bytes.Fault;
        return fault is null ? read : null;
    }

    private static ClassFile? Read(ClassBytes bytes)
    {
        var magic = bytes.U4();
        if (bytes.IsOk && magic != Magic)
        {
            bytes.Fail($"this is no class file: it begins with {magic:X8} instead of {Magic:X8}", 0);
        }

        var minor = bytes.U2();
        var major = bytes.U2();
        if (bytes.IsOk && major < OldestMajor)
        {
            bytes.Fail($"no Java has class version {major}.{minor}", 4);
        }

        if (!bytes.IsOk)
        {
            return null;
        }

        var pool = ConstantPool.Read(bytes);
        var read = new ClassFileReader(bytes, pool, hasOldCode: major == OldestMajor && minor < 3).Class(major, minor);
        if (!bytes.IsOk && major > NewestMajor)
        {
            bytes.Amend($"; its class version {major}.{minor} is of a later Java than 25, which may be why");
        }

        return read;
    }

    private ClassFile? Class(int major, int minor)
    {
        if (major > NewestMajor)
        {
            _notes.Add(new(string.Empty, $"class version {major}.{minor} is of a later Java than 25: what is new in it is not seen"));
        }

        var access = (ClassAccess)_bytes.U2();
        var at = _bytes.At;
        var name = _pool.ClassName(_bytes.U2(), "the class");
        var super = _pool.ClassNameOrNull(_bytes.U2(), "the superclass");
        if (!IsName(name) || (super is not null && !IsName(super)))
        {
            _bytes.Fail($"'{Shown(name)}' or its superclass is no class's name", at);
        }
        else if (super is null && name != "java.lang.Object" && !access.HasFlag(ClassAccess.Module))
        {
            _bytes.Fail($"{name} has no superclass", at + 2);
        }

        var interfaces = Interfaces();
        var fields = Members(Field);
        var methods = Members(Method);
        var attributes = _attributes.Read();
        if (_bytes.IsOk && _bytes.At != _bytes.End)
        {
            _bytes.Fail($"{_bytes.End - _bytes.At} bytes follow the class");
        }

        CheckBootstraps(attributes);
        if (!_bytes.IsOk)
        {
            return null;
        }

        var signature = Generic(attributes.Signature, string.Empty, SignatureParser.Class, new ClassSignature(
            [], super is null ? null : ClassType.Of(super), [.. interfaces.Select(ClassType.Of)]));
        if (signature.Super?.Name != super || !signature.Interfaces.Select(static i => i.Name).SequenceEqual(interfaces))
        {
            _notes.Add(new(string.Empty, "its generic signature names other parents than the class has: it is read without"));
            signature = new ClassSignature(signature.Parameters, super is null ? null : ClassType.Of(super), [.. interfaces.Select(ClassType.Of)]);
        }

        return new ClassFile
        {
            MajorVersion = major,
            MinorVersion = minor,
            Access = access,
            Name = name,
            TypeParameters = signature.Parameters,
            Super = signature.Super,
            Interfaces = signature.Interfaces,
            Fields = fields,
            Methods = methods,
            Annotations = attributes.Annotations,
            Components = attributes.Components,
            PermittedSubclasses = attributes.PermittedSubclasses,
            InnerClasses = attributes.InnerClasses,
            EnclosingClass = attributes.EnclosingClass,
            IsDeprecated = attributes.IsDeprecated,
            Notes = [.. _notes],
        };
    }

    private List<string> Interfaces()
    {
        var count = _bytes.U2();
        var names = new List<string>();
        for (var i = 0; i < count && _bytes.IsOk; i++)
        {
            names.Add(_pool.ClassName(_bytes.U2(), "an interface"));
        }

        return names;
    }

    private ImmutableArray<T> Members<T>(Func<ClassAccess, string, string, int, T?> read)
        where T : class
    {
        var count = _bytes.U2();
        var members = ImmutableArray.CreateBuilder<T>();
        for (var i = 0; i < count && _bytes.IsOk; i++)
        {
            var access = (ClassAccess)_bytes.U2();
            var name = _pool.Text(_bytes.U2(), "a member");
            var at = _bytes.At;
            if (!IsMemberName(name))
            {
                _bytes.Fail($"'{Shown(name)}' is no member's name", at - 2);
            }

            var descriptor = _pool.Text(_bytes.U2(), "a member's type");
            if (_bytes.IsOk && read(access, name, descriptor, at) is { } member)
            {
                members.Add(member);
            }
        }

        return members.ToImmutable();
    }

    private JavaField? Field(ClassAccess access, string name, string descriptor, int at)
    {
        if (DescriptorParser.Type(descriptor) is not { } erased)
        {
            _bytes.Fail($"the field {Shown(name)} has the descriptor '{Shown(descriptor)}', which is none", at);
            return null;
        }

        var attributes = _attributes.Read();
        return new JavaField(name, access, Generic(attributes.Signature, name, SignatureParser.Field, erased), erased)
        {
            Annotations = attributes.Annotations,
            ConstantValue = attributes.ConstantValue,
            IsDeprecated = attributes.IsDeprecated,
        };
    }

    private JavaMethod? Method(ClassAccess access, string name, string descriptor, int at)
    {
        if (DescriptorParser.Method(descriptor) is not { } erased)
        {
            _bytes.Fail($"the method {Shown(name)} has the descriptor '{Shown(descriptor)}', which is none", at);
            return null;
        }

        var attributes = _attributes.Read();
        if (name is ['<', ..])
        {
            return null;
        }

        var plain = erased with { Throws = [.. attributes.Exceptions.Select(ClassType.Of)] };
        var signature = Generic(attributes.Signature, name, SignatureParser.Method, plain);
        if (signature.Parameters.Length != erased.Parameters.Length)
        {
            _notes.Add(new(name, "its generic signature has another number of parameters than the method: it is read without"));
            signature = plain;
        }

        // A generic signature has the exceptions only where one of them is a variable.
        if (signature.Throws.IsEmpty)
        {
            signature = signature with { Throws = plain.Throws };
        }

        var names = ParameterNames(attributes, erased, access.HasFlag(ClassAccess.Static));
        return new JavaMethod(name, access, signature, plain)
        {
            Annotations = attributes.Annotations,
            ParameterAnnotations = attributes.ParameterAnnotations.Length == erased.Parameters.Length ? attributes.ParameterAnnotations : [],
            ParameterNames = names ?? [.. erased.Parameters.Select(static (_, i) => $"arg{i}")],
            HasParameterNames = names is not null,
            Default = attributes.Default,
            IsDeprecated = attributes.IsDeprecated,
        };
    }

    /// <summary>From MethodParameters, else from the local variables; null where neither names them all.</summary>
    private static ImmutableArray<string>? ParameterNames(ClassAttributes attributes, MethodSignature erased, bool isStatic)
    {
        var named = attributes.Parameters;
        if (named.Length == erased.Parameters.Length && named.All(static n => !string.IsNullOrEmpty(n)))
        {
            return [.. named.OfType<string>()];
        }

        if (attributes.Locals is not { } locals)
        {
            return null;
        }

        var names = ImmutableArray.CreateBuilder<string>();
        var slot = isStatic ? 0 : 1;
        foreach (var parameter in erased.Parameters)
        {
            if (!locals.TryGetValue(slot, out var name))
            {
                return null;
            }

            names.Add(name);
            slot += parameter is PrimitiveType { Name: "long" or "double" } ? 2 : 1;
        }

        return names.ToImmutable();
    }

    private ImmutableArray<RecordComponent> Components()
    {
        var count = _bytes.U2();
        var components = ImmutableArray.CreateBuilder<RecordComponent>();
        for (var i = 0; i < count && _bytes.IsOk; i++)
        {
            var name = _pool.Text(_bytes.U2(), "a record's component");
            var at = _bytes.At;
            var descriptor = _pool.Text(_bytes.U2(), "a record's component");
            var attributes = _attributes.Read();
            if (DescriptorParser.Type(descriptor) is not { } erased)
            {
                _bytes.Fail($"the component {Shown(name)} has the descriptor '{Shown(descriptor)}', which is none", at);
                break;
            }

            components.Add(new RecordComponent(name, Generic(attributes.Signature, name, SignatureParser.Field, erased), erased)
            {
                Annotations = attributes.Annotations,
            });
        }

        return components.ToImmutable();
    }

    private void CheckBootstraps(ClassAttributes attributes)
    {
        if (!_bytes.IsOk || attributes.Bootstraps is not { } bootstraps)
        {
            return;
        }

        var cyclic = BootstrapCycles.Find(_pool, bootstraps, out var missing);
        if (cyclic != 0)
        {
            _bytes.Fail($"constant {cyclic} is an argument of its own bootstrap");
        }
        else if (missing != 0)
        {
            _bytes.Fail($"constant {missing} has a bootstrap method that is not there");
        }
    }

    private delegate T? Parser<T>(string text, out string fault);

    // Virtual machines look at signatures only when reflection asks, and obfuscators leave broken ones behind: the erased type then holds.
    private T Generic<T>(string? signature, string member, Parser<T> parse, T erased)
        where T : class
    {
        if (signature is null)
        {
            return erased;
        }

        if (parse(signature, out var fault) is { } generic)
        {
            return generic;
        }

        _notes.Add(new(member, $"its generic signature is none, {fault}: it is read without"));
        return erased;
    }

    // Source: The Java Virtual Machine Specification, section 4.2.2, "Unqualified Names".
    private static bool IsMemberName(string name) =>
        name.Length > 0 && name.AsSpan().IndexOfAny(".;[/") < 0 && (name is "<init>" or "<clinit>" || name.AsSpan().IndexOfAny("<>") < 0);

    private static bool IsName(string name) => name.Length > 0 && name.AsSpan().IndexOfAny("[;/") < 0 && name[0] != '.' && name[^1] != '.';

    /// <summary>Names come from the file: what a message repeats of them is bounded.</summary>
    private static string Shown(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
