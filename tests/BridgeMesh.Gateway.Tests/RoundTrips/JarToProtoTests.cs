using System.Collections.Immutable;
using BridgeMesh.Codecs.Protobuf.Descriptors;
using BridgeMesh.Contracts;
using BridgeMesh.Contracts.Java.Facades;
using BridgeMesh.Contracts.Java.Tests.Facades;
using BridgeMesh.Contracts.Java.Tests.Jdk;
using BridgeMesh.Core.Contracts.Linting;
using BridgeMesh.Core.Contracts.Writing;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Plugins;
using BridgeMesh.Testing.Contracts;

namespace BridgeMesh.Gateway.Tests.RoundTrips;

/// <summary>Class files → YAML → .proto → descriptors → YAML, on the facade of interop-samples/java, which has something of everything.</summary>
public sealed class JarToProtoTests : IDisposable
{
    /// <summary>Losses of structure that the lint for gRPC tells; its other findings are about values: nulls, cycles, numbers to be pinned.</summary>
    private static readonly string[] Structural = ["subclass-refused", "untyped-value", "untyped-key", "map-key", "overload-collides"];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [JdkFact]
    public void ClassFiles_AsYaml_LoadToEqualContracts()
    {
        var (direct, written) = Imported();
        var differences = new ContractDifference("ServiceContract.File").Between(direct, written);
        Assert.True(differences.Count == 0, string.Join('\n', differences));

        // And once more from the shapes alone, where no declaration is left.
        var notes = new List<string>();
        var again = Loaded("again.yaml", ContractWriter.Write(ContractDeclarer.Declare("again.yaml", direct, [], notes)));
        Assert.Empty(notes);
        differences = new ContractDifference("ServiceContract.File").Between(direct, again);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [JdkFact]
    public void Yaml_AsProtoAndBack_LosesWhatTheLintSaysAlone()
    {
        var (_, written) = Imported();
        var described = Described(written);
        var byName = described.Contracts.ToDictionary(static c => c.Service.Interface, StringComparer.Ordinal);
        var catalog = new PluginCatalog();
        BuiltInPlugins.Register(catalog);
        var linter = new ContractLinter(catalog.MethodLints);
        var methods = 0;
        var losses = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var contract in written)
        {
            var service = byName[contract.ProtoName ?? contract.Service.Interface];
            foreach (var verdict in linter.Check(contract, ["grpc"]))
            {
                var method = verdict.Method;
                var carriage = new ProtoCarriage();
                var only = Assert.Single(service.Overloads(method.ProtoName ?? method.Name));
                if (method.ProtoName is not null)
                {
                    // It came under the name that it has in protobuf, and nothing says that it shared one.
                    carriage.Losses.Add("overload-collides");
                }

                carriage.Compare(method.Proto.Request, only.Proto.Request, $"{contract.Service.Interface}.{method.Name} request");
                carriage.Compare(method.Proto.Response, only.Proto.Response, $"{contract.Service.Interface}.{method.Name} response");
                foreach (var exception in method.Exceptions)
                {
                    carriage.Compare(exception, described.Types[exception.JavaType.Text.Replace('$', '.')].Struct!, $"{method.Name} throws"); // Messages are structs.
                }

                Assert.True(carriage.Differences.Count == 0, string.Join('\n', carriage.Differences));
                Assert.Equal(
                    (method.ClientStreaming, method.ServerStreaming, method.Idempotent, method.Doc),
                    (only.ClientStreaming, only.ServerStreaming, only.Idempotent, only.Doc));
                Assert.Equal(
                    $"{method}: {string.Join(' ', carriage.Losses)}",
                    $"{method}: {string.Join(' ', verdict.Findings.Select(static f => f.Code).Where(Structural.Contains).Distinct().Order(StringComparer.Ordinal))}");
                losses.UnionWith(carriage.Losses);
                methods++;
            }
        }

        Assert.True(methods > 20, $"{methods} methods");
        Assert.Equal(["overload-collides", "subclass-refused", "untyped-key", "untyped-value"], losses);
    }

    [JdkFact]
    public void Descriptors_AsYaml_LoadToEqualContracts()
    {
        var (_, written) = Imported();
        var described = Described(written);
        var notes = new List<string>();
        var again = Loaded("again.yaml", ContractWriter.Write(DescribedContracts.Declare("again.yaml", described.Contracts, described.Types, [], notes)));
        Assert.Empty(notes);

        // YAML has no descriptors; what an Any or a Value may hold is all classes of its file.
        var differences = new ContractDifference("ServiceContract.ProtoFiles", "ServiceContract.File", "ServiceContract.Types", "TypeShape.Subtypes")
            .Between(described.Contracts, again);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    /// <summary>The contracts of the class files, and of the YAML that is written of them.</summary>
    private (ImmutableArray<ServiceContract> Direct, ImmutableArray<ServiceContract> Written) Imported()
    {
        var sources = FacadeSources.Of([SampleFacade.Classes()], [SampleFacade.Annotations], []);
        var direct = ContractFiles.Load(new ContractFileSet([], [], sources, [], []));
        Assert.Empty(direct.Problems);
        return (direct.Contracts, Loaded("facade.yaml", ContractWriter.Write(SampleFacade.Import().Document)));
    }

    private ImmutableArray<ServiceContract> Loaded(string name, string yaml)
    {
        var loaded = ContractFiles.Load([_folder.Write(name, yaml)]);
        Assert.True(loaded.IsOk, string.Join('\n', loaded.Problems));
        return loaded.Contracts;
    }

    /// <summary>What protoc makes of the .proto files of contracts.</summary>
    private DescriptorResult Described(ImmutableArray<ServiceContract> contracts)
    {
        var sources = ProtoSources.Of(contracts, null);
        Assert.Empty(sources.Problems);
        foreach (var file in sources.Files.Concat(sources.GoogleTypes))
        {
            _folder.Write($"protos/{file.Name}", file.Text);
        }

        var problems = new List<BridgeMesh.Yaml.SourceProblem>();
        var described = DescribedContracts.Load(ContractFileSet.Of([new ContractFile(_folder.File("protos"), [])], []), problems, []);
        Assert.True(problems.Count == 0, string.Join('\n', problems));
        return described;
    }
}
