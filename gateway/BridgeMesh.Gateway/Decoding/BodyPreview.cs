using System.Text.Unicode;

namespace BridgeMesh.Gateway.Decoding;

/// <summary>Shows a body that nothing here reads: its text where it is one, else its first bytes.</summary>
internal static class BodyPreview
{
    /// <summary>Enough to recognise a format by; the whole is in the input.</summary>
    private const int MaxBytes = 4_096;

    public static UndecodedBody Of(long offset, ReadOnlySpan<byte> bytes)
    {
        var shown = bytes[..Math.Min(bytes.Length, MaxBytes)];
        return IsText(bytes)
            ? new UndecodedBody(offset, bytes.Length, System.Text.Encoding.UTF8.GetString(shown), null)
            : new UndecodedBody(offset, bytes.Length, null, Convert.ToHexStringLower(shown));
    }

    private static bool IsText(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes) && !bytes.ContainsAnyInRange((byte)0, (byte)8);
}
