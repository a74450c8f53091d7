using System.Buffers;
using BridgeMesh.Codecs.Protobuf.Plans;
using BridgeMesh.Codecs.Protobuf.Reading;
using BridgeMesh.Codecs.Protobuf.Writing;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>
/// A call's arguments as its one request message, and its result as its one response message: see <see cref="ProtoMethod"/>. Stateless;
/// safe for any thread.
/// </summary>
public static class ProtobufArguments
{
    /// <summary>Reads a request into one root a parameter, in the method's order.</summary>
    public static CodecStatus Read(in ReadOnlySequence<byte> payload, MethodShape method, ValuePolicy policy, ValueTape into) =>
        Read(payload, method.Proto.Request, method.Proto.RequestForm, into);

    /// <summary>Reads a response into one root, or none where the method returns nothing.</summary>
    public static CodecStatus ReadResult(in ReadOnlySequence<byte> payload, MethodShape method, ValuePolicy policy, ValueTape into) =>
        Read(payload, method.Proto.Response, method.Proto.ResponseForm, into);

    /// <summary>Writes all roots as the request. What was written before a failure is the caller's to drop.</summary>
    public static CodecStatus Write(ValueTape from, MethodShape method, ValuePolicy policy, IBufferWriter<byte> output) =>
        Write(from, method.Proto.Request, method.Proto.RequestForm, policy, output);

    /// <summary>Writes the root, if there is one, as the response.</summary>
    public static CodecStatus WriteResult(ValueTape from, MethodShape method, ValuePolicy policy, IBufferWriter<byte> output) =>
        Write(from, method.Proto.Response, method.Proto.ResponseForm, policy, output);

    private static CodecStatus Read(in ReadOnlySequence<byte> payload, TypeShape message, ProtoBody form, ValueTape into)
    {
        if (into.Failed)
        {
            return into.Status;
        }

        using var bytes = new ContiguousBytes(payload);
        var reader = new ProtoReader(bytes.Span, 0, into);
        var plan = MessagePlan.RootOf(message);
        _ = form switch
        {
            ProtoBody.Whole => reader.TryRoot(plan),
            ProtoBody.Fields => reader.TryRoots(plan.Message),
            _ => reader.TryNothing(),
        };
        return into.Status;
    }

    private static CodecStatus Write(ValueTape from, TypeShape message, ProtoBody form, ValuePolicy policy, IBufferWriter<byte> output) => form switch
    {
        ProtoBody.Empty => CodecStatus.Ok,
        ProtoBody.Whole when from.Count > 0 => ProtoWriter.Write(from, 0, MessagePlan.RootOf(message), policy, output),
        ProtoBody.Whole => CodecStatus.Fail(CodecError.Unrepresentable, "there is no value, and protobuf has no message for that", path: "args"),
        _ => ProtoWriter.WriteRoots(from, MessagePlan.RootOf(message), policy, output),
    };
}
