using System.Buffers;
using System.IO.Pipelines;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Tests.Framing;

public sealed class MessageReaderTests
{
    private static readonly MessageFraming Framing = new("encoding", "accept") { EndFlag = 2 };

    [Fact]
    public async Task ReadAsync_EveryStep_GivesTheSameMessages()
    {
        byte[] body = [.. Frame(0, "one"u8), .. Frame(0, []), .. Frame(1, Packed("three")), .. Frame(2, "{}"u8), 9, 9];
        for (var step = 1; step <= body.Length; step++)
        {
            var pipe = PipeReader.Create(new DripStream(body, step));
            using var reader = new MessageReader(pipe, Framing, "gzip", 1_024);
            Assert.Equal((MessageStep.Message, "one"), await NextAsync(reader));
            Assert.Equal((MessageStep.Message, string.Empty), await NextAsync(reader));
            Assert.Equal((MessageStep.Message, "three"), await NextAsync(reader));
            Assert.Equal((MessageStep.EndFrame, "{}"), await NextAsync(reader));
        }
    }

    [Fact]
    public async Task ReadAsync_EveryCut_EndsBetweenMessagesAlone()
    {
        byte[] body = [.. Frame(0, "one"u8), .. Frame(0, "two"u8)];
        for (var length = 0; length < body.Length; length++)
        {
            var pipe = PipeReader.Create(new DripStream(body[..length], 3));
            using var reader = new MessageReader(pipe, Framing, null, 1_024);
            var step = await reader.ReadAsync(CancellationToken.None);
            if (step == MessageStep.Message)
            {
                step = await reader.ReadAsync(CancellationToken.None);
            }

            Assert.Equal((length, length is 0 or 8 ? MessageStep.Ended : MessageStep.Fault), (length, step));
            Assert.Equal(step == MessageStep.Fault ? CodecError.Truncated : CodecError.None, reader.Fault.Error);
        }
    }

    [Theory]
    [InlineData(new byte[] { 4, 0, 0, 0, 0 }, CodecError.Malformed)]
    [InlineData(new byte[] { 0, 0, 0, 4, 1 }, CodecError.OverBudget)]
    [InlineData(new byte[] { 1, 0, 0, 0, 4, 9, 9, 9, 9 }, CodecError.Malformed)]
    public async Task ReadAsync_ABadFrame_IsAFault(byte[] body, CodecError error)
    {
        using var reader = new MessageReader(PipeReader.Create(new DripStream(body, 2)), Framing, "gzip", 1_024);
        Assert.Equal(MessageStep.Fault, await reader.ReadAsync(CancellationToken.None));
        Assert.Equal(error, reader.Fault.Error);
    }

    private static async Task<(MessageStep Step, string Text)> NextAsync(MessageReader reader)
    {
        var step = await reader.ReadAsync(CancellationToken.None);
        return (step, System.Text.Encoding.UTF8.GetString(reader.Message.ToArray()));
    }

    private static byte[] Frame(byte flag, ReadOnlySpan<byte> content)
    {
        var frame = new byte[MessagePrefix.Bytes + content.Length];
        new MessagePrefix(flag, content.Length).Write(frame);
        content.CopyTo(frame.AsSpan(MessagePrefix.Bytes));
        return frame;
    }

    private static byte[] Packed(string text)
    {
        using var output = new FrameWriter();
        MessageEncoding.Pack("gzip", System.Text.Encoding.UTF8.GetBytes(text), output);
        return output.Written.ToArray();
    }
}
