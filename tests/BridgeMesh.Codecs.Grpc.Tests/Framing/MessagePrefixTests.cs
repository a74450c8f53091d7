using System.Buffers;
using BridgeMesh.Codecs.Grpc.Framing;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Grpc.Tests.Framing;

public sealed class MessagePrefixTests
{
    private static readonly byte[] Message = [1, 0, 0, 0, 3, 7, 8, 9];

    [Fact]
    public void Read_EveryCut_SaysWhetherTheMessageIsWhole()
    {
        for (var length = 0; length <= Message.Length; length++)
        {
            var status = MessagePrefix.Read(new ReadOnlySequence<byte>(Message, 0, length), 1_024, out var prefix, out var whole);
            Assert.True(status.IsOk);
            Assert.Equal(length == Message.Length, whole);
            Assert.Equal(length < MessagePrefix.Bytes ? default : new MessagePrefix(1, 3), prefix);
        }
    }

    [Fact]
    public void Read_OneByteSegments_ReadsTheSame()
    {
        var status = MessagePrefix.Read(SegmentedBytes.OneByteEach(Message), 1_024, out var prefix, out var whole);
        Assert.True(status.IsOk && whole && prefix.IsCompressed);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 11 }, CodecError.OverBudget)]
    [InlineData(new byte[] { 0, 0x40, 0, 0, 0 }, CodecError.OverBudget)]
    [InlineData(new byte[] { 0, 0xff, 0xff, 0xff, 0xff }, CodecError.OverBudget)]
    [InlineData(new byte[] { 2, 0, 0, 0, 1 }, CodecError.Malformed)]
    [InlineData(new byte[] { 0x50, 0x52, 0x49, 0x20, 0x2a }, CodecError.Malformed)]
    public void Read_BadPrefix_IsRefusedBeforeTheMessageArrives(byte[] head, CodecError error)
    {
        var status = MessagePrefix.Read(new ReadOnlySequence<byte>(head), 10, out _, out var whole);
        Assert.Equal(error, status.Error);
        Assert.False(whole);
    }

    [Fact]
    public void Write_Prefix_ReadsBack()
    {
        var head = new byte[MessagePrefix.Bytes];
        new MessagePrefix(0x80, 300).Write(head);
        Assert.True(MessagePrefix.Read(new ReadOnlySequence<byte>(head), 1_024, out var prefix, out var whole, endFlag: 0x80).IsOk);
        Assert.False(MessagePrefix.Read(new ReadOnlySequence<byte>(head), 1_024, out _, out _).IsOk);
        Assert.True(prefix is { IsEnd: true, IsCompressed: false, Length: 300 } && !whole);
    }
}
