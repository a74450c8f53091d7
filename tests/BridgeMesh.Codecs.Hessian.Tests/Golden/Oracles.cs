using System.Diagnostics;

namespace BridgeMesh.Codecs.Hessian.Tests.Golden;

/// <summary>Independent decoders as child processes; see tests/oracles.</summary>
internal static class Oracles
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static string Folder => Path.Combine(Recordings.Root, "tests", "oracles");

    /// <summary>Debian's package libhessian-java.</summary>
    private const string CauchoJar = "/usr/share/java/hessian.jar";

    internal static bool ArePrepared =>
        Directory.Exists(Path.Combine(Folder, "node_modules", "hessian.js")) && File.Exists(CauchoJar) && IsOnPath("node") && IsOnPath("javac");

    /// <summary>hessian.js for the final dialect, sofa-hessian-node for the draft; outcome by recording.</summary>
    internal static Dictionary<string, string> Node(IEnumerable<(Recording Recording, byte[] Written)> pairs) =>
        Run(pairs, (input, output) => ("node", ["compare.js", input, output]));

    /// <summary>As above, what was written being in the other dialect than the recording.</summary>
    internal static Dictionary<string, string> Crossed(IEnumerable<(Recording Recording, byte[] Written)> pairs) =>
        Run(pairs, (input, output) => ("node", ["compare.js", input, output]), crossed: true);

    /// <summary>Caucho's library, for the final dialect.</summary>
    internal static Dictionary<string, string> Caucho(IEnumerable<(Recording Recording, byte[] Written)> pairs)
    {
        // What Hessian reads by reflection: see the list of packages in Dubbo's own start scripts.
        string[] opened = ["java.lang", "java.util", "java.math", "java.util.concurrent", "java.util.concurrent.atomic", "java.io", "java.time", "java.net", "sun.util.calendar"];
        var options = opened.SelectMany(p => (string[])["--add-opens", $"java.base/{p}=ALL-UNNAMED"]);
        return Run(pairs, (input, output) => (
            "java",
            [.. options, "--add-opens", "java.sql/java.sql=ALL-UNNAMED", "-cp", $"caucho:{CauchoJar}", "caucho/Compare.java", input, output]));
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, program)));

    private static string Dialects(HessianDialect dialect, bool crossed) => dialect == HessianDialect.Final
        ? crossed ? "final-draft" : "final"
        : crossed ? "draft-final" : "draft";

    private static Dictionary<string, string> Run(
        IEnumerable<(Recording Recording, byte[] Written)> pairs, Func<string, string, (string Program, string[] Arguments)> command,
        bool crossed = false)
    {
        var input = Path.GetTempFileName();
        var output = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(input, pairs.Select(p => string.Join(
                '\t',
                p.Recording.Id,
                Dialects(p.Recording.Dialect, crossed),
                Convert.ToBase64String(p.Recording.Bytes),
                Convert.ToBase64String(p.Written))));
            var (program, arguments) = command(input, output);
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder })
                ?? throw new InvalidOperationException($"{program} did not start");
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                throw new InvalidOperationException($"{program} took more than {Patience}");
            }

            Assert.Equal(0, process.ExitCode);
            return File.ReadLines(output).Select(l => l.Split('\t', 3)).ToDictionary(l => l[0], l => l[1] + (l[2].Length > 0 ? ": " + l[2] : string.Empty));
        }
        finally
        {
            File.Delete(input);
            File.Delete(output);
        }
    }
}
