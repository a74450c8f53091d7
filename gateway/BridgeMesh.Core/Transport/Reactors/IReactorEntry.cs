namespace BridgeMesh.Core.Transport.Reactors;

/// <summary>
/// What has a descriptor with a reactor. All of it is called on the reactor's thread, except <see cref="Release"/> by those whose post came
/// after the reactor's end.
/// </summary>
internal interface IReactorEntry
{
    /// <summary>Place in the reactor's table; -1 while it is not registered. The reactor's alone.</summary>
    int Index { get; set; }

    /// <summary>Whether it is in the inbox.</summary>
    ref PostedMark Posted { get; }

    /// <summary>The descriptor is ready for what it was registered for, or is at its end.</summary>
    void OnReady(uint events);

    /// <summary>Another thread wants something done; what it is, the entry's own state tells.</summary>
    void OnPosted();

    /// <summary>The reactor ends.</summary>
    void OnStopped();

    /// <summary>Gives its descriptor and buffers back. At the end of a batch, when nothing else uses them.</summary>
    void Release();
}

/// <summary>An entry is in its reactor's inbox at most once, which bounds the inbox.</summary>
internal struct PostedMark
{
    private int _isSet;

    /// <summary>True for who must put the entry in.</summary>
    internal bool TrySet() => Interlocked.Exchange(ref _isSet, 1) == 0;

    /// <summary>A full fence: what was changed before a post that found the mark set is seen by the reads behind this.</summary>
    internal void Clear() => Interlocked.Exchange(ref _isSet, 0);
}
