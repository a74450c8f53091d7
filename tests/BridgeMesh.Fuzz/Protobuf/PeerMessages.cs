using BridgeMesh.Codecs.Protobuf;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Contracts;
using BridgeMesh.Peers;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace BridgeMesh.Fuzz.Protobuf;

/// <summary>A message class of protobuf's own library, its contract, and messages to begin from.</summary>
internal sealed record PeerMessage(TypeShape Shape, MessageParser Parser, MessageDescriptor Descriptor, byte[][] Samples);

/// <summary>The messages that the protobuf targets are about. Immutable; shared by all workers.</summary>
internal static class PeerMessages
{
    private const int SamplesEach = 200;
    private const int Seed = 20_240_506;

    private static readonly DescriptorResult Loaded = DescriptorContracts.LoadFiles(
        "peers",
        Files(KindsReflection.Descriptor).Concat(Files(LegacyReflection.Descriptor)).Distinct()
            .Select(static f => (ReadOnlyMemory<byte>)f.SerializedData.ToByteArray()));

    internal static PeerMessage[] All { get; } =
    [
        Of(Kinds.Parser, Kinds.Descriptor),
        Of(Legacy.Parser, Legacy.Descriptor),
        Of(Many.Parser, Many.Descriptor),
    ];

    internal static TypeRegistry Types { get; } = TypeRegistry.FromFiles(
        KindsReflection.Descriptor,
        Google.Protobuf.WellKnownTypes.TimestampReflection.Descriptor,
        Google.Protobuf.WellKnownTypes.WrappersReflection.Descriptor);

    /// <summary>
    /// Takes out what two right readers may hold differently: an Any's bytes, which we write again in order; proto2's enums, whose unknown
    /// numbers the library takes for values; the sign of a zero, which it does not write; field masks, of which its JSON
    /// reads two capitals in a row as one word.
    /// </summary>
    internal static void Scrub(IMessage message)
    {
        if (message is Google.Protobuf.WellKnownTypes.Value { HasNullValue: true } empty)
        {
            // Its enum has one constant.
            empty.NullValue = Google.Protobuf.WellKnownTypes.NullValue.NullValue;
        }

        if (message is Peers.Google.Decimal { Value: "" } zero)
        {
            zero.Value = "0";
        }

        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.FieldType == FieldType.Enum && (field.File.Syntax == Syntax.Proto2 || field.EnumType.Name == "NullValue"))
            {
                field.Accessor.Clear(message);
            }
            else if (!field.IsRepeated && !field.HasPresence && field.Accessor.GetValue(message) is 0.0 or 0f)
            {
                field.Accessor.Clear(message);
            }

            if (field.FieldType is not (FieldType.Message or FieldType.Group) || field.Accessor.GetValue(message) is not { } value)
            {
                continue;
            }

            if (!field.IsRepeated && field.MessageType.FullName is "google.protobuf.Any" or "google.protobuf.FieldMask")
            {
                field.Accessor.Clear(message);
            }
            else if (value is System.Collections.IDictionary map)
            {
                foreach (var inner in map.Values.OfType<IMessage>())
                {
                    Scrub(inner);
                }
            }
            else if (value is System.Collections.IList list)
            {
                foreach (var inner in list.OfType<IMessage>())
                {
                    Scrub(inner);
                }
            }
            else if (value is IMessage inner)
            {
                Scrub(inner);
            }
        }
    }

    private static PeerMessage Of(MessageParser parser, MessageDescriptor descriptor)
    {
        if (!Loaded.Problems.IsEmpty)
        {
            throw new InvalidOperationException(string.Join('\n', Loaded.Problems));
        }

        var messages = new RandomMessages(new Random(Seed));
        var samples = Enumerable.Range(0, SamplesEach)
            .Select(_ => messages.Fill((IMessage)Activator.CreateInstance(descriptor.ClrType)!, depth: 2, percent: 12).ToByteArray())
            .ToArray();
        return new PeerMessage(Loaded.Types[descriptor.FullName], parser.WithDiscardUnknownFields(true), descriptor, samples);
    }

    private static IEnumerable<FileDescriptor> Files(FileDescriptor file) => file.Dependencies.SelectMany(Files).Append(file);
}
