using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Grpc.Headers;

/// <summary>
/// The pairs that went out with the head of an answer. What an exchange has beside them when its stream has ended came with the callee's
/// trailers, and goes out with the end. Immutable copy; owns nothing of the exchange's.
/// </summary>
internal readonly struct SentMetadata
{
    private readonly KeyValuePair<string, string>[]? _pairs;

    private SentMetadata(KeyValuePair<string, string>[] pairs) => _pairs = pairs;

    internal static SentMetadata Of(Metadata metadata) => metadata.Count == 0 ? default : new SentMetadata(metadata.Entries.ToArray());

    /// <summary>Whether the pair need not be sent again. A pair that a callee put into both its head and its trailers is sent once.</summary>
    internal bool Contains(in KeyValuePair<string, string> pair)
    {
        foreach (ref readonly var sent in _pairs.AsSpan())
        {
            if (sent.Value == pair.Value && sent.Key == pair.Key)
            {
                return true;
            }
        }

        return false;
    }
}
