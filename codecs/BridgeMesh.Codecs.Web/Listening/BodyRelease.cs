using System.IO.Pipelines;

namespace BridgeMesh.Codecs.Web.Listening;

/// <summary>Giving a body's buffers back, which must not fail.</summary>
public static class BodyRelease
{
    /// <summary>
    /// Advances a reader whose peer may be gone. Kestrel's readers throw the reset at whoever touches them next, and a call that has been
    /// dispatched belongs to the pipeline: an exception here would end it at the listener while its callee still answers. Whoever reads on
    /// learns of the reset anyway.
    /// </summary>
    public static void Release(this PipeReader reader, SequencePosition consumed)
    {
        ArgumentNullException.ThrowIfNull(reader);
        try
        {
            reader.AdvanceTo(consumed);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // An aborted body has no buffers left.
        }
    }
}
