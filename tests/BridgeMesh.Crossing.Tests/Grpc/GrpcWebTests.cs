using System.Net;
using System.Text;
using BridgeMesh.Crossing.Gateways;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Crossing.Grpc;

/// <summary>gRPC-Web at the gRPC listener, in both forms and over both versions of HTTP.</summary>
public sealed class GrpcWebTests
{
    private const string Binary = "application/grpc-web+proto";
    private const string Text = "application/grpc-web-text";

    [Theory]
    [InlineData("bolt", Binary, "1.1")]
    [InlineData("dubbo", Text, "1.1")]
    [InlineData("http", Binary, "2.0")]
    [InlineData("grpc", Text, "2.0")]
    [InlineData("grpc", "application/grpc-web", "1.1")]
    public async Task AUnaryCall_ToEachProtocol_GetsItsMessageAndTrailersInTheBody(string to, string contentType, string version)
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, version);
        var (_, frames) = await CallAsync(client, to, "place", contentType, GrpcCaller.Frame(GrpcShop.RequestOf("place")));
        Assert.Equal([0, 0x80], frames.Select(static f => f.Flag));
        Assert.Equal(GrpcShop.ResponseOf("place"), frames[0].Content);
        Assert.Equal("grpc-status:0\r\n", Encoding.ASCII.GetString(frames[1].Content));
    }

    [Theory]
    [InlineData(Binary)]
    [InlineData(Text)]
    public async Task AFault_IsInTheBodyAlone(string contentType)
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, "1.1");
        var (response, frames) = await CallAsync(client, "bolt", "vanish", contentType, GrpcCaller.Frame([]));
        using (response)
        {
            var end = Assert.Single(frames);
            Assert.StartsWith("grpc-status:12\r\ngrpc-message:", Encoding.ASCII.GetString(end.Content), StringComparison.Ordinal);
            Assert.Equal((HttpStatusCode.OK, false), (response.StatusCode, response.Headers.Contains("grpc-status")));
        }
    }

    [Theory]
    [InlineData(Binary, "1.1")]
    [InlineData(Text, "1.1")]
    [InlineData(Text, "2.0")]
    public async Task AStream_HasEachMessageAndItsTrailersInTheBody(string contentType, string version)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(
            GrpcShop.Contract.Replace("touch:", "watch: { parameters: { id: string }, returns: string, streams: replies }\n      touch:", StringComparison.Ordinal),
            grpc: static async context =>
            {
                await context.ReadMessageAsync();
                await context.BeginAsync();
                for (var i = 0; i < 3; i++)
                {
                    await context.WriteMessageAsync(ProtoBytes.Message((1, new string('x', i + 1))));
                }

                context.End();
                context.Response.AppendTrailer("x-trailer", "t");
            });
        using var client = Client(gateway, version);
        var (_, frames) = await CallAsync(client, "grpc", "watch", contentType, GrpcCaller.Frame(GrpcShop.RequestOf("place")));
        Assert.Equal([0, 0, 0, 0x80], frames.Select(static f => f.Flag));
        Assert.Equal("xxx", ProtoBytes.Text(frames[2].Content, 1));
        Assert.Equal("grpc-status:0\r\nx-trailer:t\r\n", Encoding.ASCII.GetString(frames[3].Content));
    }

    [Fact]
    public async Task Base64InPieces_IsReadAsOne()
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, "1.1");
        var frame = GrpcCaller.Frame(GrpcShop.RequestOf("place"));
        var pieces = Convert.ToBase64String(frame[..5]) + Convert.ToBase64String(frame[5..6]) + Convert.ToBase64String(frame[6..]);
        using var response = await client.PostAsync("/com.acme.BoltService/place", Text, Encoding.ASCII.GetBytes(pieces));
        Assert.Equal(GrpcShop.ResponseOf("place"), FramesOf(Text, await response.Content.ReadAsByteArrayAsync())[0].Content);
    }

    [Theory]
    [InlineData("AAAAAAE*", 3)]
    [InlineData("AAAAA", 3)]
    [InlineData("====", 3)]
    [InlineData("", 3)]
    [InlineData("AAAAAAA=!!!!", 12)]
    public async Task WhatIsNoBase64_IsRefusedByItsFraming(string body, int code)
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, "1.1");
        using var response = await client.PostAsync("/com.acme.BoltService/place", Text, Encoding.ASCII.GetBytes(body));
        var end = Assert.Single(FramesOf(Text, await response.Content.ReadAsByteArrayAsync()));
        Assert.StartsWith($"grpc-status:{code}\r\n", Encoding.ASCII.GetString(end.Content), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grpc_OverHttp11_IsToldToUpgrade()
    {
        await using var gateway = await StartAsync();
        using var client = Client(gateway, "1.1");
        using var response = await client.PostAsync("/com.acme.BoltService/place", "application/grpc", GrpcCaller.Frame([]));
        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    private static Task<GatewayUnderTest> StartAsync() =>
        GatewayUnderTest.StartAsync(GrpcShop.Contract, GrpcShop.AnswerFramed, GrpcShop.AnswerHttp, GrpcCallee.Unary(GrpcShop.AnswerGrpc));

    private static WebCaller Client(GatewayUnderTest gateway, string version) => new(gateway.PortOf(GatewayUnderTest.Grpc), Version.Parse(version));

    private static async Task<(HttpResponseMessage Response, List<(byte Flag, byte[] Content)> Frames)> CallAsync(
        WebCaller client, string to, string method, string contentType, byte[] body)
    {
        var sent = contentType == Text ? Encoding.ASCII.GetBytes(Convert.ToBase64String(body)) : body;
        var response = await client.PostAsync($"/{GatewayUnderTest.ServiceOf(to).Interface}/{method}", contentType, sent, ("x-grpc-web", "1"));
        return (response, FramesOf(contentType, await response.Content.ReadAsByteArrayAsync()));
    }

    private static List<(byte Flag, byte[] Content)> FramesOf(string contentType, byte[] body) =>
        WebCaller.Frames(contentType == Text ? WebCaller.Unpack(body) : body);
}
