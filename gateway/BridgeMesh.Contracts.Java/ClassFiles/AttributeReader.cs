using System.Collections.Immutable;

namespace BridgeMesh.Contracts.Java.ClassFiles;

/// <summary>
/// Reads attributes: <c>count u2, { name u2, length u4, content }</c>. Those that contracts need are read to their end; others are skipped.
/// Source: The Java Virtual Machine Specification, section 4.7.
/// </summary>
/// <param name="components">Reads a record's components, which have attributes themselves.</param>
internal sealed class AttributeReader(ClassBytes bytes, ConstantPool pool, bool hasOldCode, Func<ImmutableArray<RecordComponent>> components)
{
    private readonly AnnotationReader _annotations = new(bytes, pool);

    public ClassAttributes Read()
    {
        var read = new ClassAttributes();
        var count = bytes.U2();
        for (var i = 0; i < count && bytes.IsOk; i++)
        {
            var name = pool.Text(bytes.U2(), "an attribute");
            var outer = bytes.Enter(bytes.U4());
            if (bytes.IsOk)
            {
                Content(name, read);
                bytes.Leave(outer, name);
            }
        }

        return read;
    }

    private void Content(string name, ClassAttributes into)
    {
        switch (name)
        {
            case "Signature":
                into.Signature = pool.Text(bytes.U2(), name);
                break;
            case "RuntimeVisibleAnnotations":
                into.Annotations = _annotations.List();
                break;
            case "RuntimeVisibleParameterAnnotations":
                into.ParameterAnnotations = _annotations.Parameters();
                break;
            case "AnnotationDefault":
                into.Default = _annotations.Value();
                break;
            case "Exceptions":
                into.Exceptions = Classes(name);
                break;
            case "PermittedSubclasses":
                into.PermittedSubclasses = Classes(name);
                break;
            case "MethodParameters":
                into.Parameters = Parameters();
                break;
            case "ConstantValue":
                into.ConstantValue = Constant();
                break;
            case "Deprecated":
                into.IsDeprecated = true;
                break;
            case "InnerClasses":
                into.InnerClasses = Inner();
                break;
            case "EnclosingMethod":
                into.EnclosingClass = pool.ClassName(bytes.U2(), name);
                if (bytes.U2() is not 0 and var method)
                {
                    pool.NameAndType(method, name);
                }

                break;
            case "Record":
                into.Components = components();
                break;
            case "BootstrapMethods":
                into.Bootstraps = Bootstraps();
                break;
            case "Code" when !hasOldCode:
                Code(into);
                break;
            default:
                bytes.Skip(bytes.End - bytes.At);
                break;
        }
    }

    private ImmutableArray<string> Classes(string what)
    {
        var count = bytes.U2();
        var names = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < count && bytes.IsOk; i++)
        {
            names.Add(pool.ClassName(bytes.U2(), what));
        }

        return names.ToImmutable();
    }

    private ImmutableArray<string?> Parameters()
    {
        var count = bytes.U1();
        var names = ImmutableArray.CreateBuilder<string?>();
        for (var i = 0; i < count && bytes.IsOk; i++)
        {
            var name = bytes.U2();
            bytes.Skip(2);
            names.Add(name == 0 ? null : pool.Text(name, "a parameter"));
        }

        return names.ToImmutable();
    }

    private object? Constant()
    {
        var index = bytes.U2();
        var value = pool.TagAt(index) == ConstantTag.Utf8 ? null : pool.Value(index);
        if (value is null)
        {
            bytes.Fail($"ConstantValue names a {pool.TagAt(index)}");
        }

        return value;
    }

    private ImmutableArray<InnerClass> Inner()
    {
        var count = bytes.U2();
        var classes = ImmutableArray.CreateBuilder<InnerClass>();
        for (var i = 0; i < count && bytes.IsOk; i++)
        {
            var name = pool.ClassName(bytes.U2(), "InnerClasses");
            var outer = pool.ClassNameOrNull(bytes.U2(), "InnerClasses");
            var simple = bytes.U2();
            classes.Add(new InnerClass(name, outer, simple == 0 ? null : pool.Text(simple, "InnerClasses"), (ClassAccess)bytes.U2()));
        }

        return classes.ToImmutable();
    }

    private List<int[]> Bootstraps()
    {
        var methods = new List<int[]>();
        var count = bytes.U2();
        for (var i = 0; i < count && bytes.IsOk; i++)
        {
            if (pool.TagAt(bytes.U2()) != ConstantTag.MethodHandle)
            {
                bytes.Fail("a bootstrap method is no method handle");
            }

            var arguments = new List<int>();
            for (var left = bytes.U2(); left > 0 && bytes.IsOk; left--)
            {
                arguments.Add(bytes.U2());
            }

            methods.Add([.. arguments]);
        }

        return methods;
    }

    // max stack u2, max locals u2, length u4, code, handlers u2 of 8 bytes each, attributes.
    private void Code(ClassAttributes into)
    {
        bytes.Skip(4);
        bytes.Skip(bytes.U4());
        bytes.Skip(bytes.U2() * 8);
        var count = bytes.U2();
        for (var i = 0; i < count && bytes.IsOk; i++)
        {
            var name = pool.Text(bytes.U2(), "an attribute of code");
            var outer = bytes.Enter(bytes.U4());
            if (!bytes.IsOk)
            {
                return;
            }

            if (name == "LocalVariableTable")
            {
                Locals(into.Locals ??= []);
            }
            else
            {
                bytes.Skip(bytes.End - bytes.At);
            }

            bytes.Leave(outer, name);
        }
    }

    // Each: from u2, length u2, name u2, descriptor u2, slot u2. What is there from the first instruction on are the parameters.
    private void Locals(Dictionary<int, string> into)
    {
        var count = bytes.U2();
        for (var i = 0; i < count && bytes.IsOk; i++)
        {
            var from = bytes.U2();
            bytes.Skip(2);
            var name = pool.Text(bytes.U2(), "a local variable");
            bytes.Skip(2);
            var slot = bytes.U2();
            if (from == 0)
            {
                into.TryAdd(slot, name);
            }
        }
    }
}
