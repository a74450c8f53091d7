using System.Text;

namespace BridgeMesh.Codecs.Grpc.Tests.Dialects.Triple;

/// <summary>Wrapper messages by hand: what dubbo-rpc-triple's TripleCustomerProtocolWapper writes, field by field.</summary>
internal static class WrapperBytes
{
    internal static byte[] Message(params (int Field, object Value)[] fields)
    {
        using var bytes = new MemoryStream();
        foreach (var (field, value) in fields)
        {
            var content = value as byte[] ?? Encoding.UTF8.GetBytes((string)value);
            bytes.WriteByte((byte)((field << 3) | 2));
            for (var left = content.Length; ; left >>= 7)
            {
                bytes.WriteByte((byte)(left < 0x80 ? left : left | 0x80));
                if (left < 0x80)
                {
                    break;
                }
            }

            bytes.Write(content);
        }

        return bytes.ToArray();
    }

    /// <summary>A Hessian 2 text of up to 31 ASCII characters.</summary>
    internal static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
