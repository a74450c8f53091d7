using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Dubbo.Requests;

/// <summary>
/// Where the parts of a request's body begin, counted from the body's start, so that a request can be spliced without walking its arguments
/// again. Kept in <see cref="FrameHeader.Layout"/>; a default layout says that nobody has looked yet.
/// </summary>
/// <param name="HasPlainAttachments">
/// The attachments are an untyped map of texts: it can be read without the classes and types that arguments define.
/// </param>
internal readonly record struct RequestLayout(int Path, int Method, int Arguments, int Attachments, bool HasPlainAttachments)
{
    internal bool IsKnown => Arguments > 0;

    internal static RequestLayout Unpack(FrameLayout layout) => new(layout.A, layout.B, layout.C, layout.D >> 1, (layout.D & 1) != 0);

    /// <summary>A frame is shorter than 2^30 bytes by far, so the last offset has a bit to spare.</summary>
    internal FrameLayout Pack() => new(Path, Method, Arguments, (Attachments << 1) | (HasPlainAttachments ? 1 : 0));
}
