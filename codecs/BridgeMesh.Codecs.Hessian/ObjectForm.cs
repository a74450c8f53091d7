using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>What the instances of a class definition are in neutral terms.</summary>
internal enum ObjectForm : byte
{
    /// <summary>Named fields.</summary>
    Plain,

    /// <summary>java.math.BigDecimal { value }.</summary>
    BigDecimal,

    /// <summary>A class with the single field <c>name</c>: an enum constant, or an object that looks like one.</summary>
    EnumLike,

    /// <summary>java.lang.Class { name }.</summary>
    ClassName,
}

internal static class ObjectForms
{
    internal static ObjectForm Of(TypeName type, ReadOnlySpan<FieldName> fields)
    {
        if (fields.Length == 1 && fields[0].Text == "name")
        {
            return type.Text == "java.lang.Class" ? ObjectForm.ClassName : ObjectForm.EnumLike;
        }

        return type.Text switch
        {
            "java.math.BigDecimal" when fields.Length == 1 && fields[0].Text == "value" => ObjectForm.BigDecimal,
            _ => ObjectForm.Plain,
        };
    }
}
