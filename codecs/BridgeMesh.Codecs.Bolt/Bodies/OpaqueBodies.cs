using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Bolt.Bodies;

/// <summary>
/// Bodies that can be passed on and not translated. Protobuf is the one: field numbers alone do not say what a message is, so a payload
/// codec over a schema has to come in where <see cref="Refuse"/> is called, in the reading and writing of requests and replies.
/// </summary>
internal static class OpaqueBodies
{
    /// <param name="offset">Of the codec's number in the frame; -1 where there is none.</param>
    internal static CodecStatus Refuse(byte codec, string instead, long offset = -1)
    {
        var name = codec switch
        {
            BoltFrame.CodecProtobuf => "protobuf",
            BoltFrame.CodecJson => "JSON",
            BoltFrame.CodecHessian => "Hessian",
            _ => "unknown",
        };
        return CodecStatus.Fail(CodecError.Unsupported, $"Bolt codec {codec} ({name}) {instead}", offset);
    }
}
