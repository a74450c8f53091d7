using System.Buffers.Text;

namespace BridgeMesh.Codecs.Hessian.Writing;

/// <summary>
/// Plain decimal digits as BigDecimal.toString writes the same number: with an exponent once the first digit lies more than six places
/// behind the point. Source: the Javadoc of BigDecimal.toString.
/// </summary>
internal static class DecimalText
{
    /// <summary>Room that the exponent form needs beside the digits.</summary>
    internal const int ExtraLength = 16;

    /// <summary>False when the plain text is already what Java writes; otherwise its form with an exponent.</summary>
    internal static bool TryExponentForm(ReadOnlySpan<byte> plain, Span<byte> into, out int length)
    {
        length = 0;
        var negative = !plain.IsEmpty && plain[0] == '-';
        var digits = negative ? plain[1..] : plain;

        // Only 0.000000... comes near: at least six zeros behind the point.
        if (!digits.StartsWith("0.000000"u8))
        {
            return false;
        }

        var scale = digits.Length - 2;
        var unscaled = digits[2..].TrimStart((byte)'0');
        if (unscaled.IsEmpty)
        {
            unscaled = "0"u8;
        }

        var exponent = unscaled.Length - 1 - scale;
        if (exponent >= -6)
        {
            return false;
        }

        if (negative)
        {
            into[length++] = (byte)'-';
        }

        into[length++] = unscaled[0];
        if (unscaled.Length > 1)
        {
            into[length++] = (byte)'.';
            unscaled[1..].CopyTo(into[length..]);
            length += unscaled.Length - 1;
        }

        into[length++] = (byte)'E';
        Utf8Formatter.TryFormat(exponent, into[length..], out var written);
        length += written;
        return true;
    }
}
