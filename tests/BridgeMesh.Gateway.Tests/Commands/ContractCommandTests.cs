using System.IO.Compression;
using System.Text.Json;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Hosting;

namespace BridgeMesh.Gateway.Tests.Commands;

public sealed class ContractCommandTests : IDisposable
{
    // package com.acme; public interface Greeter { String greet(String name, int times); } by javac -parameters --release 8
    private const string Greeter =
        "yv66vgAAADQADAcAAgEAEGNvbS9hY21lL0dyZWV0ZXIHAAQBABBqYXZhL2xhbmcvT2JqZWN0AQAFZ3JlZXQBACcoTGphdmEvbGFuZy9TdHJpbmc7SSlMamF2YS9sYW5nL1N0"
        + "cmluZzsBABBNZXRob2RQYXJhbWV0ZXJzAQAEbmFtZQEABXRpbWVzAQAKU291cmNlRmlsZQEADEdyZWV0ZXIuamF2YQYBAAEAAwAAAAAAAQQBAAUABgABAAcAAAAJAgAIAAAACQAA"
        + "AAEACgAAAAIACw==";

    private const string Yaml = """
        # Written by bridgemesh contract import greeter.jar
        services:
          com.acme.Greeter:
            methods:
              greet:
                parameters: { name: string, times: int }
                returns: string
                numbers: { name: 1, times: 2 }

        """;

    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StopSignal _stop = new();

