using System.Buffers;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Contracts;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace BridgeMesh.Codecs.Protobuf;

/// <summary>Protobuf's own library, and our codec under the contract that the same descriptors give.</summary>
internal static class Peer
{
    internal static readonly DescriptorResult Loaded = DescriptorContracts.Load(
        [("test.binpb", SetOf(Peers.KindsReflection.Descriptor, Peers.LegacyReflection.Descriptor, Peers.PricesReflection.Descriptor))]);

    internal static TypeShape Kinds => Shape("bridgemesh.test.Kinds");

    internal static TypeShape Fewer => Shape("bridgemesh.test.Fewer");

    internal static TypeShape Many => Shape("bridgemesh.test.Many");

    internal static TypeShape Legacy => Shape("bridgemesh.legacy.Legacy");

    internal static TypeShape Prices => Shape("bridgemesh.prices.Prices");

    internal static ValuePolicy ProtoJson { get; } = new() { ProtoJson = true, RejectUnknown = true };

    internal static TypeShape Shape(string fullName)
    {
        Assert.True(Loaded.Problems.IsEmpty, string.Join('\n', Loaded.Problems));
        return Loaded.Types[fullName];
    }

    /// <summary>A descriptor set of the files and of all that they import, which come first.</summary>
    internal static byte[] SetOf(params FileDescriptor[] files)
    {
        var set = new FileDescriptorSet();
        var seen = new HashSet<string>();
        void Add(FileDescriptor file)
        {
            if (seen.Add(file.Name))
            {
                foreach (var dependency in file.Dependencies)
                {
                    Add(dependency);
                }

                set.File.Add(FileDescriptorProto.Parser.ParseFrom(file.SerializedData));
            }
        }

        Array.ForEach(files, Add);
        return set.ToByteArray();
    }

    internal static ValueTape Read(byte[] bytes, TypeShape shape, TapeBudget? budget = null)
    {
        var tape = new ValueTape(budget);
        var status = ProtobufPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(bytes), shape, ValuePolicy.Default, tape);
        Assert.True(status.IsOk, $"{Convert.ToHexString(bytes)}: {status}");
        return tape;
    }

    internal static CodecStatus Fault(string hex, TypeShape shape, TapeBudget? budget = null)
    {
        using var tape = new ValueTape(budget);
        var status = ProtobufPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(Convert.FromHexString(hex)), shape, ValuePolicy.Default, tape);
        Assert.False(status.IsOk, $"{hex} reads as {TapeText.Of(tape)}");
        Assert.Equal(0, tape.Depth);
        return status;
    }

    internal static byte[] Write(ValueTape tape, TypeShape shape)
    {
        using var output = new FrameWriter();
        var status = ProtobufPayloadCodec.Instance.Write(tape, 0, shape, ValuePolicy.Default, output);
        Assert.True(status.IsOk, $"{status} for {TapeText.Of(tape)}");
        return output.Written.ToArray();
    }

    internal static CodecStatus WriteFault(Action<ValueTape> fill, TypeShape shape, ValuePolicy? policy = null)
    {
        using var tape = new ValueTape();
        fill(tape);
        using var output = new FrameWriter();
        var status = ProtobufPayloadCodec.Instance.Write(tape, 0, shape, policy ?? ValuePolicy.Default, output);
        Assert.False(status.IsOk, Convert.ToHexString(output.Written));
        Assert.Equal(0, output.Length);
        return status;
    }

    internal static byte[] Again(byte[] bytes, TypeShape shape)
    {
        using var tape = Read(bytes, shape);
        return Write(tape, shape);
    }

    internal static string Text(byte[] bytes, TypeShape shape)
    {
        using var tape = Read(bytes, shape);
        return TapeText.Of(tape);
    }
}
