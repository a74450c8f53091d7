using System.ComponentModel;
using System.Diagnostics;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Protoc;

/// <summary>
/// Compiles .proto files to descriptor sets with protoc, a process of its own: no shell, its arguments in a file, its output in a directory
/// that nobody else can read, all of it gone afterwards. Bounded in time and in what it says. Stateless; safe for any thread.
/// </summary>
internal static class ProtoCompiler
{
    /// <summary>Time for one run, in ms. All of googleapis, 4,000 files, take some five seconds.</summary>
    /// <summary>Time for a killed protoc to be gone, in ms.</summary>
    private const int MaxEndMs = 1_000;

    private const int MaxMs = 30_000;

    /// <summary>Characters of what protoc says that are read; a file of faults alone has some hundred a line.</summary>
    private const int MaxSaidChars = 1 << 20;

    /// <summary>Files that are compiled each by itself, to tell the faults of all, where they do not compile together.</summary>
    private const int MaxAlone = 200;

    /// <summary>As of a descriptor set that somebody brings.</summary>
    private const int MaxSetBytes = 64 << 20;

    /// <summary>The file of arguments, in the directory of one run.</summary>
    private const string Arguments = "arguments";

    /// <summary>Where the build puts protoc and what everybody imports.</summary>
    private static readonly string Bundle = Path.Combine(AppContext.BaseDirectory, "protoc");

    public static string BundledCompiler { get; } = Path.Combine(Bundle, OperatingSystem.IsWindows() ? "protoc.exe" : "protoc");

    /// <summary>Directory of google/protobuf, and of google/type and google/api as far as contracts need them.</summary>
    public static string BundledIncludes { get; } = Path.Combine(Bundle, "include");

    /// <summary>A FileDescriptorSet of the files and all that they import; null after problems, which are added.</summary>
    /// <param name="notes">Gets protoc's warnings.</param>
    /// <param name="maxMs">Time for it, in ms.</param>
    public static byte[]? Compile(ProtoRoot root, List<SourceProblem> problems, List<string> notes, int maxMs = MaxMs)
    {
        string[] directories = [.. root.Directories.Append(BundledIncludes).Distinct(StringComparer.Ordinal)];
        foreach (var path in directories.Concat(root.Files).Where(static p => !IsPlain(p)))
        {
            // In a list of directories protoc takes colons and equals signs for its own, and a line of the file of arguments is an argument.
            problems.Add(new(root.Name, 0, 0, $"protoc cannot take the path {path}", "rename it: no colons, equals signs or line breaks"));
            return null;
        }

        DirectoryInfo? work = null;
        try
        {
            work = Directory.CreateTempSubdirectory("bridgemesh-protoc-");
            var started = TimeProvider.System.GetTimestamp();
            int Left() => Math.Max(1, maxMs - (int)TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
            string[] includes = [.. directories.Where(Directory.Exists).Select(static d => $"-I{d}")];
            var set = Path.Combine(work.FullName, "set.binpb");
            var found = new List<SourceProblem>();
            WriteArguments(work.FullName, [.. includes, "--include_imports", "--include_source_info", $"--descriptor_set_out={set}", .. root.Files]);
            if (Run(root, work.FullName, (Left(), maxMs), found, notes))
            {
                return Read(root, set, problems);
            }

            // protoc ends at the first file with a fault; people want to know of all.
            foreach (var file in root.Files.Count > 1 ? root.Files.Take(MaxAlone) : [])
            {
                if (Left() > 1)
                {
                    WriteArguments(work.FullName, [.. includes, $"--descriptor_set_out={set}", file]);
                    Run(root, work.FullName, (Left(), maxMs), found, []);
                }
            }

            problems.AddRange(found.Distinct());
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(root.Name, 0, 0, $"there is no place to compile in: {e.Message}", "free the directory for temporary files"));
            return null;
        }
        finally
        {
            TryDelete(work);
        }
    }

    /// <summary>One a line; files are absolute, so that none reads as an option.</summary>
    private static void WriteArguments(string work, IEnumerable<string> arguments) => File.WriteAllLines(Path.Combine(work, Arguments), arguments);

    /// <param name="time">What is left of all that it has.</param>
    private static bool Run(ProtoRoot root, string work, (int LeftMs, int MaxMs) time, List<SourceProblem> problems, List<string> notes)
    {
        var compiler = root.Compiler ?? BundledCompiler;
        var start = new ProcessStartInfo(compiler)
        {
            ArgumentList = { $"@{Path.Combine(work, Arguments)}" },
            WorkingDirectory = work,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        using var process = new Process { StartInfo = start };
        var said = new SaidText(MaxSaidChars);
        process.ErrorDataReceived += (_, e) => said.Add(e.Data);
        process.OutputDataReceived += (_, e) => said.Add(e.Data);
        try
        {
            process.Start();
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            problems.Add(new(
                root.Name, 0, 0, $"protoc cannot be run as {compiler}: {e.Message}", "name another with protoc: or --protoc, or give a descriptor set"));
            return false;
        }

        process.StandardInput.Close();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        if (!process.WaitForExit(time.LeftMs))
        {
            Stop(process);
            problems.Add(new(root.Name, 0, 0, $"protoc did not end within {time.MaxMs} ms", "compile less at once, or give a descriptor set"));
            return false;
        }

        // Without a time it waits for the readers, which have at most what is in the pipe.
        process.WaitForExit();
        ProtocOutput.Read(root, said.ToString(), process.ExitCode, problems, notes);
        return process.ExitCode == 0;
    }

    private static byte[]? Read(ProtoRoot root, string set, List<SourceProblem> problems)
    {
        var file = new FileInfo(set);
        if (file is { Exists: true, Length: <= MaxSetBytes })
        {
            return File.ReadAllBytes(set);
        }

        var what = file.Exists ? $"its descriptors have {file.Length} bytes, more than {MaxSetBytes}" : "protoc wrote no descriptors";
        problems.Add(new(root.Name, 0, 0, what, "compile less at once, or give a descriptor set"));
        return null;
    }

    private static bool IsPlain(string path) =>
        path.AsSpan(OperatingSystem.IsWindows() && Path.IsPathFullyQualified(path) ? 2 : 0).IndexOfAny(":;=\n\r") < 0;

    private static void Stop(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);

            // What it may still write to goes next.
            process.WaitForExit(MaxEndMs);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself a moment ago.
        }
    }

    private static void TryDelete(DirectoryInfo? work)
    {
        try
        {
            work?.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A directory for temporary files is emptied by others too.
        }
    }

    /// <summary>Lines up to a bound; those behind it are dropped.</summary>
    private sealed class SaidText(int maxChars)
    {
        private readonly System.Text.StringBuilder _text = new();
        private readonly Lock _lock = new();

        public void Add(string? line)
        {
            lock (_lock)
            {
                if (line is not null && _text.Length < maxChars)
                {
                    _text.Append(line.AsSpan(0, Math.Min(line.Length, maxChars - _text.Length))).Append('\n');
                }
            }
        }

        public override string ToString()
        {
            lock (_lock)
            {
                return _text.ToString();
            }
        }
    }
}