    public ContractCommandTests() => WriteJar(_folder.File("greeter.jar"), Convert.FromBase64String(Greeter));

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Import_OfAJar_WritesItsContract()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "import", "greeter.jar"));
        Assert.Equal(Yaml, _output.ToString());
        Assert.Equal("1 services, 1 methods, 0 types of 1 classes read; 0 problems, 0 notes\n", _error.ToString());
    }

    [Fact]
    public async Task Import_IntoAFile_LeavesItAloneWhenAJarIsBroken()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "import", "*.jar", "--out", "greeter.yaml"));
        Assert.Equal(Yaml, (await File.ReadAllTextAsync(_folder.File("greeter.yaml"))).Replace("import *.jar", "import greeter.jar", StringComparison.Ordinal));

        WriteJar(_folder.File("broken.jar"), [0xCA, 0xFE, 0xBA, 0xBE, 0, 0]);
        var before = await File.ReadAllBytesAsync(_folder.File("greeter.yaml"));
        Assert.Equal(ExitCodes.Configuration, await Invoke("contract", "import", "broken.jar", "--out", "greeter.yaml"));
        Assert.Contains(
            "broken.jar!/com/acme/Greeter.class: com.acme.Greeter: the file ends where 2 more bytes belong (offset 6); compile the class anew, or remove it\n",
            _error.ToString(),
            StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.File("greeter.yaml")));
        Assert.Equal(["broken.jar", "greeter.jar", "greeter.yaml"], Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Import_OfWhatIsNotThere_IsAUsageError()
    {
        Assert.Equal(ExitCodes.Usage, await Invoke("contract", "import", "gone.jar"));
        Assert.Equal("there is no file 'gone.jar'\n", _error.ToString());
    }

    [Fact]
    public async Task Import_OfADescriptorSet_WritesItsContract()
    {
        // demo.proto: service demo.Orders { rpc Find (FindRequest) returns (Order); }, Order { string id = 1; sint64 cents = 2; }
        _folder.Write(
            "demo.b64",
            "CpoBCgpkZW1vLnByb3RvEgRkZW1vIh0KC0ZpbmRSZXF1ZXN0Eg4KAmlkGAEgASgJUgJpZCItCgVPcmRlchIOCgJpZBgBIAEoCVICaWQSFAoFY2VudHMYAiABKBJSBWNlbnRzMjAK"
            + "Bk9yZGVycxImCgRGaW5kEhEuZGVtby5GaW5kUmVxdWVzdBoLLmRlbW8uT3JkZXJiBnByb3RvMw==");
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "import", "demo.b64"));
        Assert.Equal(
            """
            # Written by bridgemesh contract import demo.b64
            types:
              demo.FindRequest:
                presence: implicit
                fields:
                  id: { type: string, number: 1 }
              demo.Order:
                presence: implicit
                fields:
                  id: { type: string, number: 1 }
                  cents: { type: long, number: 2, wire: sint64 }

            services:
              demo.Orders:
                values: { json: proto }
                methods:
                  Find:
                    parameters: { request: FindRequest }
                    returns: Order

            """,
            _output.ToString());
        Assert.Equal("1 services, 1 methods, 2 types; 0 problems, 0 notes\n", _error.ToString());
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "import", "demo.b64", "greeter.jar", "--service", "*.Greeter"));
        Assert.DoesNotContain("demo.Order", _output.ToString()[^200..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_OfNothing_IsAUsageError()
    {
        Assert.Equal(ExitCodes.Usage, await Invoke("contract", "import"));
        Assert.Equal("there is nothing to import: name files, a server by --reflection or a metadata centre by --dubbo-metadata\n", _error.ToString());
    }

    [Theory]
    [InlineData("no address at all", "--reflection: 'no address at all' is no host and port; write host:port, or https://host:port")]
    [InlineData("127.0.0.1:1", "127.0.0.1:1: the server gives no contracts: ")]
    public async Task Import_OfAServerThatIsNone_SaysSo(string address, string problem)
    {
        Assert.Equal(ExitCodes.Configuration, await Invoke("contract", "import", "--reflection", address));
        Assert.StartsWith(problem, _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task Import_OfANameThatNoInterfaceHas_SaysSo()
    {
        Assert.Equal(ExitCodes.Configuration, await Invoke("contract", "import", "greeter.jar", "--service", "org.*"));
        Assert.Contains("greeter.jar: no service is called 'org.*'; use one of: com.acme.Greeter\n", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task Show_OfAJar_TellsItsMethods()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "show", "greeter.jar"));
        Assert.Equal(
            "service com.acme.Greeter (greeter.jar)\n  greet(name: string, times: int): string\n      java (Ljava/lang/String;I)\n\n", _output.ToString());
    }

    [Fact]
    public async Task Show_AsJson_HasServicesAndProblems()
    {
        _folder.Write("a.yaml", "services: { com.acme.A: { version: '1.0', methods: { get: { parameters: { id: string }, http: { verb: GET, path: '/a/{id}' } } } } }");
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "show", "a.yaml", "greeter.jar", "--output", "json"));
        using var json = JsonDocument.Parse(_output.ToString());
        var services = json.RootElement.GetProperty("services");
        Assert.Equal(["com.acme.A", "com.acme.Greeter"], services.EnumerateArray().Select(static s => s.GetProperty("service").GetString()));
        var http = services[0].GetProperty("methods")[0].GetProperty("http");
        Assert.Equal(("GET", "/a/{id}", "path"), (http.GetProperty("verb").GetString(), http.GetProperty("path").GetString(), http.GetProperty("parameters")[0].GetProperty("source").GetString()));
        Assert.Equal(0, json.RootElement.GetProperty("problems").GetArrayLength());
    }

    [Fact]
    public void Configuration_WithAJar_HasItsServicesAndSeesYamlBesideIt()
    {
        _folder.Write("more.yaml", "services: { com.acme.Child: { extends: [com.acme.Greeter] } }");
        _folder.Write("bridgemesh.yaml", "contracts: [{ path: greeter.jar, services: [com.acme.*] }, more.yaml]");
        var outcome = ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path));
        Assert.Empty(outcome.Problems);
        Assert.Equal(["com.acme.Child", "com.acme.Greeter"], outcome.Model?.Contracts.Select(static c => c.Service.Interface).Order(StringComparer.Ordinal));
        Assert.All(outcome.Model?.Contracts ?? [], static c => Assert.Equal("Ljava/lang/String;I", Assert.Single(c.Methods).Signature.Descriptor));
    }

    [Fact]
    public void Configuration_WithADirectoryOfClasses_WatchesThem()
    {
        Directory.CreateDirectory(_folder.File("classes/com/acme"));
        File.WriteAllBytes(_folder.File("classes/com/acme/Greeter.class"), Convert.FromBase64String(Greeter));
        _folder.Write("bridgemesh.yaml", "contracts: [{ path: classes/, classPath: ['*.jar'] }]");
        var outcome = ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path));
        Assert.Empty(outcome.Problems);
        Assert.Equal("com.acme.Greeter", Assert.Single(outcome.Model?.Contracts ?? []).Service.Interface);
        Assert.NotNull(outcome.Reading);
        Assert.Equal([_folder.File("classes/com/acme/Greeter.class"), _folder.File("greeter.jar")], ContractPatterns.Watched(outcome.Reading).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Configuration_WithABrokenJar_IsRefusedWithItsPlace()
    {
        _folder.Write("text.jar", "no zip");
        _folder.Write("bridgemesh.yaml", "contracts: [text.jar, { path: greeter.jar, classPath: [gone.jar] }]");
        var outcome = ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path));
        Assert.Null(outcome.Model);
        Assert.Equal(["bridgemesh.yaml", "text.jar"], outcome.Problems.Select(static p => p.File));
    }

    private static void WriteJar(string file, byte[] content)
    {
        using var archive = ZipFile.Open(file, ZipArchiveMode.Create);
        using var entry = archive.CreateEntry("com/acme/Greeter.class").Open();
        entry.Write(content);
    }

    private Task<int> Invoke(params string[] args) =>
        BridgeMeshCommand.InvokeAsync(args, new CommandSurroundings(_output, _error, _folder.Path), _stop);
}
