using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Contracts;
using BridgeMesh.Peers;
using BridgeMesh.Testing.Bytes;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace BridgeMesh.Codecs.Protobuf;

public sealed class DescriptorContractsTests
{
    private static readonly byte[] Set = Peer.SetOf(KindsReflection.Descriptor, LegacyReflection.Descriptor);

    [Fact]
    public void Load_FieldsOfEveryForm_AreTyped()
    {
        var kinds = Peer.Kinds.Struct!;
        ProtoField Proto(string name) => kinds.Fields[kinds.Find(name)].Proto!;
        TypeShape Type(string name) => kinds.Fields[kinds.Find(name)].Type;

        Assert.Equal("bridgemesh.test.Kinds", kinds.Proto!.FullName);
        Assert.Equal((111, "json_named"), (Proto("theName").Number, Proto("theName").ProtoName));
        Assert.Equal((ProtoPresence.Implicit, false), (Proto("anInt32").Presence, Type("anInt32").Nullable));
        Assert.Equal((ProtoPresence.Explicit, true), (Proto("maybeInt32").Presence, Type("maybeInt32").Nullable));
        Assert.Null(Proto("maybeInt32").Oneof);
        Assert.Equal("choice", Proto("chosenInt32").Oneof);
        Assert.Equal((true, false), (Proto("int32s").Packed, Proto("looseInt32s").Packed));
        Assert.Equal((ShapeKind.Map, ShapeKind.Int64, ShapeKind.Float64), (Type("bySint64").Kind, Type("bySint64").Key!.Kind, Type("bySint64").Element!.Kind));
        Assert.Equal((ShapeKind.Instant, "java.util.Date"), (Type("aTime").Kind, Type("aTime").JavaType.Text));
        Assert.Equal((ShapeKind.UInt32, "long"), (Type("aFixed32").Kind, Type("aFixed32").JavaType.Text));
        Assert.Same(Peer.Kinds, Type("aMessage"));
        Assert.Equal([0, 1, 1, 7, -3], Type("aColour").Enum!.Proto!.Numbers.ToArray());
        Assert.False(Type("aColour").Enum!.Proto!.IsClosed);

        var legacy = Peer.Legacy.Struct!;
        Assert.Equal((ProtoPresence.Required, "nobody"), (legacy.Fields[0].Proto!.Presence, legacy.Fields[1].Proto!.Default));
        Assert.Equal(ProtoKind.Group, legacy.Fields[legacy.Find("single")].Type.Proto);
        Assert.True(legacy.Fields[legacy.Find("size")].Type.Enum!.Proto!.IsClosed);
    }

    [Fact]
    public void Load_Editions_TakeTheirFeatures()
    {
        var file = File("e.proto", "editions");
        file.MessageType.Add(new DescriptorProto
        {
            Name = "M",
            Field =
            {
                Field("explicit", 1, FieldDescriptorProto.Types.Type.Int32),
                With(Field("implicit", 2, FieldDescriptorProto.Types.Type.Int32), [0x08, 0x02]),
                With(Field("required", 3, FieldDescriptorProto.Types.Type.Int32), [0x08, 0x03]),
                With(Field("expanded", 4, FieldDescriptorProto.Types.Type.Int32, repeated: true), [0x18, 0x02]),
            },
        });
        var fields = Loaded(file).Types["t.M"].Struct!.Fields;
        Assert.Equal([ProtoPresence.Explicit, ProtoPresence.Implicit, ProtoPresence.Required], fields.Take(3).Select(f => f.Proto!.Presence));
        Assert.False(fields[3].Proto!.Packed);
    }

