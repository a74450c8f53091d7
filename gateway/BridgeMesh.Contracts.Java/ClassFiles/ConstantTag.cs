namespace BridgeMesh.Contracts.Java.ClassFiles;

/// <summary>Kinds of constants. Source: The Java Virtual Machine Specification, table 4.4-A, to Java 25.</summary>
internal enum ConstantTag : byte
{
    None = 0,
    Utf8 = 1,
    Integer = 3,
    Float = 4,
    Long = 5,
    Double = 6,
    Class = 7,
    String = 8,
    Field = 9,
    Method = 10,
    InterfaceMethod = 11,
    NameAndType = 12,
    MethodHandle = 15,
    MethodType = 16,
    Dynamic = 17,
    InvokeDynamic = 18,
    Module = 19,
    Package = 20,
}
