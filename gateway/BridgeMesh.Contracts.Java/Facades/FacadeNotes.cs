using BridgeMesh.Contracts.Java.ClassPaths;

namespace BridgeMesh.Contracts.Java.Facades;

/// <summary>What an import does not carry over whole: each thing told once, missing classes with those who need them.</summary>
internal sealed class FacadeNotes
{
    /// <summary>More are counted, not kept: a jar of thousands of classes without its libraries has one for each use.</summary>
    private const int MaxNotes = 10_000;

    /// <summary>Classes that a note on a missing one names.</summary>
    private const int MaxNeeders = 3;

    private readonly List<FacadeNote> _notes = [];
    private readonly HashSet<FacadeNote> _told = [];
    private readonly SortedDictionary<string, List<string>> _missing = new(StringComparer.Ordinal);
    private int _dropped;

    public IReadOnlyCollection<string> MissingClasses => _missing.Keys;

    public void Add(string place, string message)
    {
        var note = new FacadeNote(place, message);
        if (_notes.Count >= MaxNotes)
        {
            _dropped++;
        }
        else if (_told.Add(note))
        {
            _notes.Add(note);
        }
    }

    /// <param name="needer">Class, or class and member, that names it.</param>
    public void Missing(string name, string needer)
    {
        if (!_missing.TryGetValue(name, out var needers))
        {
            _missing.Add(name, needers = []);
        }

        if (!needers.Contains(needer, StringComparer.Ordinal))
        {
            needers.Add(needer);
        }
    }

    public IReadOnlyList<FacadeNote> ToList()
    {
        var all = new List<FacadeNote>(_notes);
        foreach (var (name, needers) in _missing)
        {
            var named = string.Join(", ", needers.Take(MaxNeeders));
            var more = needers.Count > MaxNeeders ? $" and {needers.Count - MaxNeeders} more" : string.Empty;
            all.Add(new(name, $"the class is not on the class path, so it is taken for anything; {named}{more} need it: add its jar"));
        }

        if (_dropped > 0)
        {
            all.Add(new(string.Empty, $"{_dropped} more notes are left out"));
        }

        return all;
    }
}
