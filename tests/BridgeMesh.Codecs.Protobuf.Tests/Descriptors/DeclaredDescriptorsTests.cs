using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Writing;
using BridgeMesh.Peers;
using BridgeMesh.Testing.Bytes;
using BridgeMesh.Testing.Contracts;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>Contracts from descriptors, written as YAML and loaded from it.</summary>
public sealed class DeclaredDescriptorsTests
{
    /// <summary>
    /// Not in YAML: the descriptors themselves, with options, and the file's name. The types that an Any or a Value may hold: of a YAML file
    /// all its classes, of descriptors all messages of the load, the well-known ones among them.
    /// </summary>
    private static readonly string[] LeftOut = ["ServiceContract.ProtoFiles", "ServiceContract.File", "ServiceContract.Types", "TypeShape.Subtypes"];

    [Fact]
    public void Declare_OfEveryKindOfField_LoadsToEqualContracts()
    {
        var loaded = Load(Service("bridgemesh.legacy", "LegacyService", LegacyReflection.Descriptor));
        var yaml = Check(loaded, out var notes);
        Assert.Empty(notes);
        Assert.Contains("closed: true", yaml, StringComparison.Ordinal);
        Assert.Contains("presence: implicit", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void Declare_OfReservedNumbersAndNames_KeepsThem()
    {
        var file = Service("t", "S", null);
        file.MessageType.Add(new DescriptorProto
        {
            Name = "M",
            ReservedRange = { new DescriptorProto.Types.ReservedRange { Start = 2, End = 3 }, new DescriptorProto.Types.ReservedRange { Start = 7, End = 10 } },
            ReservedName = { "old_name", "orderId" },
            Field = { new FieldDescriptorProto { Name = "order_id", Number = 1, Type = FieldDescriptorProto.Types.Type.String, Label = FieldDescriptorProto.Types.Label.Optional } },
        });
        file.Service[0].Method.Add(new MethodDescriptorProto { Name = "Get", InputType = ".t.M", OutputType = ".t.M" });
        var loaded = Load(file);
        Assert.Equal("2-2, 7-9, old_name, orderId", string.Join(", ", loaded.Types["t.M"].Struct?.Proto?.Reserved.Select(static r => r.Name ?? $"{r.From}-{r.To}") ?? []));
        Assert.Contains("reserved: [2, 7-9, old_name, orderId]", Check(loaded, out _), StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_ByTheWrittenContract_AreReadAndWrittenAsByTheDescriptors()
    {
        var again = Again(Load(Service("bridgemesh.legacy", "LegacyService", LegacyReflection.Descriptor)), out _, out _);
        TypeShape Request(string service) => again.Single(c => c.Service.Interface == service).Methods[0].Proto.Request;
        Seeded.Run(300, random =>
        {
            var kinds = new RandomMessages(random).Fill(new Kinds()).ToByteArray();
            Assert.Equal(Peer.Again(kinds, Peer.Kinds), Peer.Again(kinds, Request("bridgemesh.test.KindsService")));
            var legacy = new RandomMessages(random).Fill(new Legacy()).ToByteArray();
            Assert.Equal(Peer.Again(legacy, Peer.Legacy), Peer.Again(legacy, Request("bridgemesh.legacy.LegacyService")));
        });
    }

    private static string Check(DescriptorResult loaded, out List<string> notes)
    {
        var again = Again(loaded, out var yaml, out notes);
        var difference = new ContractDifference(LeftOut);
        var differences = difference.Between(loaded.Contracts, again);
        Assert.True(differences.Count == 0, string.Join('\n', differences) + "\n" + yaml);
        return yaml;
    }

    private static ImmutableArray<ServiceContract> Again(DescriptorResult loaded, out string yaml, out List<string> notes)
    {
        Assert.Empty(loaded.Problems);
        notes = [];
        yaml = ContractWriter.Write(ContractDeclarer.Declare("again.yaml", loaded.Contracts, [], notes));
        var again = ContractLoader.LoadTexts(("again.yaml", yaml));
        Assert.True(again.IsOk, string.Join('\n', again.Problems) + "\n" + yaml);
        return again.Contracts;
    }

    private static DescriptorResult Load(FileDescriptorProto own) => DescriptorContracts.Load(
    [
        ("a.binpb", Peer.SetOf(KindsReflection.Descriptor, LegacyReflection.Descriptor, PricesReflection.Descriptor)),
        ("b.binpb", new FileDescriptorSet { File = { own } }.ToByteArray()),
    ]);

    /// <summary>A service that takes and gives every message of a file.</summary>
    private static FileDescriptorProto Service(string package, string name, FileDescriptor? of)
    {
        var service = new ServiceDescriptorProto { Name = name };
        foreach (var message in of?.MessageTypes ?? [])
        {
            service.Method.Add(new MethodDescriptorProto { Name = $"Get{message.Name}", InputType = $".{message.FullName}", OutputType = $".{message.FullName}" });
        }

        var file = new FileDescriptorProto { Name = $"{name}.proto", Package = package, Syntax = "proto3", Service = { service } };
        file.Dependency.AddRange(of is null ? [] : [of.Name]);
        return file;
    }
}
