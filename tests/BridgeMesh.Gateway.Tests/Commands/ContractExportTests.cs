using System.Text.Json;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Hosting;

namespace BridgeMesh.Gateway.Tests.Commands;

public sealed class ContractExportTests : IDisposable
{
    private const string Yaml = """
        types:
          com.acme.Order: { fields: { id: string } }
        services:
          com.acme.Reading: { abstract: true, methods: { get: { parameters: { id: string }, returns: Order } } }
          com.acme.Orders: { extends: [Reading], methods: { touch: {} } }
          com.acme.Others: { methods: { ping: {} } }
        """;

    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StopSignal _stop = new();

    public ContractExportTests() => _folder.Write("orders.yaml", Yaml);

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("openapi.json", "{")]
    [InlineData("openapi.yaml", "openapi: ")]
    public async Task Export_AsOpenApi_IsInTheFormOfItsEnding(string name, string start)
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "export", "orders.yaml", "--format", "openapi", "--out", name));
        var text = File.ReadAllText(Path.Combine(_folder.Path, name));
        Assert.StartsWith(start, text, StringComparison.Ordinal);
        Assert.Contains("/com.acme.Others/ping", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_AsYaml_HasTheWantedServicesAndTheirParents()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "export", "orders.yaml", "--format", "yaml", "--service", "com.acme.Ord*"));
        Assert.Equal(
            """
            # Written by bridgemesh contract export orders.yaml
            types:
              com.acme.Order:
                fields:
                  id: string

            services:
              com.acme.Reading:
                abstract: true
                methods:
                  get:
                    parameters: { id: string }
                    returns: Order
              com.acme.Orders:
                extends: [Reading]
                methods:
                  touch: {}

            """,
            _output.ToString());
        Assert.Equal("1 file; 0 problems, 0 notes\n", _error.ToString());
    }

    [Fact]
    public async Task Export_IntoAFileOrADirectory_WritesItThere()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "export", "orders.yaml", "--format", "yaml", "--out", "one.yaml"));
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "export", "orders.yaml", "--format", "yaml", "--out", "new/folder/"));
        Assert.Empty(_output.ToString());
        Assert.Equal(await File.ReadAllTextAsync(_folder.File("one.yaml")), await File.ReadAllTextAsync(_folder.File("new/folder/contracts.yaml")));
    }

    [Fact]
    public async Task Export_OfAContractWithProblems_WritesNothing()
    {
        _folder.Write("wrong.yaml", "services: { com.acme.S: { methods: { get: { returns: Gone } } } }");
        Assert.Equal(ExitCodes.Configuration, await Invoke("contract", "export", "wrong.yaml", "--format", "yaml", "--out", "out.yaml"));
        Assert.Contains("wrong.yaml:1:", _error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("out.yaml")));
    }

    [Fact]
    public async Task Export_IntoAPathThatIsAFile_TellsItAndLeavesNothingBehind()
    {
        _folder.Write("taken", "a file");
        Assert.Equal(ExitCodes.Configuration, await Invoke("contract", "export", "orders.yaml", "--format", "yaml", "--out", "taken/out.yaml"));
        Assert.StartsWith("taken/out.yaml cannot be written: ", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(["orders.yaml", "taken"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("'xml' is no format; write ", "--format", "xml")]
    [InlineData("Option '--format' is required.")]
    public async Task Export_WithoutAKnownFormat_IsAUsageError(string told, params string[] options)
    {
        Assert.Equal(ExitCodes.Usage, await Invoke(["contract", "export", "orders.yaml", .. options]));
        Assert.StartsWith(told, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_AsProto_WritesAFileAPackageAndWhatItsToolsNeed()
    {
        _folder.Write("more.yaml", """
            types: { com.acme.stock.Shelf: { fields: { price: decimal } } }
            services: { com.acme.stock.Stock: { methods: { find: { parameters: { id: string }, returns: Shelf } } } }
            """);
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "export", "orders.yaml", "more.yaml", "--format", "proto", "--out", "protos"));
        Assert.Equal(
            ["buf.yaml", "com/acme/acme.proto", "com/acme/stock/stock.proto", "google/type/decimal.proto"],
            Directory.EnumerateFiles(_folder.File("protos"), "*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(_folder.File("protos"), f)).Order(StringComparer.Ordinal));
        Assert.Contains("import \"google/type/decimal.proto\";", await File.ReadAllTextAsync(_folder.File("protos/com/acme/stock/stock.proto")), StringComparison.Ordinal);
        Assert.EndsWith("2 files; 0 problems, 1 notes\n", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OfSeveralFilesToTheOutput_AsksForADirectory()
    {
        _folder.Write("more.yaml", "services: { org.other.Stock: { methods: { ping: {} } } }");
        Assert.Equal(ExitCodes.Usage, await Invoke("contract", "export", "orders.yaml", "more.yaml", "--format", "proto"));
        Assert.StartsWith("these are 2 files: name a directory for them, --out DIRECTORY/\n", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task Export_OfANameThatNoServiceHas_SaysSo()
    {
        Assert.Equal(ExitCodes.Configuration, await Invoke("contract", "export", "orders.yaml", "--format", "yaml", "--service", "org.*"));
        Assert.Contains("orders.yaml: no service is called 'org.*'; ", _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task Export_AsJson_HasTheTextOfEachFile()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "export", "orders.yaml", "--format", "yaml", "--output", "json"));
        using var json = JsonDocument.Parse(_output.ToString());
        var file = Assert.Single(json.RootElement.GetProperty("files").EnumerateArray());
        Assert.Equal("contracts.yaml", file.GetProperty("path").GetString());
        Assert.Contains("com.acme.Others:", file.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    private Task<int> Invoke(params string[] args) =>
        BridgeMeshCommand.InvokeAsync(args, new CommandSurroundings(_output, _error, _folder.Path), _stop);
}
