using System.Buffers;
using BridgeMesh.Codecs.Dubbo.Copying;
using BridgeMesh.Codecs.Dubbo.Description;
using BridgeMesh.Codecs.Dubbo.Framing;
using BridgeMesh.Codecs.Dubbo.Replies;
using BridgeMesh.Codecs.Dubbo.Requests;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo;

/// <summary>Dubbo 2 with Hessian2, for the caller's and the callee's side. Stateless; the README tells what it does with what.</summary>
internal sealed class DubboFrameCodec : IFrameCodec, IFrameDescriber
{
    public string Protocol => "dubbo";

    public int CorrelationBits => 64;

    /// <summary>Source: org.apache.dubbo.remoting.Constants.DEFAULT_HEARTBEAT. Providers close after three times that in silence.</summary>
    public int HeartbeatIntervalMs => 60_000;

    public IReadOnlyList<string> Serializations { get; } = ["hessian2"];

    public FrameScan Scan(in ReadOnlySequence<byte> buffer, FrameLimits limits, out FrameHeader header) =>
        DubboFrame.Scan(buffer, limits, out header);

    public CodecStatus OpenRequest(Exchange exchange) => RequestOpener.Open(exchange);

    public CodecStatus ReadRequest(Exchange exchange) => RequestReader.Read(exchange);

    public CodecStatus WriteReply(Exchange exchange, FrameWriter output) => ReplyWriter.Write(exchange, output);

    public CodecStatus WriteRequest(Exchange exchange, ulong correlationId, FrameWriter output) =>
        RequestWriter.Write(exchange, correlationId, output);

    public CodecStatus ReadReply(Exchange exchange) => ReplyReader.Read(exchange);

    public bool CanForward(Exchange exchange) => exchange.CallerHeader.Serializer == SerializationIds.Hessian2;

    public string? WhyNotCallable(ServiceInstance instance) => SerializationPreference.WhyNotCallable(instance);

    public CodecStatus CopyPatched(in FrameHeader header, in ReadOnlySequence<byte> frame, in FramePatch patch, FrameWriter output) =>
        FrameCopier.Copy(header, frame, patch, output);

    public void WriteControlReply(in FrameHeader header, in ReadOnlySequence<byte> frame, FrameWriter output)
    {
        if (header.OneWay)
        {
            return;
        }

        if (header.Kind == FrameKind.Heartbeat)
        {
            DubboEvents.WriteHeartbeatReply(header, frame, output);
        }
        else if (header.Kind == FrameKind.Request)
        {
            ReplyWriter.WriteNobodyHere(header, output);
        }
    }

    public void WriteHeartbeat(ulong correlationId, FrameWriter output) => DubboEvents.WriteHeartbeat(correlationId, output);

    public bool WriteGoAway(FrameWriter output)
    {
        DubboEvents.WriteReadOnly(output);
        return true;
    }

    public void Describe(in ReadOnlySequence<byte> bytes, ICollection<FrameField> fields) => DubboDescription.Describe(bytes, fields);

    public FrameBody Body(in FrameHeader header, in ReadOnlySequence<byte> frame) => DubboDescription.Body(header);
}
