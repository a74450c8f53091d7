using System.Buffers;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Contracts;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Protobuf;
using BridgeMesh.Values;

namespace BridgeMesh.Fuzz.Tests.Hardening;

/// <summary>Protobuf messages and descriptors that would cost far more than their bytes.</summary>
public sealed class ProtobufBombTests
{
    private const int Levels = 5_000;
    private const long Megabyte = 1 << 20;
    private const int MessageField = 11;
    private const int GroupField = 10;

    private static readonly TypeShape Proto3 = ProtoCorpus.Load(ProtoSchema.Every("proto3")).Types["fuzz.proto3.Every"];
    private static readonly TypeShape Proto2 = ProtoCorpus.Load(ProtoSchema.Every("proto2")).Types["fuzz.proto2.Every"];

    [Fact]
    public void Message_NestedFarTooDeep_IsOverBudgetAndCheap() => Refused(Nested(MessageField), Proto3, CodecError.OverBudget);

    [Theory]
    [InlineData(GroupField)]
    [InlineData(900)]
    public void Group_NestedFarTooDeep_IsOverBudgetAndCheap(int number)
    {
        var bytes = new InputBytes();
        for (var i = 0; i < Levels; i++)
        {
            bytes.AddTag(number, ProtoBytes.BeginGroup);
        }

        for (var i = 0; i < Levels; i++)
        {
            bytes.AddTag(number, ProtoBytes.EndGroup);
        }

        Refused(bytes.Span.ToArray(), Proto2, CodecError.OverBudget);
    }

    [Theory]
    [InlineData(9, 1u << 30)]
    [InlineData(12, 1u << 30)]
    [InlineData(MessageField, 1u << 30)]
    [InlineData(44, 1u << 30)]
    [InlineData(9, uint.MaxValue)]
    public void Length_DeclaredGigabyte_IsRefusedWithoutMemory(int number, uint length)
    {
        var bytes = new InputBytes();
        bytes.AddTag(number, ProtoBytes.Length);
        bytes.AddVarint(length);
        bytes.Add("few"u8);
        Refused(bytes.Span.ToArray(), Proto3, error: null);
    }

    [Fact]
    public void PackedValues_MoreThanTheBudget_AreRefused()
    {
        var bytes = new InputBytes();
        bytes.AddBlock(48, new byte[1 << 20]);
        var small = TapeBudget.Default with { MaxTokens = 1_000 };
        using var tape = new ValueTape(small);
        var status = ProtobufPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(bytes.Memory), Proto3, ValuePolicy.Default, tape);
        Assert.Equal(CodecError.OverBudget, status.Error);
        Assert.InRange(tape.Count, 0, 1_001);
    }

    [Fact]
    public void Message_EveryHalfOfIt_IsRefusedOrShorter()
    {
        var bytes = new InputBytes();
        new ProtoGrammar().Write(bytes, new FuzzRandom(5), ProtoSchema.Every("proto3"), ".fuzz.proto3.Every");
        using var tape = new ValueTape();
        for (var length = 0; length < bytes.Length; length++)
        {
            tape.Reset();
            var status = ProtobufPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(bytes.Memory[..length]), Proto3, ValuePolicy.Default, tape);
            Assert.True(status.IsOk || !string.IsNullOrEmpty(status.Detail));
            Assert.Equal(0, tape.Depth);
        }
    }

    [Fact]
    public void Descriptor_MessagesNestedFarTooDeep_IsAProblem()
    {
        var (inner, outer) = (new InputBytes(), new InputBytes());
        for (var i = 0; i < Levels; i++)
        {
            outer.Clear();
            outer.AddText(1, "M");
            outer.AddBlock(3, inner.Span);
            (inner, outer) = (outer, inner);
        }

        var set = Set(f => f.AddBlock(4, inner.Span));
        Assert.NotEmpty(DescriptorContracts.Load([("deep", set)]).Problems);
    }

    private static byte[] Nested(int number)
    {
        var (inner, outer) = (new InputBytes(), new InputBytes());
        for (var i = 0; i < Levels; i++)
        {
            outer.Clear();
            outer.AddBlock(number, inner.Span);
            (inner, outer) = (outer, inner);
        }

        return inner.Span.ToArray();
    }

    private static byte[] Set(Action<InputBytes> write)
    {
        var (file, set) = (new InputBytes(), new InputBytes());
        file.AddText(1, "bomb.proto");
        write(file);
        file.AddText(12, "proto3");
        set.AddBlock(1, file.Span);
        return set.Span.ToArray();
    }

    private static void Refused(byte[] bytes, TypeShape shape, CodecError? error)
    {
        using var tape = new ValueTape();
        var status = CodecStatus.Ok;
        var allocated = Peer.Allocated(() => status = ProtobufPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(bytes), shape, ValuePolicy.Default, tape));
        Assert.False(status.IsOk);
        Assert.Equal(error ?? status.Error, status.Error);
        Assert.InRange(allocated, 0, Megabyte);
        Assert.Equal(0, tape.Depth);
    }
}