    [Fact]
    public void Load_EverythingWrong_IsToldTogether()
    {
        var file = File("bad.proto", "proto3");
        file.Dependency.Add("other/missing.proto");
        file.MessageType.Add(new DescriptorProto
        {
            Name = "M",
            Field =
            {
                Field("a", 1, FieldDescriptorProto.Types.Type.Int32),
                Field("b", 1, FieldDescriptorProto.Types.Type.Int32),
                Field("c", 19_500, FieldDescriptorProto.Types.Type.Int32),
                new FieldDescriptorProto { Name = "d", Number = 5, Type = FieldDescriptorProto.Types.Type.Message, TypeName = ".t.Nobody" },
            },
        });
        file.EnumType.Add(new EnumDescriptorProto { Name = "Empty" });
        file.Service.Add(new ServiceDescriptorProto { Name = "S", Method = { new MethodDescriptorProto { Name = "Get", InputType = ".t.M", OutputType = ".t.Gone" } } });
        var loaded = DescriptorContracts.Load([("bad.binpb", new FileDescriptorSet { File = { file } }.ToByteArray()), ("worse.binpb", [0x0A, 0x7F])]);

        Assert.Empty(loaded.Contracts);
        Assert.Equal(
            [
                "bad.binpb (bad.proto): imports other/missing.proto, which no set holds",
                "bad.binpb (bad.proto): t.M.b has the number 1, which is taken or no field number",
                "bad.binpb (bad.proto): t.M.c has the number 19500, which is taken or no field number",
                "bad.binpb (bad.proto): t.M.d is of the type 't.Nobody', which no set declares",
                "bad.binpb (bad.proto): t.S/Get has the message 't.Gone', which no set declares",
                "bad.binpb (bad.proto): the enum t.Empty has no values",
                "worse.binpb: this is no FileDescriptorSet: broken at offset 2",
            ],
            loaded.Problems.Select(p => $"{p.File}: {p.Message}").Order(StringComparer.Ordinal));
        Assert.All(loaded.Problems, p => Assert.NotEmpty(p.Cure));
    }

    [Fact]
    public void Load_TheSameFileFromTwoSets_CountsOnce()
    {
        var loaded = DescriptorContracts.Load([("a", Set), ("b", Set)]);
        Assert.Empty(loaded.Problems);
        Assert.Single(loaded.Contracts);
    }

    [Fact]
    public void Load_TwoFilesOfOneName_AreAProblemOfTheLater()
    {
        static byte[] SetOf(string field, string comment = "", string syntax = "proto3")
        {
            var file = File("common.proto", syntax);
            file.MessageType.Add(new DescriptorProto { Name = "M", Field = { Field(field, 1, FieldDescriptorProto.Types.Type.Int32) } });
            if (comment.Length > 0)
            {
                file.SourceCodeInfo = new SourceCodeInfo { Location = { new SourceCodeInfo.Types.Location { LeadingComments = comment } } };
                file.Options = new Google.Protobuf.Reflection.FileOptions { JavaPackage = "com.acme" };
            }

            return new FileDescriptorSet { File = { file } }.ToByteArray();
        }

        var problem = Assert.Single(DescriptorContracts.Load([("a.binpb", SetOf("id")), ("b.binpb", SetOf("name"))]).Problems);
        Assert.Equal(("b.binpb (common.proto)", "a.binpb holds another file of this name"), (problem.File, problem.Message));
        problem = Assert.Single(DescriptorContracts.Load([("a.binpb", SetOf("id")), ("b.binpb", SetOf("id", syntax: "proto2"))]).Problems);
        Assert.Equal("b.binpb (common.proto)", problem.File);
        Assert.NotEmpty(problem.Cure);

        // protoc leaves comments out, buf keeps them.
        Assert.Empty(DescriptorContracts.Load([("a.binpb", SetOf("id")), ("b.binpb", SetOf("id", "the order's id"))]).Problems);
    }

    [Fact]
    public void DamagedSets_Load_NeverThrow() => Seeded.Run(500, static random =>
    {
        var bytes = Mutation.Of(Set, random);
        var loaded = DescriptorContracts.Load([("damaged", bytes)]);
        foreach (var (_, type) in loaded.Types)
        {
            if (type.Struct is not null)
            {
                // A shape that loaded can be read by, whatever became of it.
                using var tape = new Values.ValueTape();
                ProtobufPayloadCodec.Instance.Read(new System.Buffers.ReadOnlySequence<byte>([0x08, 0x01, 0x12, 0x00]), type, ValuePolicy.Default, tape);
            }
        }
    });

    private static DescriptorResult Loaded(FileDescriptorProto file)
    {
        var loaded = DescriptorContracts.LoadFiles("reflection", [file.ToByteArray()]);
        Assert.Empty(loaded.Problems);
        return loaded;
    }

    private static FileDescriptorProto File(string name, string syntax) => new() { Name = name, Package = "t", Syntax = syntax };

    private static FieldDescriptorProto Field(string name, int number, FieldDescriptorProto.Types.Type type, bool repeated = false) => new()
    {
        Name = name,
        Number = number,
        Type = type,
        Label = repeated ? FieldDescriptorProto.Types.Label.Repeated : FieldDescriptorProto.Types.Label.Optional,
    };

    // FieldOptions.features, 21, which this version of the library does not know.
    private static FieldDescriptorProto With(FieldDescriptorProto field, byte[] features)
    {
        field.Options = FieldOptions.Parser.ParseFrom([0xAA, 0x01, (byte)features.Length, .. features]);
        return field;
    }
}
