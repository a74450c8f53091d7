using System.Text;
using BridgeMesh.Contracts.Java.ServiceDefinitions;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Core.Contracts.Writing;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Contracts.Java.Tests.ServiceDefinitions;

public class ServiceDefinitionReaderTests
{
    private const string Old = "2.7.23-interface-registration";
    private const string OldPath = "/dubbo/metadata/com.example.bridge.DemoService/1.0.0/alt/provider/bridge-demo-provider";
    private const string New = "3.2.16-register-mode-all";
    private const string NewPath = "/dubbo/metadata/com.example.bridge.DemoService/1.0.0/g1/provider/bridge-demo-provider";

    [Fact]
    public void Recordings_All_BecomeContracts()
    {
        var read = RecordedNodes.Definitions.Select(static d => (d.Path, Contract: Load(Import(d.Json, d.Path)))).ToList();
        Assert.Equal(6, read.Count);
        Assert.Contains(read, static r => r.Contract.Service == new ServiceKey("com.example.bridge.DemoService", "1.0.0", "g1"));
        Assert.Contains(read, static r => r.Contract.Service == new ServiceKey("com.example.bridge.DemoService", "1.0.0", "alt"));
        Assert.Contains(read, static r => r.Contract.Service == new ServiceKey("com.example.bridge.SlowService"));
        Assert.All(read, static r => Assert.NotEmpty(r.Contract.Methods));
    }

    [Fact]
    public void Recordings_OfBothVersions_SayTheSameOfMethodsAndTypes()
    {
        var (old, recent) = (Import(RecordedNodes.Definition(Old, OldPath), "x"), Import(RecordedNodes.Definition(New, NewPath), "x"));
        Assert.Equal(Yaml(recent.Document).Replace("group: g1", "group: alt", StringComparison.Ordinal), Yaml(old.Document));
    }

    [Theory]
    [InlineData(Old, OldPath)]
    [InlineData(New, NewPath)]
    public void Recording_OfTheDemoService_HasItsTypes(string snapshot, string path)
    {
        var contract = Load(Import(RecordedNodes.Definition(snapshot, path), path));
        var methods = contract.Methods.ToLookup(static m => m.Name);
        Assert.Equal(85, contract.Methods.Length);
        var user = Assert.Single(methods["saveUser"]).Parameters[0].Type;
        Assert.Equal("com.example.bridge.User", user.JavaType.Text);
        Assert.Equal(
            ["active", "address", "age", "balance", "createdAt", "extra", "id", "name", "score", "status", "tags"],
            user.Struct?.Fields.Select(static f => f.Name.Text) ?? []);
        var fields = user.Struct?.Fields.ToDictionary(static f => f.Name.Text, static f => f.Type) ?? [];
        Assert.Equal((ShapeKind.Struct, "no"), (fields["address"].Kind, fields["address"].Struct?.Fields[1].Name.Text));
        Assert.Equal((ShapeKind.Int32, true), (fields["age"].Kind, fields["age"].Nullable));
        Assert.Equal((ShapeKind.Int64, false), (fields["id"].Kind, fields["id"].Nullable));
        Assert.Equal((ShapeKind.Map, ShapeKind.Any), (fields["extra"].Kind, fields["extra"].Element?.Kind));
        Assert.Equal("ACTIVE DISABLED PENDING", string.Join(' ', fields["status"].Enum?.Constants ?? []));
        var node = Assert.Single(methods["echoNode"]).Returns;
        Assert.Same(node.Struct, node.Struct?.Fields.Single(static f => f.Name.Text == "parent").Type.Struct);
        Assert.Equal("[[I", Assert.Single(methods["echoMatrix"]).Parameters[0].Type.JavaDescriptor);
        Assert.Equal("Ljava/util/LinkedHashMap;", Assert.Single(methods["echoLinkedMap"]).Parameters[0].Type.JavaDescriptor);
        Assert.Equal("Ljava/util/Collection;", Assert.Single(methods["echoCollection"]).Parameters[0].Type.JavaDescriptor);
        Assert.Equal(ShapeKind.Void, Assert.Single(methods["doVoid"]).Returns.Kind);
        Assert.Equal(ShapeKind.Bytes, Assert.Single(methods["echoBytes"]).Returns.Kind);
        Assert.Equal(5, methods["overload"].Count());
        Assert.Equal(12, Assert.Single(methods["many"]).Parameters.Length);
    }

