using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Grpc.Framing;

/// <summary>Compresses the messages of one direction of a call, where that makes them shorter. Owns its buffer. Not safe for two threads.</summary>
internal sealed class MessagePacker(PackingRule rule) : IDisposable
{
    private readonly FrameWriter _packed = new();

    /// <summary>Null without a rule.</summary>
    internal static MessagePacker? Of(PackingRule? rule) => rule is null ? null : new MessagePacker(rule);

    /// <summary>The last message was compressed.</summary>
    internal bool HasPacked { get; private set; }

    /// <summary>Puts what lies behind <paramref name="start"/> there compressed; false when it is left as it is.</summary>
    internal bool TryPack(FrameWriter body, int start)
    {
        var length = body.Length - start;
        HasPacked = false;
        if (length == 0 || length < rule.MinBytes)
        {
            return false;
        }

        _packed.Clear();
        MessageEncoding.Pack(MessageEncoding.Gzip, body.Written[start..], _packed);
        if (_packed.Length >= length)
        {
            return false;
        }

        body.Truncate(start);
        body.Write(_packed.Written);
        HasPacked = true;
        return true;
    }

    public void Dispose() => _packed.Dispose();
}
