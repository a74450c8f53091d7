using BridgeMesh.Contracts;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>
/// google.protobuf.Any on a tape: an object with the type's URL and the value, which is typed where the contract knows the type and bytes
/// where it does not. Source: google/protobuf/any.proto.
/// </summary>
internal static class AnyForm
{
    public static readonly FieldName TypeUrl = FieldName.Of("typeUrl");
    public static readonly FieldName Value = FieldName.Of("value");

    /// <summary>The type behind the last slash of a URL; null when the contract has none of that name.</summary>
    public static TypeShape? TypeOf(TypeShape any, ReadOnlySpan<byte> url)
    {
        var slash = url.LastIndexOf((byte)'/');
        var types = any.Struct is { } fields && fields.Find(Value.Utf8) is >= 0 and var ordinal ? fields.Fields[ordinal].Type.Subtypes : any.Subtypes;
        return slash < 0 ? null : types?.Find(url[(slash + 1)..]);
    }
}
