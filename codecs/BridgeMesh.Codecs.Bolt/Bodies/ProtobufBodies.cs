using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Replies;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Bodies;

/// <summary>
/// Bodies of Bolt codec 11: the request message, the response message, or the UTF-8 text of an error. Source: SOFARPC ProtobufSerializer,
/// sofa-bolt-node's protobuf codec, and the recordings.
/// </summary>
internal static class ProtobufBodies
{
    /// <summary>
    /// Reads metadata and arguments of a request that was opened before. No bytes are a message in which no field is set.
    /// </summary>
    internal static CodecStatus ReadRequest(Exchange exchange)
    {
        var status = NamelessCall.Begin(exchange);
        if (!status.IsOk || exchange.Shape is not { } shape)
        {
            return status;
        }

        var header = exchange.CallerHeader;
        var content = exchange.RequestFrame.Slice(header.ContentOffset(), header.ContentLength());
        return NamelessCall.Placed(ProtobufArguments.Read(content, shape, PolicyOf(exchange), exchange.Request), header);
    }

    /// <summary>Writes the arguments; the frame is begun and ended by the caller.</summary>
    internal static CodecStatus WriteArguments(Exchange exchange, FrameWriter output) => exchange.Shape is { } shape
        ? ProtobufArguments.Write(exchange.Request, shape, PolicyOf(exchange), output)
        : NamelessCall.Refuse(
            BoltFrame.CodecProtobuf, $"is what the callee is registered with, and no contract says what {exchange.Method} takes");

    /// <summary>Reads the content of a reply with status 0.</summary>
    internal static CodecStatus ReadReply(Exchange exchange, bool saysError)
    {
        var header = exchange.ReplyHeader;
        var content = exchange.ReplyFrame.Slice(header.ContentOffset(), header.ContentLength());
        if (saysError)
        {
            var message = TextOf(content);
            InboundTable.OfFrameworkError(message).Settle(exchange, message);
            return CodecStatus.Ok;
        }

        return exchange.Shape is { } shape
            ? NamelessCall.Placed(ProtobufArguments.ReadResult(content, shape, PolicyOf(exchange), exchange.Reply), header)
            : NamelessCall.Refuse(BoltFrame.CodecProtobuf, "in the reply, and no contract says what it is", header.IdOffset() + 4);
    }

    /// <summary>Writes the result.</summary>
    internal static CodecStatus WriteResult(Exchange exchange, FrameWriter output) => exchange.Shape is { } shape
        ? ProtobufArguments.WriteResult(exchange.Reply, shape, PolicyOf(exchange), output)
        : NamelessCall.Refuse(BoltFrame.CodecProtobuf, "is what the caller reads, and no contract says what the result is");

    /// <summary>Writes what a caller is told of an exception or an unknown method.</summary>
    internal static CodecStatus WriteMessage(Exchange exchange, FrameWriter output)
    {
        output.Write(Encoding.UTF8.GetBytes(NamelessCall.MessageOf(exchange)));
        return CodecStatus.Ok;
    }

    /// <summary>The bytes of an error as text, up to a bound.</summary>
    internal static string TextOf(in ReadOnlySequence<byte> content) =>
        Encoding.UTF8.GetString(content.Slice(0, Math.Min(content.Length, MaxShownBytes)));

    /// <summary>Of an error's text: a Java server puts whole stack traces there when it is told to.</summary>
    private const int MaxShownBytes = 8_192;

    private static ValuePolicy PolicyOf(Exchange exchange) => exchange.Contract?.Policy ?? ValuePolicy.Default;
}
