using System.Collections.Frozen;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple.Wrapping;

/// <summary>
/// Names that the field serializeType takes. Dubbo calls its Hessian "hessian4" in a wrapper and takes "hessian2" for the same; Go writes
/// "hessian2". Source: org.apache.dubbo.rpc.protocol.tri.ReflectionPackableMethod; the extension names of Dubbo's serializations.
/// </summary>
internal static class Serializations
{
    /// <summary>What a Java consumer and provider write.</summary>
    internal const string Hessian4 = "hessian4";

    internal const string Hessian2 = "hessian2";

    /// <summary>Names longer than this are none of the known ones.</summary>
    private const int MaxLength = 20;

    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        Hessian4,
        Hessian2,
        "fastjson2",
        "fastjson",
        "json",
        "gson",
        "java",
        "nativejava",
        "compactedjava",
        "kryo",
        "kryo2",
        "fst",
        "avro",
        "msgpack",
        "native-hessian",
        "protostuff",
        "protobuf",
        "protobuf-json",
        "jackson");

    internal static bool IsHessian(string name) => name is Hessian4 or Hessian2;

    /// <summary>The name in a wrapper; null when no Dubbo has a serialization of that name.</summary>
    internal static string? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > MaxLength)
        {
            return null;
        }

        Span<char> text = stackalloc char[MaxLength];
        for (var i = 0; i < name.Length; i++)
        {
            text[i] = (char)name[i];
        }

        return Known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..name.Length], out var known) ? known : null;
    }

    internal static CodecStatus Refuse(string name) => CodecStatus.Fail(
        CodecError.Unsupported,
        $"values are in the serialization {name}, and only hessian2 is read: set serialization or prefer.serialization to hessian2");
}
