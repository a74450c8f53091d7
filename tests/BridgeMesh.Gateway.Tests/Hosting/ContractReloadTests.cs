using System.IO.Compression;
using System.Text;
using System.Text.Json;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Hosting;

namespace BridgeMesh.Gateway.Tests.Hosting;

/// <summary>Contracts of every kind of file, changed, half-written and mended under a gateway that runs.</summary>
public sealed class ContractReloadTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RecordedLogs _logs = new();
    private readonly SeveritySwitch _severity = new(LogSeverity.Information);

    public void Dispose()
    {
        _folder.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public Task AYamlFile_ThatChanges_IsFollowed() => FollowAsync(
        "a.yaml", "a.yaml", Yaml("com.acme.Greeter"), Yaml("com.acme.Welcome"), "com.acme.Greeter", "com.acme.Welcome", "a.yaml:");

    [Fact]
    public Task AJar_ThatChanges_IsFollowed() => FollowAsync(
        "a.jar", "a.jar", Jar("Greeter"), Jar("Welcome"), "com.acme.Greeter", "com.acme.Welcome", "a.jar: ");

    [Fact]
    public async Task ADirectoryOfClasses_ThatGetsAnother_IsFollowed()
    {
        Directory.CreateDirectory(_folder.File("classes/com/acme"));
        await File.WriteAllBytesAsync(_folder.File("classes/com/acme/Greeter.class"), Class("Greeter"));
        await using var host = await StartAsync("classes/", "com.acme.Greeter");
        await ChangeAsync(
            host, "classes/com/acme/Welcome.class", Class("Welcome"), ["com.acme.Greeter"], ["com.acme.Greeter", "com.acme.Welcome"], "classes/com/acme/Welcome.class: ");
    }

    [Fact]
    public Task ADescriptorSet_ThatChanges_IsFollowed() => FollowAsync(
        "a.binpb", "a.binpb", BrokenSources.Set("Orders"), BrokenSources.Set("Stocks"), "demo.Orders", "demo.Stocks", "a.binpb: this is no FileDescriptorSet");

    [Fact]
    public Task AProtoFile_ThatChanges_IsFollowed() => FollowAsync(
        "protos/", "protos/a/b.proto", Proto("Orders"), Proto("Stocks"), "demo.Orders", "demo.Stocks", "protos/a/b.proto:1:");

    [Fact]
    public Task AnOpenApiDocument_ThatChanges_IsFollowed() => FollowAsync(
        "shop.yaml", "shop.yaml", OpenApi("Orders"), OpenApi("Stocks"), "shop.OrdersApi", "shop.StocksApi", "shop.yaml:");

    [Theory]
    [InlineData("a.yaml")]
    [InlineData("a.json")]
    [InlineData("a.binpb")]
    public void AnEmptyFile_IsAProblem(string file)
    {
        _folder.Write(file, string.Empty);
        _folder.Write("b.yaml", "services: {}");
        var loaded = ContractFiles.Load([_folder.File(file), _folder.File("b.yaml")]);
        var problem = Assert.Single(loaded.Problems);
        Assert.Equal((_folder.File(file), "the file is empty"), (problem.File, problem.Message));
    }

    [Fact]
    public async Task AnImportedProtoFile_ThatBreaksAndIsMended_IsFollowed()
    {
        _folder.Write("shared/types.proto", "syntax = \"proto3\"; package demo; message Order { string id = 1; }");
        _folder.Write("a.proto", "syntax = \"proto3\"; package demo; import \"types.proto\"; service Orders { rpc Find (Order) returns (Order); }");
        await using var host = await StartAsync("{ path: a.proto, includes: [shared] }", "demo.Orders");

        File.Delete(_folder.File("shared/types.proto"));
        await _logs.UntilAsync(static text => text.StartsWith("a.proto:1:", StringComparison.Ordinal));
        Assert.Equal(["demo.Orders"], await ContractsAsync(host));

        _folder.Write("shared/types.proto", "syntax = \"proto3\"; package demo; message Order { string id = 1; int32 count = 2; }");
        await _logs.UntilAsync(static text => text.StartsWith("The changed configuration is in force", StringComparison.Ordinal));
        Assert.Equal(["demo.Orders"], await ContractsAsync(host));
        Assert.Empty(await ProblemsAsync(host));
    }

    /// <summary>
    /// The first in force; half of the second written: the first stays, and the status says why; the other half: the second is in force.
    /// </summary>
    private async Task FollowAsync(string source, string file, byte[] first, byte[] second, string firstName, string secondName, string problem)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(file)) ?? _folder.Path);
        await File.WriteAllBytesAsync(_folder.File(file), first);
        await using var host = await StartAsync(source, firstName);
        await ChangeAsync(host, file, second, [firstName], [secondName], problem);
    }

    private async Task ChangeAsync(GatewayHost host, string file, byte[] second, string[] before, string[] after, string problem)
    {
        await File.WriteAllBytesAsync(_folder.File(file), second[..(second.Length / 2)]);
        await _logs.UntilAsync(text => text.StartsWith(problem, StringComparison.Ordinal));
        await _logs.UntilAsync(static text => text.EndsWith("the last good one stays in force", StringComparison.Ordinal));
        Assert.Equal(before, await ContractsAsync(host));
        var told = Assert.Single((await ProblemsAsync(host)).DistinctBy(static p => p.File));
        Assert.StartsWith(told.File, problem, StringComparison.Ordinal);
        Assert.NotEmpty(told.Cure);

        await using (var output = File.Open(_folder.File(file), FileMode.Append))
        {
            await output.WriteAsync(second.AsMemory(second.Length / 2));
        }

        await _logs.UntilAsync(static text => text.StartsWith("The changed configuration is in force", StringComparison.Ordinal));
        Assert.Equal(after, (await ContractsAsync(host)).Order(StringComparer.Ordinal));
        Assert.Empty(await ProblemsAsync(host));
    }

    private async Task<GatewayHost> StartAsync(string source, string contract)
    {
        _folder.Write("bridgemesh.yaml", $"""
            listeners: [{"{"} name: http, protocol: http, address: "127.0.0.1:0" {"}"}]
            admin: {"{"} address: "127.0.0.1:0" {"}"}
            contracts: [{source}]
            """);
        var outcome = ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path));
        Assert.Empty(outcome.Problems);
        // Without problems all of it is there.
        var host = new GatewayHost(outcome.Reading!, outcome.Plugins!, outcome.Model!, _severity, TimeProvider.System, _logs);
        await host.StartAsync(CancellationToken.None);
        Assert.Equal([contract], await ContractsAsync(host));
        return host;
    }

    private static byte[] Yaml(string service) => Encoding.UTF8.GetBytes($"services: {{ {service}: {{ methods: {{ ping: {{ parameters: {{ id: string }} }} }} }} }}\n");

    private static byte[] OpenApi(string tag) => Encoding.UTF8.GetBytes(
        "openapi: 3.1.0\ninfo: { title: Shop, version: '1' }\n"
        + $"paths: {{ /ping: {{ get: {{ operationId: ping, tags: [{tag}], responses: {{ '204': {{ description: done }} }} }} }} }}\n");

    private static byte[] Proto(string service) =>
        Encoding.UTF8.GetBytes($"syntax = \"proto3\"; package demo; message Order {{ string id = 1; }} service {service} {{ rpc Find (Order) returns (Order); }}");

    private static byte[] Class(string name) => BrokenSources.Class(name);

    private static byte[] Jar(string name)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry($"com/acme/{name}.class").Open();
            entry.Write(Class(name));
        }

        return bytes.ToArray();
    }

    private static async Task<IEnumerable<string>> ContractsAsync(GatewayHost host) =>
        [.. (await StatusAsync(host)).GetProperty("gateway").GetProperty("contracts").EnumerateArray().Select(static c => c.GetString() ?? string.Empty)];

    private static async Task<IReadOnlyList<(string File, string Cure)>> ProblemsAsync(GatewayHost host) =>
    [
        .. (await StatusAsync(host)).GetProperty("configuration").GetProperty("problems").EnumerateArray()
            .Select(static p => (p.GetProperty("file").GetString() ?? string.Empty, p.GetProperty("cure").GetString() ?? string.Empty)),
    ];

    private static async Task<JsonElement> StatusAsync(GatewayHost host)
    {
        using var client = new HttpClient();
        using var json = JsonDocument.Parse(await client.GetByteArrayAsync(new Uri($"http://127.0.0.1:{host.AdminPort}/status")));
        return json.RootElement.Clone();
    }
}
