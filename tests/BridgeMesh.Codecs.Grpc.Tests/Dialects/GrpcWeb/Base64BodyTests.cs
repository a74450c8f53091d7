using System.IO.Pipelines;
using System.Text;
using BridgeMesh.Codecs.Grpc.Dialects.GrpcWeb;
using BridgeMesh.Codecs.Grpc.Tests.Framing;

namespace BridgeMesh.Codecs.Grpc.Tests.Dialects.GrpcWeb;

public sealed class Base64BodyTests
{
    [Fact]
    public async Task ReadAsync_EveryLengthAndStep_GivesTheBytes()
    {
        for (var length = 0; length < 20; length++)
        {
            var bytes = Enumerable.Range(1, length).Select(static i => (byte)i).ToArray();
            var text = Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes) + Convert.ToBase64String(bytes));
            for (var step = 1; step <= text.Length; step++)
            {
                var read = await ReadAsync(text, step);
                Assert.Equal(bytes.Concat(bytes), read);
            }
        }
    }

    [Theory]
    [InlineData("AQI*")]
    [InlineData("AQIDB")]
    [InlineData("A===")]
    [InlineData("AQ=D")]
    [InlineData("AQI_")]
    public async Task ReadAsync_WhatIsNoBase64_EndsInAFlagThatNoMessageHas(string text)
    {
        for (var step = 1; step <= text.Length; step++)
        {
            Assert.Equal(0xff, (await ReadAsync(Encoding.ASCII.GetBytes(text), step))[^1]);
        }
    }

    private static async Task<byte[]> ReadAsync(byte[] text, int step)
    {
        await using var body = new Base64Body(PipeReader.Create(new DripStream(text, step)));
        using var held = new MemoryStream();
        await body.CopyToAsync(held);
        return held.ToArray();
    }
}
