using BridgeMesh.Codecs.Bolt.Framing;
using BridgeMesh.Codecs.Bolt.Replies;
using BridgeMesh.Codecs.Bolt.Services;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Bolt.Bodies;

/// <summary>
/// What the codecs share whose bodies name neither method nor types: the header map says what is called and carries the metadata, the
/// contract says what the body is. A further codec has its place beside <see cref="JsonBodies"/> and <see cref="ProtobufBodies"/>.
/// </summary>
internal static class NamelessCall
{
    /// <summary>Whether bodies of the codec can be translated at all.</summary>
    internal static bool Knows(byte codec) => codec is BoltFrame.CodecJson or BoltFrame.CodecProtobuf;

    /// <summary>Reads the metadata of a request that was opened before and finds its method in the contract.</summary>
    internal static CodecStatus Begin(Exchange exchange)
    {
        var header = exchange.CallerHeader;
        var metadata = new NeutralMetadata(exchange.RequestMetadata, HeaderKeys.RequestBaggagePrefix);
        using (var map = new ContiguousBytes(exchange.RequestFrame.Slice(header.HeaderOffset(), header.HeaderLength())))
        {
            metadata.AddHeader(map.Span);
        }

        var status = metadata.Finish();
        if (!status.IsOk)
        {
            return status;
        }

        // Nothing in the body tells one list from several arguments, nor one overload from another.
        exchange.Shape = exchange.Contract?.Find(exchange.Method, null);
        if (exchange.Shape is not null)
        {
            return CodecStatus.Ok;
        }

        var overloads = exchange.Contract?.Overloads(exchange.Method).Length ?? 0;
        return Refuse(
            header.Serializer,
            overloads > 1
                ? $"names no parameter types, and {exchange.Method} has {overloads} overloads"
                : $"names no parameter types: declare {exchange.Method} in a contract",
            header.IdOffset() + 4);
    }

    /// <summary>The text of an error goes alone; never null, as Java's client takes an error without a text for a result.</summary>
    internal static string MessageOf(Exchange exchange) => exchange.Status == ExchangeStatus.Unimplemented
        ? UnknownNames.TextOf(exchange)
        : exchange.Message ?? exchange.ExceptionType?.Text ?? exchange.Status.ToString();

    /// <summary>A body's fault with its place in the frame.</summary>
    internal static CodecStatus Placed(CodecStatus status, in Wire.FrameHeader header) =>
        status.Offset < 0 ? status : status with { Offset = header.ContentOffset() + status.Offset };

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
