using System.Text.Json;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Hosting;

namespace BridgeMesh.Gateway.Tests.Commands;

public sealed class BridgeMeshCommandTests : IDisposable
{
    private const string Dubbo = "listeners: [{ name: dubbo, protocol: dubbo, address: '127.0.0.1:0' }]\n";

    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly StopSignal _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Version_Text_NamesVersionAndContract()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("version"));

        Assert.Matches("^bridgemesh [0-9]+\\.[0-9]+\\.[0-9]+ \\(.+\\)\nplugin contract [0-9]+, \\.NET 10", _output.ToString());
    }

    [Fact]
    public async Task Version_Json_IsAnObject()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("version", "--output", "json"));

        using var json = JsonDocument.Parse(_output.ToString());
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+$", json.RootElement.GetProperty("version").GetString());
        Assert.Equal(BridgeMesh.Plugins.PluginContract.Version, json.RootElement.GetProperty("pluginContract").GetInt32());
    }

    [Theory]
    [InlineData]
    [InlineData("--bogus")]
    [InlineData("run", "extra")]
    [InlineData("validate", "--output", "xml")]
    [InlineData("run", "--config")]
    public async Task Invoke_WrongUsage_EndsWith2(params string[] args)
    {
        Assert.Equal(ExitCodes.Usage, await Invoke(args));

        Assert.Matches("See 'bridgemesh( [a-z]+)? --help'\\.", _error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task Invoke_WrongUsageOfASubCommand_NamesItsOwnHelp()
    {
        Assert.Equal(ExitCodes.Usage, await Invoke("contract", "export", "--bogus"));

        Assert.Contains("See 'bridgemesh contract export --help'.", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_Always_NamesCommandsAndExitCodes()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("--help"));

        var help = _output.ToString();
        Assert.All(["run", "validate", "version", "Exit codes:"], word => Assert.Contains(word, help, StringComparison.Ordinal));
    }

    [Fact]
    public void ExitCodes_EachOfThem_IsInTheDocumentOfTheCommandLine()
    {
        var told = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "cli.md"))
            .Select(line => System.Text.RegularExpressions.Regex.Match(line, @"^\| (\d+) \| .+ \|$"))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value);
        var known = typeof(ExitCodes).GetFields().Select(f => f.GetRawConstantValue()?.ToString()).Distinct();

        Assert.Equal(known.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Validate_BuiltInConfiguration_IsValid()
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("validate"));

        Assert.StartsWith("built-in configuration: valid\n", _output.ToString(), StringComparison.Ordinal);
        var parts = (string[])
        [
            "bolt: bolt on 127.0.0.1:12200", "dubbo: dubbo on 127.0.0.1:20880", "http: http on 127.0.0.1:18080",
            "grpc: grpc on 127.0.0.1:18090", "triple: triple on 127.0.0.1:18091",
        ];
        Assert.All(parts, part => Assert.Contains($"  listener {part}\n", _output.ToString(), StringComparison.Ordinal));
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Validate_SettingsWithPasswords_ShowsNone()
    {
        _folder.Write("bridgemesh.yaml", Dubbo + """
            registries:
              - { name: keys, kind: etcd, servers: [http://127.0.0.1:2379], username: gateway, password: hush }
              - { name: cloud, kind: eureka, servers: ['http://user:hush@127.0.0.1:8761/eureka', 'west=http://hush@127.0.0.1:8762/eureka'] }

            """);

        Assert.Equal(ExitCodes.Ok, await Invoke("validate"));

        Assert.DoesNotContain("hush", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("password=*** servers=http://127.0.0.1:2379 username=gateway", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("http://***@127.0.0.1:8761/eureka,west=http://***@127.0.0.1:8762/eureka", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_GoodConfiguration_TellsItsParts()
    {
        _folder.Write("bridgemesh.yaml", Dubbo);

        Assert.Equal(ExitCodes.Ok, await Invoke("validate"));

        Assert.Equal(
            """
            bridgemesh.yaml: valid
              listener dubbo: dubbo on 127.0.0.1:0
              registry services: file path=services.yaml
              route all: every service → all registries
              contracts: 0 services with 0 methods

            """,
            _output.ToString());
        Assert.Empty(_error.ToString());
    }

    [Fact]
    public async Task Validate_Problems_TellsAllAndEndsWith1()
    {
        _folder.Write("my.yaml", "drainMs: soon\nadmn: {}\n" + Dubbo);

        Assert.Equal(ExitCodes.Configuration, await Invoke("validate", "--config", "my.yaml", "--set", "id=a b"));

        Assert.Equal(
            """
            my.yaml:1:10: 'drainMs' is 'soon'; write a whole number from 0 to 600000
            my.yaml:2:1: unknown key 'admn'; did you mean 'admin'?
            --set:1:4: 'id' is 'a b'; write 1 to 64 letters, digits, dashes and dots
            my.yaml: 3 problems

            """,
            _error.ToString());
    }

    [Fact]
    public async Task Validate_ProblemsAsJson_CarryPlacesAndCures()
    {
        _folder.Write("bridgemesh.yaml", "drainMs: soon\n" + Dubbo);

        Assert.Equal(ExitCodes.Configuration, await Invoke("validate", "-o", "json"));

        using var json = JsonDocument.Parse(_output.ToString());
        Assert.False(json.RootElement.GetProperty("valid").GetBoolean());
        var problem = json.RootElement.GetProperty("problems")[0];
        Assert.Equal("bridgemesh.yaml", problem.GetProperty("file").GetString());
        Assert.Equal((1, 10), (problem.GetProperty("line").GetInt32(), problem.GetProperty("column").GetInt32()));
        Assert.Equal("write a whole number from 0 to 600000", problem.GetProperty("cure").GetString());
    }

    [Fact]
    public async Task Run_Problems_EndsWith1WithoutStarting()
    {
        Assert.Equal(ExitCodes.Configuration, await Invoke("run", "--set", "listeners=[]"));

        Assert.Contains("there is no listener", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ToldToStopAlready_EndsWith0()
    {
        _folder.Write("bridgemesh.yaml", Dubbo);
        _stop.Raise();

        Assert.Equal(ExitCodes.Ok, await Invoke("run", "--set", "admin.enabled=false"));
    }

    private Task<int> Invoke(params string[] args)
    {
        _output.NewLine = _error.NewLine = "\n";
        return BridgeMeshCommand.InvokeAsync(args, new CommandSurroundings(_output, _error, _folder.Path), _stop);
    }
}
