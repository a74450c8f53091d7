namespace BridgeMesh.Codecs.Protobuf;

/// <summary>
/// The low three bits of a tag, which say how long the value is to one who does not know the field. Source: protobuf.dev, "Encoding".
/// <code>
///   tag = varint( field number &lt;&lt; 3 | wire type )
///   0 varint      1 to 10 bytes, seven bits each, least first
///   1 fixed64     8 bytes, little endian
///   2 length      varint of the length, then that many bytes
///   3, 4 group    fields up to the tag with the same number and wire type 4
///   5 fixed32     4 bytes, little endian
/// </code>
/// </summary>
internal enum WireType : byte
{
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
    StartGroup = 3,
    EndGroup = 4,
    Fixed32 = 5,
}
