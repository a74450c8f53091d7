using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>What a document says that contracts do not carry over; told, and stopped at by nothing.</summary>
internal sealed class ImportNotes
{
    /// <summary>Notes that are kept; more help nobody.</summary>
    public const int MaxNotes = 1_000;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<string> _notes = [];
    private int _left;

    public IReadOnlyList<string> ToList() => _left == 0 ? _notes : [.. _notes, $"{_left} more notes"];

    public void Add(Place place, string message)
    {
        var at = place.Node?.At ?? default(YamlMark);
        var note = at.Line == 0 ? $"{place.Pointer}: {message}" : $"{at.File}:{at.Line}:{at.Column}: {place.Pointer}: {message}";
        if (!_seen.Add(note))
        {
            return;
        }

        if (_notes.Count == MaxNotes)
        {
            _left++;
            return;
        }

        _notes.Add(note);
    }
}
