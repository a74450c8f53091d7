using System.IO.Compression;
using BridgeMesh.Contracts.Java.ClassFiles;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.ClassPaths;

/// <summary>
/// A jar, or a Spring Boot or servlet archive. Reads what is asked for, into one buffer; nothing is unpacked to disk. What an archive
/// claims of itself is not believed: sizes are bounded while reading. Source: JAR File Specification, "Multi-release JAR files".
/// </summary>
internal sealed class JarFile : ClassContainer
{
    /// <summary>A jar's bytes; the list of its entries is held in memory.</summary>
    public const int MaxFileBytes = 512 << 20;

    /// <summary>The largest application archives have some 100,000.</summary>
    public const int MaxEntries = 400_000;

    /// <summary>Bytes of all classes read of one jar.</summary>
    public const int MaxTotalBytes = 1 << 30;

    /// <summary>Bytes out for a byte in. Classes come to 2 or 3, and to 100 only where they are one long table.</summary>
    public const int MaxRatio = 200;

    /// <summary>Below this size no ratio is an attack.</summary>
    private const int SmallBytes = 1 << 20;

    /// <summary>Jars inside that a message names.</summary>
    private const int MaxNamed = 5;

    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _nested = [];
    private byte[] _buffer = new byte[64 << 10];
    private long _total;

    private JarFile(string file, ZipArchive archive)
        : base(file) => _archive = archive;

    public override IReadOnlyCollection<string> Names => _entries.Keys;

    public override IReadOnlyList<string> NestedJars => _nested;

    /// <summary>Null after a problem.</summary>
    public static JarFile? Open(string file, List<SourceProblem> problems)
    {
        FileStream? stream = null;
        try
        {
            stream = System.IO.File.OpenRead(file);
            if (stream.Length > MaxFileBytes)
            {
                problems.Add(new(file, 0, 0, $"the jar has {stream.Length} bytes", $"give one of at most {MaxFileBytes}, such as the facade alone"));
                stream.Dispose();
                return null;
            }

            var jar = new JarFile(file, new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: false));
            if (jar.Index(problems))
            {
                return jar;
            }

            jar.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
        {
            stream?.Dispose();
            problems.Add(new(file, 0, 0, $"this is no jar: {e.Message}", "correct the path, or build the jar anew"));
        }

        return null;
    }

    public override string PlaceOf(string name) => _entries.TryGetValue(name, out var entry) ? $"{File}!/{entry.FullName}" : $"{File}!/{name}";

    public override ReadOnlyMemory<byte>? Read(string name, List<SourceProblem> problems)
    {
        if (!_entries.TryGetValue(name, out var entry))
        {
            return null;
        }

        try
        {
            using var content = entry.Open();
            var length = Fill(content, entry.CompressedLength, out var fault);
            if (fault is null)
            {
                return _buffer.AsMemory(0, length);
            }

            problems.Add(new(PlaceOf(name), 0, 0, fault, "build the jar anew: no compiler writes such a class"));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or NotSupportedException)
        {
            problems.Add(new(PlaceOf(name), 0, 0, $"the entry cannot be read: {e.Message}", "build the jar anew, without encryption"));
        }

        return null;
    }

    public override void Dispose()
    {
        _archive.Dispose();
        base.Dispose();
    }

    private bool Index(List<SourceProblem> problems)
    {
        if (_archive.Entries.Count > MaxEntries)
        {
            problems.Add(new(File, 0, 0, $"the jar has {_archive.Entries.Count} entries", $"give one of at most {MaxEntries}"));
            return false;
        }

        var sound = true;
        var releases = new Dictionary<string, int>(StringComparer.Ordinal);
        var isMultiRelease = IsMultiRelease();
        foreach (var entry in _archive.Entries)
        {
            var path = entry.FullName;
            if (ClassNames.LeavesArchive(path))
            {
                sound = false;
                problems.Add(new(File, 0, 0, $"the entry '{Shown(path)}' leads out of the archive", "do not use this jar: it attacks those who unpack it"));
            }
            else if (path.EndsWith(".jar", StringComparison.OrdinalIgnoreCase))
            {
                _nested.Add(path);
            }
            else if (ClassNames.Versioned(path) is { } versioned)
            {
                if (isMultiRelease && ClassNames.OfEntry(versioned.Path) is { } newer && releases.GetValueOrDefault(newer) < versioned.Release)
                {
                    releases[newer] = versioned.Release;
                    _entries[newer] = entry;
                }
            }
            else if (ClassNames.OfEntry(path) is { } name && !releases.ContainsKey(name))
            {
                _entries.TryAdd(name, entry);
            }
        }

        return sound;
    }

    private bool IsMultiRelease()
    {
        if (_archive.GetEntry("META-INF/MANIFEST.MF") is not { } manifest)
        {
            return false;
        }

        using var content = manifest.Open();
        var length = Fill(content, manifest.CompressedLength, out _);
        return System.Text.Encoding.UTF8.GetString(_buffer, 0, length).Split('\n')
            .Any(static l => l.Trim().Equals("Multi-Release: true", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Reads into the buffer; bytes read, and why there are not more.</summary>
    private int Fill(Stream content, long compressed, out string? fault)
    {
        fault = null;
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }

            var read = content.Read(_buffer, length, _buffer.Length - length);
            length += read;
            _total += read;
            fault = length > ClassFileReader.MaxBytes ? $"the entry has more than {ClassFileReader.MaxBytes} bytes"
                : length > SmallBytes && length > compressed * MaxRatio ? $"the entry grows to more than {MaxRatio} times its size in the archive"
                : _total > MaxTotalBytes ? $"the classes of the jar come to more than {MaxTotalBytes} bytes"
                : null;
            if (read == 0 || fault is not null)
            {
                return length;
            }
        }
    }

    /// <summary>How a message names the jars inside; empty without any.</summary>
    public string DescribeNested() => _nested.Count == 0 ? string.Empty
        : $"{string.Join(", ", _nested.Take(MaxNamed).Select(Shown))}{(_nested.Count > MaxNamed ? $" and {_nested.Count - MaxNamed} more" : string.Empty)}";

    private static string Shown(string path) => path.Length <= 120 ? path : path[..120] + "…";
}
