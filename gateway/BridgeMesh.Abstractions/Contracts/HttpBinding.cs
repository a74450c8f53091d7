using System.Collections.Immutable;
using BridgeMesh.Values;

namespace BridgeMesh.Contracts;

/// <summary>How a method is called over HTTP.</summary>
public sealed record HttpBinding
{
    /// <summary>GET, POST, PUT, DELETE, PATCH or HEAD.</summary>
    public required string Verb { get; init; }

    /// <summary>
    /// Absolute path, prefix included; <c>{name}</c> stands for one segment, <c>{name:*}</c> for the rest, <c>{*name}</c> for the rest with
    /// the slash before it.
    /// </summary>
    public required string PathTemplate { get; init; }

    /// <summary>Every parameter once, in the order of the method's parameters.</summary>
    public required ImmutableArray<HttpParameter> Parameters { get; init; }
}

/// <summary>The part of an HTTP request that carries a parameter.</summary>
public enum HttpSource : byte
{
    Path,
    Query,
    Header,
    Form,

    /// <summary>The parameter is the whole body.</summary>
    Body,

    /// <summary>The parameter is a member of the body, which is an object of named arguments.</summary>
    BodyMember,

    Cookie,

    /// <summary>The parameter is a part of a multipart/form-data body.</summary>
    Part,
}

/// <param name="Ordinal">Position in the method's parameters.</param>
/// <param name="WireName">
/// Name in the path, query, header, cookie, form or body; empty for a class or map whose own fields or keys are the names of a query or
/// form.
/// </param>
public sealed record HttpParameter(int Ordinal, HttpSource Source, string WireName)
{
    /// <summary>The name in the forms that codecs compare and write.</summary>
    public FieldName Field { get; } = FieldName.Of(WireName);
}
