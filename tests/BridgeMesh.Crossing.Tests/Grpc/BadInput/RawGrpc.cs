using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Testing.Http2;

namespace BridgeMesh.Crossing.Grpc.BadInput;

/// <summary>gRPC's requests and answers as frames.</summary>
internal static class RawGrpc
{
    internal const string Place = "/com.acme.BoltService/place";

    /// <summary>A whole message of <c>place</c> with its prefix.</summary>
    internal static byte[] PlaceMessage => GrpcCaller.Frame(GrpcShop.RequestOf("place"));

    internal static Http2Frame Head(int stream, string path = Place, bool endStream = false, params (string Name, string Value)[] more) =>
        Http2Frame.Headers(stream, HeadBlock(path, more), endStream);

    internal static byte[] HeadBlock(string path = Place, params (string Name, string Value)[] more) => HeaderBlock.Write(
    [
        (":method", "POST"), (":scheme", "http"), (":authority", "localhost"), (":path", path),
        ("content-type", "application/grpc"), ("te", "trailers"), .. more,
    ]);

    /// <summary>A call that is right.</summary>
    internal static Http2Frame[] Call(int stream, string path = Place) => [Head(stream, path), Http2Frame.Data(stream, PlaceMessage, endStream: true)];

    /// <summary>An answer's head without its end.</summary>
    internal static Http2Frame AnswerHead(int stream, params (string Name, string Value)[] more) =>
        Http2Frame.Headers(stream, HeaderBlock.Write([(":status", "200"), ("content-type", "application/grpc"), .. more]));

    internal static Http2Frame Trailers(int stream, params (string Name, string Value)[] trailers) =>
        Http2Frame.Headers(stream, HeaderBlock.Write(trailers.Length == 0 ? [("grpc-status", "0")] : trailers), endStream: true);

    /// <summary>An answer that is right.</summary>
    internal static Http2Frame[] Answer(int stream) =>
    [
        AnswerHead(stream),
        Http2Frame.Data(stream, GrpcCaller.Frame(ProtoBytes.Message((1, "placed"))), endStream: false),
        Trailers(stream),
    ];

    internal static void AssertPlaced(Http2Answer answer)
    {
        Assert.Equal(("0", string.Empty), (answer.GrpcStatus, answer.GrpcMessage));
        Assert.Equal(GrpcCaller.Frame(GrpcShop.ResponseOf("place")), answer.Body);
    }

    /// <summary>A caller who has nothing to do with the one that misbehaves is served, and nothing stays in flight.</summary>
    /// <param name="isAlone">False while another call is to go on.</param>
    internal static async Task AssertHealthyAsync(GatewayUnderTest gateway, bool isAlone = true)
    {
        var answer = await gateway.UnaryAsync("bolt", "place", GrpcShop.RequestOf("place"));
        Assert.Equal((0, string.Empty), (answer.Code, answer.Message));
        if (isAlone)
        {
            await gateway.SettledAsync();
        }
    }
}
