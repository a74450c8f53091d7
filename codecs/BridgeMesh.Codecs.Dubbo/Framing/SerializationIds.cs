using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Dubbo.Framing;

/// <summary>Serialization ids of the frame header. Source: org.apache.dubbo.common.serialize.Constants.</summary>
internal static class SerializationIds
{
    internal const byte Hessian2 = 2;

    private static readonly string?[] Names = BuildNames();

    /// <summary>Ok for Hessian2; otherwise a refusal that names the serialization.</summary>
    internal static CodecStatus Check(byte id) =>
        id == Hessian2
            ? CodecStatus.Ok
            : CodecStatus.Fail(
                CodecError.Unsupported,
                $"serialization {NameOf(id)} (id {id}) is not offered; use hessian2 (Dubbo 3: prefer.serialization=hessian2)",
                2);

    internal static string NameOf(byte id) => Names[id & DubboFrame.SerializationMask] ?? "unknown";

    private static string?[] BuildNames()
    {
        var names = new string?[DubboFrame.SerializationMask + 1];
        names[2] = "hessian2";
        names[3] = "java";
        names[4] = "compactedjava";
        names[6] = "fastjson";
        names[7] = "nativejava";
        names[8] = "kryo";
        names[9] = "fst";
        names[10] = "native-hessian";
        names[11] = "avro";
        names[12] = "protostuff";
        names[16] = "gson";
        names[21] = "protobuf-json";
        names[22] = "protobuf";
        names[23] = "fastjson2";
        names[25] = "kryo2";
        names[31] = "msgpack";
        return names;
    }
}
