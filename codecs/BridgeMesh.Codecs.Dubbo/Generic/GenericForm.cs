namespace BridgeMesh.Codecs.Dubbo.Generic;

/// <summary>
/// In which form a generic caller sends its arguments and takes the result, told by the attachment <c>generic</c>. Source:
/// org.apache.dubbo.rpc.support.ProtocolUtils, org.apache.dubbo.rpc.filter.GenericFilter, and recordings.
/// </summary>
internal enum GenericForm : byte
{
    /// <summary>The call is not generic.</summary>
    None,

    /// <summary>Values with maps for objects, both ways; also when the attachment is missing.</summary>
    Maps,

    /// <summary>Arguments as with <see cref="Maps"/>; the result comes as it is.</summary>
    RawReturn,

    /// <summary>Each value is a tree of JavaBeanDescriptor objects, both ways.</summary>
    Bean,

    /// <summary>Each argument is a JSON text; the result comes as with <see cref="Maps"/>.</summary>
    Gson,

    /// <summary>nativejava and protobuf-json: real providers refuse them unless told otherwise, and so does the gateway.</summary>
    Denied,

    /// <summary>A word that no provider knows.</summary>
    Unknown,
}

internal static class GenericForms
{
    internal static GenericForm Of(string? attachment) => attachment switch
    {
        null or "" or "true" or "false" => GenericForm.Maps,
        "raw.return" => GenericForm.RawReturn,
        "bean" => GenericForm.Bean,
        "gson" => GenericForm.Gson,
        "nativejava" or "protobuf-json" => GenericForm.Denied,
        _ => attachment.Equals("true", StringComparison.OrdinalIgnoreCase) ? GenericForm.Maps : GenericForm.Unknown,
    };

    /// <summary>Whether the result goes back with maps for its objects.</summary>
    internal static bool IsGeneralised(GenericForm form) => form is GenericForm.Maps or GenericForm.Gson;
}
