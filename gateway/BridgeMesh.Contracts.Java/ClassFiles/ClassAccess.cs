namespace BridgeMesh.Contracts.Java.ClassFiles;

/// <summary>
/// Access flags of classes, fields and methods; some bits mean one thing of a class and another of a member. Source: The Java Virtual
/// Machine Specification, tables 4.1-B, 4.5-A and 4.6-A.
/// </summary>
[Flags]
internal enum ClassAccess : ushort
{
    None = 0,
    Public = 0x0001,
    Private = 0x0002,
    Protected = 0x0004,
    Static = 0x0008,
    Final = 0x0010,

    /// <summary>Of a method; of a field it is volatile.</summary>
    Bridge = 0x0040,

    /// <summary>Of a field; of a method it is variable arity.</summary>
    Transient = 0x0080,
    Interface = 0x0200,
    Abstract = 0x0400,
    Synthetic = 0x1000,
    Annotation = 0x2000,
    Enum = 0x4000,

    /// <summary>Of a class; of a parameter it is mandated.</summary>
    Module = 0x8000,
}