    [Fact]
    public void Notes_OfARecording_TellWhatItDoesNotSay()
    {
        var notes = Import(RecordedNodes.Definition(New, NewPath), "centre").Notes;
        Assert.Contains(notes, static n => n.Contains("does not say the names of parameters", StringComparison.Ordinal));
        Assert.Contains(notes, static n => n.Contains("does not say which exceptions", StringComparison.Ordinal));
        Assert.Contains(
            notes,
            static n => n == "centre: com.example.bridge.DemoService.asyncHello: the definition does not say what the java.util.concurrent.CompletableFuture holds;"
                + " it is taken for anything");
    }

    [Fact]
    public void Names_OfNestedClassesGenericsAndBounds_AreThoseOfTheWire()
    {
        var import = Import("""
            {
              "canonicalName": "com.acme.Shop",
              "methods": [
                { "name": "a", "parameterTypes": ["com.acme.Outer.Inner"], "returnType": "com.acme.Page<com.acme.Item>" },
                { "name": "b", "parameterTypes": ["java.util.List<? extends com.acme.Item>", "java.util.Map<java.lang.String, ? super T>"], "returnType": "T" },
                { "name": "c", "parameterTypes": ["com.acme.Face", "com.acme.Unknown[]", "java.util.Map<com.acme.Item,int[]>"], "returnType": "com.acme.Outer$Other" },
                { "name": "d", "parameterTypes": ["java.util.concurrent.atomic.AtomicLong"], "returnType": "java.util.concurrent.CompletableFuture<java.lang.String>" }
              ],
              "types": [
                { "type": "com.acme.Outer.Inner", "properties": { "n": "int" } },
                { "type": "com.acme.Outer$Other", "properties": { "n": "com.acme.Outer.Inner" } },
                { "type": "com.acme.Page", "properties": { "items": "java.util.List<java.lang.Object>" } },
                { "type": "com.acme.Item", "properties": { "sku": "java.lang.String" } },
                { "type": "com.acme.Face", "properties": {} }
              ]
            }
            """u8.ToArray(), "x");
        var contract = Load(import);
        var methods = contract.Methods.ToDictionary(static m => m.Name);
        Assert.Equal("Lcom/acme/Outer$Inner;", methods["a"].Parameters[0].Type.JavaDescriptor);
        Assert.Equal("Lcom/acme/Page;", methods["a"].Returns.JavaDescriptor);
        Assert.Equal("com.acme.Item", methods["b"].Parameters[0].Type.Element?.JavaType.Text);
        Assert.Equal(ShapeKind.Any, methods["b"].Returns.Kind);
        Assert.Equal((ShapeKind.Any, "Lcom/acme/Face;"), (methods["c"].Parameters[0].Type.Kind, methods["c"].Parameters[0].Type.JavaDescriptor));
        Assert.Equal("[Lcom/acme/Unknown;", methods["c"].Parameters[1].Type.JavaDescriptor);
        Assert.Equal("com.acme.Outer$Other", methods["c"].Returns.JavaType.Text);
        Assert.Equal(ShapeKind.String, methods["d"].Returns.Kind);
        Assert.Contains(import.Notes, static n => n.Contains("taken for the nested class com.acme.Outer$Inner", StringComparison.Ordinal));
        Assert.Contains(import.Notes, static n => n.Contains("does not describe com.acme.Unknown", StringComparison.Ordinal));
        Assert.Contains(import.Notes, static n => n.Contains("says no fields of com.acme.Face", StringComparison.Ordinal));
        Assert.Contains(import.Notes, static n => n.Contains("keys that JSON cannot name", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "is no JSON")]
    [InlineData("[1", "is no JSON, at line 1")]
    [InlineData("[]", "has no canonicalName")]
    [InlineData("{\"canonicalName\": \"a.B\"}", "has no canonicalName with methods")]
    [InlineData("{\"canonicalName\": \"a.B\", \"methods\": [{}]}", "a method, the 1. of them")]
    [InlineData("{\"canonicalName\": \"a b\", \"methods\": []}", "whose name is none")]
    [InlineData("{\"canonicalName\": \"\\ud800\", \"methods\": []}", "no Unicode")]
    public void Text_OfSomethingElse_IsToldWithWhatIsWrong(string json, string problem)
    {
        Assert.Null(ServiceDefinitionReader.Read(Encoding.UTF8.GetBytes(json), "x", out var told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Fact]
    public void References_ThatLeadNowhereOrInACircle_AreNotFollowedForEver()
    {
        var import = Import("""
            {
              "canonicalName": "com.acme.Shop",
              "methods": [{ "name": "a", "parameterTypes": ["com.acme.Order"], "returnType": "void" }],
              "types": [
                { "$ref": "$.types[0]" }, { "$ref": "$.types[99].x" }, { "$ref": "$..[" }, { "$ref": "$.types[5].properties['a.b']" },
                { "$ref": "com.acme.Order", "type": "com.acme.Order" },
                { "type": "com.acme.Order", "properties": { "a.b": { "type": "int" }, "c": { "$ref": "$.types[5].properties[\"a.b\"]" }, "d": { "$ref": "$.types[5]" },
                  "e": { "$ref": "$.nowhere" }, "f": 7 } }
              ]
            }
            """u8.ToArray(), "x");
        var order = Assert.Single(import.Document.Types);
        Assert.Equal(["a.b", "c", "d"], order.Fields.Select(static f => f.Name.Text));
    }

    [Fact]
    public void Bytes_ChangedAnywhere_GiveAContractOrAProblemAndNothingElse()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        foreach (var (_, path, json) in RecordedNodes.Definitions)
        {
            for (var round = 0; round < 150; round++)
            {
                var broken = (byte[])json.Clone();
                for (var i = random.Next(1, 5); i > 0; i--)
                {
                    broken[random.Next(broken.Length)] = (byte)random.Next(256);
                }

                var cut = broken.AsMemory(0, random.Next(4) == 0 ? random.Next(broken.Length) : broken.Length);
                var read = ServiceDefinitionReader.Read(cut, path, out var problem);
                Assert.True(read is not null || problem.Length > 0, $"seed {seed}");
                if (read is not null)
                {
                    ContractLoader.Load([], [read.Document], []);
                }
            }
        }
    }

    [Fact]
    public void Json_NestedPastTheBound_IsRefused()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 5_000)) + "1" + new string('}', 5_000);
        Assert.Null(ServiceDefinitionReader.Read(Encoding.UTF8.GetBytes(deep), "x", out var problem));
        Assert.Contains("is no JSON", problem, StringComparison.Ordinal);
        Assert.Null(ServiceDefinitionReader.Read(new byte[(16 << 20) + 1], "x", out problem));
        Assert.Contains("more than", problem, StringComparison.Ordinal);
    }

    private static DefinitionImport Import(byte[] json, string place)
    {
        var import = ServiceDefinitionReader.Read(json, place, out var problem);
        Assert.True(import is not null, problem);
        return import;
    }

    private static ServiceContract Load(DefinitionImport import)
    {
        var loaded = ContractLoader.Load([], [import.Document], []);
        Assert.True(loaded.IsOk, string.Join('\n', loaded.Problems));
        return Assert.Single(loaded.Contracts);
    }

    private static string Yaml(ContractDocument document) => ContractWriter.Write(document, "x");
}
