using System.Runtime.Versioning;
using BridgeMesh.Contracts;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Hosting;
using BridgeMesh.Gateway.Protoc;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Tests.Protoc;

/// <summary>.proto files as contracts, compiled by the protoc that the build brings.</summary>
public sealed class ProtoSourceTests : IDisposable
{
    private const string Orders = """
        syntax = "proto3";
        package acme.order.v1;
        import "acme/common/money.proto";
        import "google/protobuf/timestamp.proto";
        import "google/protobuf/empty.proto";
        import "google/type/decimal.proto";
        import "google/api/annotations.proto";

        // An order of a customer.
        message Order {
          string id = 1;
          acme.common.Amount amount = 2;
          google.protobuf.Timestamp placed = 3;
          google.type.Decimal rate = 4;
        }

        service Orders {
          // Finds one.
          rpc Get (Order) returns (Order) { option (google.api.http) = { get: "/orders/{id}" }; }
          rpc Ping (google.protobuf.Empty) returns (google.protobuf.Empty);
        }
        """;

    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StopSignal _stop = new();

    public ProtoSourceTests()
    {
        _folder.Write("protos/acme/order/v1/orders.proto", Orders);
        _folder.Write("protos/acme/common/money.proto", "syntax = \"proto3\"; package acme.common; message Amount { string currency = 1; sint64 cents = 2; }");
    }

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("contracts: [protos/]")]
    [InlineData("contracts: [{ path: protos }]")]
    [InlineData("contracts: ['protos/**/*.proto']")]
    [InlineData("contracts: [{ path: protos/acme/order/v1/orders.proto, includes: [protos] }]")]
    [InlineData("contracts: [{ path: protos/acme/order, includes: [protos/] }]")]
    public void Configuration_WithProtoFiles_HasTheirServices(string yaml)
    {
        var outcome = Load(yaml);
        Assert.Empty(outcome.Problems);
        var contract = Assert.Single(outcome.Model?.Contracts ?? []);
        Assert.Equal("acme.order.v1.Orders", contract.Service.Interface);
        var get = contract.Methods[0];
        Assert.Equal(("Get", "Finds one."), (get.Name, get.Doc));
        Assert.Equal("An order of a customer.", get.Returns.Struct?.Doc);
        Assert.Equal([ShapeKind.String, ShapeKind.Struct, ShapeKind.Instant, ShapeKind.Decimal], get.Returns.Struct?.Fields.Select(static f => f.Type.Kind));
    }

    [Fact]
    public void Configuration_WithProtoFiles_WatchesThemAndWhatTheyImport()
    {
        var outcome = Load("contracts: [{ path: protos/acme/order/v1/orders.proto, includes: [protos] }]");
        Assert.NotNull(outcome.Reading);
        var watched = ContractPatterns.Watched(outcome.Reading);
        Assert.Contains(_folder.File("protos/acme/order/v1/orders.proto"), watched);
        Assert.Contains(_folder.File("protos/acme/common/money.proto"), watched);
        Assert.Contains(_folder.File("protos"), ContractPatterns.Directories(outcome.Reading));
    }

    [Fact]
    public void Load_WhatDoesNotCompile_IsToldAllAtOnceWithItsPlace()
    {
        _folder.Write("protos/a.proto", "syntax = \"proto3\";\nmessage A { Foo x = 1; string y = 1; }\n");
        _folder.Write("protos/b.proto", "syntax = \"proto3\";\nimport \"gone.proto\";\nmessage B { Zoo x = 1; }\n");
        _folder.Write("other/c.proto", "syntax = \"proto3\"\nmessage C {}\n");
        var outcome = Load("contracts: [protos, other/c.proto, gone.yaml, { path: protos, includes: [nowhere] }]");
        Assert.Null(outcome.Model);
        foreach (var expected in (string[])
            [
                "bridgemesh.yaml:1:36: there is no contract file 'gone.yaml'; create it or correct its path",
                "bridgemesh.yaml:1:74: there is no directory 'nowhere'; create it or correct its path",
                "other/c.proto:2:1: Expected \";\"; correct the file",
                "protos/a.proto:2:13: \"Foo\" is not defined; declare it, or import the file that does",
                "protos/a.proto:2:35: Field number 1 has already been used in \"A\" by field \"x\". Next available field number is 2; "
                    + "give one of them another number, which no field ever had",
                "protos/b.proto:2:1: Import \"gone.proto\" was not found or had errors; add the directory that it is below to includes: or --include, or correct the errors told of it",
            ])
        {
            Assert.Contains(expected, outcome.Problems.Select(static p => p.ToString()));
        }
    }

    [Fact]
    public void Load_WarningsOfProtoc_AreNotes()
    {
        _folder.Write("protos/a.proto", "syntax = \"proto3\";\nimport \"acme/common/money.proto\";\nmessage A {}\n");
        var loaded = ContractFiles.Load([_folder.File("protos")]);
        Assert.Empty(loaded.Problems);
        Assert.Contains(loaded.Notes, n => n.EndsWith("a.proto:2:1: Import acme/common/money.proto is unused.", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_ProtocThatIsNotThere_SaysWhatToDo()
    {
        var problem = Assert.Single(Load("contracts: [{ path: protos, protoc: gone/protoc }]").Problems);
        Assert.StartsWith($"protoc cannot be run as {_folder.File("gone/protoc")}", problem.Message, StringComparison.Ordinal);
        Assert.Equal("name another with protoc: or --protoc, or give a descriptor set", problem.Cure);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Compile_ThatDoesNotEnd_IsStoppedAndLeavesNothing()
    {
        var script = _folder.Write("protoc.sh", $"#!/bin/sh\necho $$ > {_folder.File("pid")}\necho \"${{1#@}}\" > {_folder.File("arguments")}\nexec /bin/sleep 600\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var problems = new List<SourceProblem>();
        var root = new ProtoRoot("protos", [_folder.File("protos/acme/common/money.proto")], [_folder.File("protos")], script);
        Assert.Null(ProtoCompiler.Compile(root, problems, [], maxMs: 3_000));
        Assert.Equal("protoc did not end within 3000 ms", Assert.Single(problems).Message);
        Assert.False(Directory.Exists(Path.GetDirectoryName(File.ReadAllText(_folder.File("arguments")).Trim())));
        Assert.True(IsGone(File.ReadAllText(_folder.File("pid")).Trim()), "the process goes with it");
    }

    [Fact]
    public void Load_FilesWhoseNamesLookLikeOptions_AreFiles()
    {
        _folder.Write("odd/--help.proto", "syntax = \"proto3\"; message A {} service S { rpc M (A) returns (A); }");
        _folder.Write("odd/@file.proto", "syntax = \"proto3\"; message B {} service T { rpc M (B) returns (B); }");
        var loaded = ContractFiles.Load([_folder.File("odd")]);
        Assert.Empty(loaded.Problems);
        Assert.Equal(["S", "T"], loaded.Contracts.Select(static c => c.Service.Interface).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Load_PathsThatProtocTakesForMore_AreRefused()
    {
        _folder.Write("a:b=c/x.proto", "syntax = \"proto3\";");
        var problem = Assert.Single(ContractFiles.Load([_folder.File("a:b=c")]).Problems);
        Assert.Contains("protoc cannot take the path", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_ADirectoryOfBothKinds_IsAProblem()
    {
        _folder.Write("protos/A.class", "no class");
        var problem = Assert.Single(ContractFiles.Load([_folder.File("protos")]).Problems);
        Assert.Equal("the directory holds Java classes and .proto files", problem.Message);
        Assert.Equal(ExitCodes.Configuration, await Invoke("contract", "import", "protos"));
        Assert.Contains("protos: the directory holds Java classes and .proto files; name each", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_OfADirectory_WritesWhatLoadsTheSame()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "import", "protos/", "--out", "orders.yaml"));
        Assert.Equal("1 services, 2 methods, 2 types; 0 problems, 0 notes\n", _error.ToString());
        var loaded = ContractFiles.Load([_folder.File("orders.yaml")]);
        Assert.Empty(loaded.Problems);
        var order = Assert.Single(loaded.Contracts).Methods[0].Returns.Struct;
        Assert.Equal(["id 1", "amount 2", "placed 3", "rate 4"], order?.Fields.Select(static f => $"{f.Name.Text} {f.Proto?.Number}"));
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "show", "protos/acme/order/v1/orders.proto", "--include", "protos"));
        Assert.Contains("service acme.order.v1.Orders", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Configuration, await Invoke("contract", "show", "protos/acme/order/v1/orders.proto"));
        Assert.Contains("orders.proto:3:1: Import \"acme/common/money.proto\" was not found", _error.ToString(), StringComparison.Ordinal);
    }

    private static bool IsGone(string pid) =>
        !File.Exists($"/proc/{pid}/stat") || File.ReadAllText($"/proc/{pid}/stat").Split(')')[^1].TrimStart().StartsWith('Z');

    private ConfigOutcome Load(string yaml)
    {
        _folder.Write("bridgemesh.yaml", yaml);
        return ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path));
    }

    private Task<int> Invoke(params string[] args) =>
        BridgeMeshCommand.InvokeAsync(args, new CommandSurroundings(_output, _error, _folder.Path), _stop);
}
