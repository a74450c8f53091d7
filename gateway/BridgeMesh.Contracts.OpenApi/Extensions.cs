namespace BridgeMesh.Contracts.OpenApi;

/// <summary>
/// Keys beside OpenAPI's own that an export writes and an import reads, so that what OpenAPI has no word for comes back. Source: OpenAPI 3.1,
/// section 4.9, "Specification Extensions".
/// </summary>
internal static class Extensions
{
    /// <summary>Of the document, a tag, an operation and a problem's schema: an object of what the contract says of it.</summary>
    internal const string Bridge = "x-bridgemesh";

    /// <summary>Of a schema: the type as a contract writes it, all names in full.</summary>
    internal const string JavaType = "x-java-type";

    /// <summary>Of a schema: the Java type of the signature, where that is another than the type's own.</summary>
    internal const string JavaClass = "x-java-class";

    /// <summary>Of a class: the one that it extends, as a contract writes it. The schema has the inherited fields too.</summary>
    internal const string Extends = "x-java-extends";

    /// <summary>Of a parameter or member: its name in the contract, where that is another than the one on the wire.</summary>
    internal const string Name = "x-java-name";

    /// <summary>Of a media type that streams: the schema of one message.</summary>
    internal const string Item = "x-item-schema";
}
