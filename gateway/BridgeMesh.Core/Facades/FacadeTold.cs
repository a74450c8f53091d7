using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Facades;

/// <summary>
/// Tells operators what became of facades: of the first ones of a moment each, of the others how many; a registry's trouble once, and when
/// it is over. For one thread at a time.
/// </summary>
internal sealed class FacadeTold(ILogger log)
{
    /// <summary>Facades of one look that have a line each.</summary>
    private const int MaxLines = 20;

    private readonly HashSet<string> _troubled = new(StringComparer.Ordinal);
    private HashSet<string> _problems = new(StringComparer.Ordinal);
    private int _stood;
    private int _withdrawn;
    private int _refused;

    internal void Failed(FacadeState state, FacadeResult result, bool isLeaving)
    {
        if (isLeaving)
        {
            return; // What is left at the end is counted then.
        }

        var why = result.Problem ?? string.Empty;
        if (result.IsFinal)
        {
            if (++_refused <= MaxLines)
            {
                Log.Refused(log, state.Key.Registry, state.Key, why);
            }
        }
        else if (_troubled.Add(state.Key.Registry))
        {
            Log.Failed(log, state.Key.Registry, state.Key, result.Tried is null ? "withdrawn" : "published", why);
        }
    }

    internal void Ended(FacadeState state, FacadeResult result, bool isLeaving)
    {
        if (_troubled.Remove(state.Key.Registry))
        {
            Log.Recovered(log, state.Key.Registry);
        }

        if (result.Publication is not null)
        {
            if (++_stood <= MaxLines)
            {
                Log.Stands(log, state.Key, state.Key.Registry, state.Plan?.Behind ?? 0);
            }
        }
        else if (++_withdrawn <= MaxLines)
        {
            var why = isLeaving ? "the gateway stops"
                : state.Published is null ? "an earlier life of this gateway left it"
                : state.IsWanted ? "it says something else now, and stands again at once"
                : state.EmptySince is null ? "the configuration has it no longer"
                : "nobody healthy stands behind it";
            Log.Withdrawn(log, state.Key, state.Key.Registry, why);
        }
    }

    /// <summary>The end of a look.</summary>
    internal void Flush(IReadOnlyList<string> problems)
    {
        Rest(ref _stood, "stand");
        Rest(ref _withdrawn, "are withdrawn");
        Rest(ref _refused, "are refused by their registries");
        foreach (var problem in problems.Where(p => !_problems.Contains(p)))
        {
            Log.Problem(log, problem);
        }

        _problems = [.. problems];
    }

    private void Rest(ref int count, string what)
    {
        if (count > MaxLines)
        {
            Log.Further(log, count - MaxLines, what);
        }

        count = 0;
    }
}
