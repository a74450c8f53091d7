using BridgeMesh.Contracts;
using BridgeMesh.Gateway.Configuration;

namespace BridgeMesh.Gateway.Tests.Configuration;

public sealed class ContractFilesTests : IDisposable
{
    // demo.proto: service demo.Orders { rpc Find (FindRequest) returns (Order); }, Order { string id = 1; sint64 cents = 2; }
    private const string DemoSet =
        "CpoBCgpkZW1vLnByb3RvEgRkZW1vIh0KC0ZpbmRSZXF1ZXN0Eg4KAmlkGAEgASgJUgJpZCItCgVPcmRlchIOCgJpZBgBIAEoCVICaWQSFAoFY2VudHMYAiABKBJSBWNlbnRzMjAK"
        + "Bk9yZGVycxImCgRGaW5kEhEuZGVtby5GaW5kUmVxdWVzdBoLLmRlbW8uT3JkZXJiBnByb3RvMw==";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_YamlAndDescriptorSets_GivesBoth()
    {
        var yaml = _folder.Write("a.yaml", "services: { com.acme.A: { methods: { ping: {} } } }");
        var text = _folder.Write("demo.b64", DemoSet + "\n");
        var binary = _folder.File("again.binpb");
        File.WriteAllBytes(binary, Convert.FromBase64String(DemoSet));

        var loaded = ContractFiles.Load([yaml, text, binary]);

        Assert.Empty(loaded.Problems);
        Assert.Equal(["com.acme.A", "demo.Orders"], loaded.Contracts.Select(c => c.Service.Interface));
        var find = Assert.Single(loaded.Contracts[1].Methods);
        Assert.Equal(("Find", "demo.FindRequest", "demo.Order"), (find.Name, find.Proto.Request.JavaType.Text, find.Returns.JavaType.Text));
        Assert.Equal(ProtoKind.SInt64, find.Returns.Struct!.Fields[1].Type.Proto);
        Assert.True(loaded.Contracts[1].Policy.ProtoJson);
    }

    [Fact]
    public void Load_WhatIsBroken_IsToldTogether()
    {
        var yaml = _folder.Write("a.yaml", "servises: {}");
        var set = _folder.Write("bad.binpb", "this is no descriptor set");

        var loaded = ContractFiles.Load([yaml, set, _folder.File("gone.desc")]);

        Assert.Empty(loaded.Contracts);
        Assert.Contains(loaded.Problems, p => p.File == yaml && p.Line == 1);
        Assert.Contains(loaded.Problems, p => p.File == set && p.Message.StartsWith("this is no FileDescriptorSet", StringComparison.Ordinal));
        Assert.Contains(loaded.Problems, p => p.File.EndsWith("gone.desc", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_AServiceInBothKinds_IsAProblem()
    {
        var yaml = _folder.Write("a.yaml", "services: { demo.Orders: { methods: { ping: {} } } }");
        var set = _folder.Write("demo.b64", DemoSet);
        Assert.Contains("demo.Orders", Assert.Single(ContractFiles.Load([yaml, set]).Problems).Message, StringComparison.Ordinal);
    }
}
