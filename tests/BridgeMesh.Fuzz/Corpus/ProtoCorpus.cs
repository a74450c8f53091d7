using System.Buffers;
using System.Collections.Immutable;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Contracts;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Json;
using BridgeMesh.Fuzz.Protobuf;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Corpus;

/// <summary>A type, with messages of it and their canonical JSON.</summary>
internal sealed record ProtoSamples(TypeShape Shape, ImmutableArray<byte[]> Messages, ImmutableArray<JsonSample> Texts);

/// <summary>Types from descriptors and from contracts without any, each with messages. Immutable; shared by all workers.</summary>
internal sealed class ProtoCorpus
{
    private const int MadeMessages = 60;

    private static readonly ValuePolicy ProtoJson = new() { ProtoJson = true };

    internal ProtoCorpus(ulong seed, ImmutableArray<TypeShape> contractShapes)
    {
        var types = ImmutableArray.CreateBuilder<ProtoSamples>();
        foreach (var syntax in (string[])["proto3", "proto2"])
        {
            var schema = ProtoSchema.Every(syntax);
            types.Add(OfSchema(schema, seed));
        }

        types.AddRange(contractShapes.Select((shape, i) => OfContract(shape, seed, i)));
        Types = types.ToImmutable();
    }

    internal ImmutableArray<ProtoSamples> Types { get; }

    /// <summary>One of the two types from descriptors in every other case.</summary>
    internal ProtoSamples Of(byte pick) => (pick & 1) == 0 ? Types[(pick >> 1) & 1] : Types[(pick >> 1) % Types.Length];

    internal static DescriptorResult Load(ProtoSchema schema)
    {
        var set = new InputBytes();
        schema.WriteSet(set);
        return DescriptorContracts.Load([("fuzz.binpb", set.Span.ToArray())]);
    }

    private static ProtoSamples OfSchema(ProtoSchema schema, ulong seed)
    {
        var loaded = Load(schema);
        if (!loaded.Problems.IsEmpty)
        {
            throw new InvalidDataException(string.Join('\n', loaded.Problems));
        }

        var grammar = new ProtoGrammar();
        var bytes = new InputBytes();
        var name = schema.Messages[0].FullName;
        var messages = ImmutableArray.CreateBuilder<byte[]>();
        for (var i = 0; i < MadeMessages * 4; i++)
        {
            bytes.Clear();
            grammar.Write(bytes, new FuzzRandom(seed, FuzzRandom.StreamOf(name), (ulong)i), schema, $".{name}");
            messages.Add(bytes.Span.ToArray());
        }

        return With(loaded.Types[name], messages.ToImmutable());
    }

    private static ProtoSamples OfContract(TypeShape shape, ulong seed, int ordinal)
    {
        var typed = new TypedJsonGrammar();
        var text = new InputBytes();
        using var tape = new ValueTape();
        using var output = new FrameWriter();
        var messages = ImmutableArray.CreateBuilder<byte[]>();
        for (var i = 0; i < MadeMessages; i++)
        {
            text.Clear();
            tape.Reset();
            output.Clear();
            typed.Write(text, new FuzzRandom(seed, (ulong)(100 + ordinal), (ulong)i), shape, faultsPer10000: 0);
            if (JsonPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(text.Memory), shape, ValuePolicy.Default, tape).IsOk
                && ProtobufPayloadCodec.Instance.Write(tape, 0, shape, ValuePolicy.Default, output).IsOk)
            {
                messages.Add(output.Written.ToArray());
            }
        }

        messages.Add([]);
        return With(shape, messages.ToImmutable());
    }

    private static ProtoSamples With(TypeShape shape, ImmutableArray<byte[]> messages)
    {
        var texts = ImmutableArray.CreateBuilder<JsonSample>();
        using var tape = new ValueTape();
        using var output = new FrameWriter();
        foreach (var message in messages)
        {
            tape.Reset();
            output.Clear();
            if (ProtobufPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(message), shape, ValuePolicy.Default, tape).IsOk
                && JsonPayloadCodec.Instance.Write(tape, 0, shape, ProtoJson, output).IsOk)
            {
                texts.Add(new JsonSample(output.Written.ToArray()));
            }
        }

        return new ProtoSamples(shape, messages, texts.Count == 0 ? [new JsonSample("{}"u8.ToArray())] : texts.ToImmutable());
    }
}
