using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>
/// A class definition of a Hessian stream: the class's name and its fields in wire order. A class may repeat a field name (a subclass that
/// shadows a field of its parent); the last one wins. Immutable, safe for any thread, usually shared by all streams of the process.
/// </summary>
public sealed class HessianClass
{
    private readonly FieldName[] _fields;
    private byte[]? _finalDefinition;
    private byte[]? _draftDefinition;

    internal HessianClass(TypeName type, FieldName[] fields)
    {
        Type = type;
        _fields = fields;
        Form = ObjectForms.Of(type, fields);
    }

    public TypeName Type { get; }

    /// <summary>Field names in the order in which an instance's values follow.</summary>
    public ReadOnlySpan<FieldName> Fields => _fields;

    /// <summary>Whether the process keeps it anyway, so that holding on to it costs nothing.</summary>
    internal bool IsShared { get; set; }

    /// <summary>What instances become on a tape.</summary>
    internal ObjectForm Form { get; }

    /// <summary>The class with this name and these fields, in this order.</summary>
    public static HessianClass Of(string type, params ReadOnlySpan<string> fields)
    {
        var names = new FieldName[fields.Length];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = FieldName.Of(fields[i]);
        }

        return HessianClasses.Of(TypeName.Of(type), names);
    }

    /// <summary>Position of the field with this name, the last where it repeats; -1 when there is none.</summary>
    public int Find(ReadOnlySpan<byte> utf8)
    {
        for (var i = _fields.Length - 1; i >= 0; i--)
        {
            if (_fields[i].Utf8.SequenceEqual(utf8))
            {
                return i;
            }
        }

        return -1;
    }

    public override string ToString() => $"{Type}({string.Join(", ", _fields.Select(f => f.Text))})";

    internal bool Matches(TypeName type, ReadOnlySpan<FieldName> fields)
    {
        if (!HessianClasses.Same(Type, type) || fields.Length != _fields.Length)
        {
            return false;
        }

        for (var i = 0; i < fields.Length; i++)
        {
            if (!HessianClasses.Same(_fields[i], fields[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The definition with its tag, ready to be copied into a stream.</summary>
    internal ReadOnlySpan<byte> Definition(HessianDialect dialect)
    {
        // Two threads may both encode it: the bytes are the same, and one array wins.
        ref var encoded = ref dialect == HessianDialect.Final ? ref _finalDefinition : ref _draftDefinition;
        return encoded ??= Writing.ClassDefinitions.Encode(this, dialect);
    }
}
