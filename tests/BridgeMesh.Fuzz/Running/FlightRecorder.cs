using System.IO.MemoryMappedFiles;
using System.Text;

namespace BridgeMesh.Fuzz.Running;

/// <summary>
/// Notes which input a thread is at in a mapped file, which outlives the process: a stack overflow ends it without a word. The note is
/// taken away at an orderly end.
/// </summary>
internal sealed class FlightRecorder : IDisposable
{
    private const int Bytes = 256;
    private const int NameAt = 16;

    private static int _recorders;

    private readonly string _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private string _name = string.Empty;

    internal FlightRecorder()
    {
        // Several runs in one process, as in tests, each have their own.
        _path = Path.Combine(Folder, $"fuzz-{Environment.ProcessId}-{Interlocked.Increment(ref _recorders)}.place");
        _file = MemoryMappedFile.CreateFromFile(_path, FileMode.Create, null, Bytes);
        _view = _file.CreateViewAccessor(0, Bytes);
    }

    private static string Folder => Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "bridgemesh-fuzz")).FullName;

    internal void Begin(string target, ulong seed, long index)
    {
        if (!ReferenceEquals(_name, target))
        {
            var name = Encoding.UTF8.GetBytes(target.PadRight(64));
            _view.WriteArray(NameAt, name, 0, 64);
            _name = target;
        }

        _view.Write(0, seed);
        _view.Write(8, index);
    }

    /// <summary>Where processes that are no more were when they ended without a word; forgets it.</summary>
    internal static IEnumerable<string> TakeOrphans()
    {
        foreach (var path in Directory.EnumerateFiles(Folder, "fuzz-*.place"))
        {
            var process = Path.GetFileName(path).Split('-')[1];
            if (Directory.Exists($"/proc/{process}"))
            {
                continue;
            }

            var bytes = File.ReadAllBytes(path);
            File.Delete(path);
            yield return $"--decoder {Encoding.UTF8.GetString(bytes, NameAt, 64).Trim()} --seed {BitConverter.ToUInt64(bytes, 0)} --index {BitConverter.ToInt64(bytes, 8)}";
        }
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }
}
