using System.Diagnostics;
using System.Runtime.CompilerServices;
using BridgeMesh.Testing;

namespace BridgeMesh.Registries.ZooKeeper.Curator;

/// <summary>A test against Curator's own service discovery.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CuratorFactAttribute() : InstalledFactAttribute(CuratorPeer.IsThere, "Debian's packages libcurator-discovery-java and default-jdk-headless are not installed");

/// <summary>The Java program beside, compiled once, in a process of its own.</summary>
internal sealed class CuratorPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static readonly string Jars = string.Join(':', ((string[])
    [
        "curator-x-discovery", "curator-framework", "curator-client", "zookeeper", "zookeeper-jute", "jackson-core", "jackson-databind",
        "jackson-annotations", "guava", "slf4j-api", "slf4j-nop",
    ]).Select(static j => $"/usr/share/java/{j}.jar"));

    private static readonly Lazy<Task<string>> Classes = new(CompileAsync);

    private readonly Process _process;

    private CuratorPeer(Process process) => _process = process;

    public static bool IsThere { get; } = Jars.Split(':').All(System.IO.File.Exists) && System.IO.File.Exists("/usr/bin/javac");

    /// <summary>What it prints until it ends, by lines.</summary>
    public static async Task<string[]> RunAsync(params string[] arguments)
    {
        await using var peer = await StartAsync(arguments);
        using var patience = new CancellationTokenSource(Patience);
        var errors = peer._process.StandardError.ReadToEndAsync(patience.Token);
        var output = await peer._process.StandardOutput.ReadToEndAsync(patience.Token);
        await peer._process.WaitForExitAsync(patience.Token);
        Assert.True(peer._process.ExitCode == 0, $"{output}{await errors}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Runs until it is disposed, which closes its input and waits for its end.</summary>
    public static async Task<CuratorPeer> StartAsync(params string[] arguments) => new(
        Launch("java", ["-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp", $"{await Classes.Value}:{Jars}", "CuratorPeer", .. arguments]));

    public async Task<string> LineAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _process.StandardOutput.ReadLineAsync(patience.Token) ?? await _process.StandardError.ReadToEndAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        _process.Dispose();
    }

    private static async Task<string> CompileAsync()
    {
        var sources = Path.Combine(Here(), "java");
        var classes = Directory.CreateTempSubdirectory("bridgemesh-curator-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(classes, recursive: true);
        using var javac = Launch("javac", ["-d", classes, "-cp", Jars, .. Directory.GetFiles(sources, "*.java", SearchOption.AllDirectories)]);
        using var patience = new CancellationTokenSource(Patience);
        var errors = await javac.StandardError.ReadToEndAsync(patience.Token);
        await javac.WaitForExitAsync(patience.Token);
        Assert.True(javac.ExitCode == 0, errors);
        return classes;
    }

    private static Process Launch(string program, IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo($"/usr/bin/{program}", arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    }) ?? throw new InvalidOperationException($"{program} does not start");

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file) ?? string.Empty;
}
