using System.Collections.Concurrent;
using System.Diagnostics;

namespace BridgeMesh.Contracts.Java.Tests.Jdk;

/// <summary>javac and jar of the machine. What is compiled is kept for the run, below the tests' own output.</summary>
internal static class JavaCompiler
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly ConcurrentDictionary<string, Lazy<string>> Compiled = new(StringComparer.Ordinal);

    public static bool IsThere => PathOf("javac") is not null;

    /// <summary>The JDK's directory; null when javac is a file of its own.</summary>
    public static string? Home => PathOf("javac") is { } javac
        ? Path.GetDirectoryName(Path.GetDirectoryName(new FileInfo(javac).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? javac))
        : null;

    public static string Samples { get; } = Path.Combine(FindRoot(), "interop-samples", "java");

    /// <summary>The directory of classes made of a folder of interop-samples/java.</summary>
    /// <param name="options">As javac takes them.</param>
    /// <param name="classPath">Directories that the sources need.</param>
    public static string Compile(string folder, string options = "-parameters", params string[] classPath)
    {
        var key = $"{folder} {options}";
        return Compiled.GetOrAdd(key, k => new Lazy<string>(() =>
        {
            var output = Path.Combine(AppContext.BaseDirectory, "javac", string.Concat(k.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '_')));
            if (Directory.Exists(output))
            {
                Directory.Delete(output, recursive: true);
            }

            Directory.CreateDirectory(output);
            var sources = Directory.EnumerateFiles(Path.Combine(Samples, folder), "*.java", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
            string[] path = classPath.Length == 0 ? [] : ["-cp", string.Join(':', classPath)];
            Run("javac", ["-nowarn", "-proc:none", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. path, "-d", output, .. sources]);
            return output;
        })).Value;
    }

    /// <summary>Sources of a test's own, by file name.</summary>
    public static string CompileSources(string name, params (string File, string Source)[] sources)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "javac", $"{name}-src");
        var output = Path.Combine(AppContext.BaseDirectory, "javac", name);
        foreach (var directory in (string[])[folder, output])
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }

            Directory.CreateDirectory(directory);
        }

        var files = new List<string>();
        foreach (var (file, source) in sources)
        {
            files.Add(Path.Combine(folder, file));
            File.WriteAllText(files[^1], source);
        }

        Run("javac", ["-nowarn", "-d", output, .. files]);
        return output;
    }

    public static string Run(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{program} took more than {Patience}");
        }

        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {output}{errors.GetAwaiter().GetResult()}");
        return output;
    }

    private static string? PathOf(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
        .Select(p => Path.Combine(p, program)).FirstOrDefault(File.Exists);

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "BridgeMesh.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("the tests run outside the repository");
    }
}
