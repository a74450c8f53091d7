using System.Diagnostics;
using System.Text.Json;
using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Hosting;

namespace BridgeMesh.Gateway.Tests.Commands;

public sealed class CompletionCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StopSignal _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }

    /// <summary>The script in a real bash, asking the real program.</summary>
    [Theory]
    [InlineData("bridgemesh de", 1, "decode")]
    [InlineData("bridgemesh decode --out", 2, "--output")]
    [InlineData("bridgemesh decode --output j", 3, "json")]
    [InlineData("bridgemesh call --types-in", 2, "--types-in-answer")]
    [InlineData("bridgemesh completion f", 2, "fish")]
    public async Task Script_InBash_CompletesTheWord(string line, int word, string wanted)
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("completion", "bash"));
        var test = $$"""
            {{_output}}
            COMP_LINE='{{line}}'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=($COMP_LINE); COMP_CWORD={{word}}
            _bridgemesh
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        _folder.Write("test.sh", test);
        using var bash = Process.Start(new ProcessStartInfo("bash", [Path.Combine(_folder.Path, "test.sh")])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}",
                ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")),
            },
        }) ?? throw new InvalidOperationException("bash did not start");

        Assert.Equal(wanted, (await bash.StandardOutput.ReadToEndAsync()).Trim());
    }

    [Theory]
    [InlineData("yaml")]
    [InlineData("1")]
    [InlineData("")]
    public async Task UnknownFormOfOutput_IsToldThoseThatThereAre(string form)
    {
        Assert.Equal(ExitCodes.Usage, await Invoke("version", "--output", form));
        Assert.Equal($"'{form}' is no form of output; write json or text\nSee 'bridgemesh version --help'.\n", _error.ToString());
    }

    [Fact]
    public async Task UnknownShell_IsToldThoseThatThereAreInOneLine()
    {
        Assert.Equal(ExitCodes.Usage, await Invoke("completion", "tcsh"));
        Assert.Contains("Must be one of: 'bash' 'zsh' 'fish' 'pwsh'\n", _error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zsh", "#compdef bridgemesh")]
    [InlineData("fish", "complete -c bridgemesh")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Script_OfAnyShell_IsAlsoHadAsJson(string shell, string begin)
    {
        Assert.Equal(ExitCodes.Ok, await Invoke("completion", shell, "--output", "json"));

        using var json = JsonDocument.Parse(_output.ToString());
        Assert.StartsWith(begin, json.RootElement.GetProperty("script").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Did you mean 'decode'?", "decdoe")]
    [InlineData("Did you mean '--protocol'?", "decode", "00", "00", "--protocl")]
    [InlineData("Did you mean 'validate'?", "valdate")]
    public async Task Typo_IsToldWithWhatWasMeant(string told, params string[] args)
    {
        Assert.Equal(ExitCodes.Usage, await Invoke(args));
        Assert.Contains(told, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_OfEveryCommand_HasOutputAndExamplesWhereThereIsMuchToSay()
    {
        foreach (var command in (string[])["run", "validate", "call", "decode", "contract import", "contract show", "schema", "completion", "version"])
        {
            _output.GetStringBuilder().Clear();
            Assert.Equal(ExitCodes.Ok, await Invoke([.. command.Split(' '), "--help"]));
            Assert.Contains("--output", _output.ToString(), StringComparison.Ordinal);
            var isLong = command is "call" or "decode" or "contract import" or "contract show" or "schema" or "completion";
            Assert.Equal(isLong, _output.ToString().Contains("Examples:", StringComparison.Ordinal));
        }
    }

    private Task<int> Invoke(params string[] args) =>
        BridgeMeshCommand.InvokeAsync(args, new CommandSurroundings(_output, _error, _folder.Path), _stop);
}
