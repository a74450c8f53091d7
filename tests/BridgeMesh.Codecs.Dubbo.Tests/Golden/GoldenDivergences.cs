namespace BridgeMesh.Codecs.Dubbo.Tests.Golden;

/// <summary>Recorded frames that we write in other bytes, each with its reason. A test says so when an entry no longer diverges.</summary>
internal static class GoldenDivergences
{
    private const string HashCaches = "the fields in which Java caches facts of a BigInteger depend on what was called before";
    private const string NonTextAttachments = "numbers become text and objects are dropped: metadata of other protocols has no other form";
    private const string AsyncKeys = "async and id are for the consumer's own threads and mean nothing to a provider";

    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["types biginteger request"] = HashCaches,
        ["types biginteger reply"] = HashCaches,
        ["echo-object echo-biginteger request"] = HashCaches,
        ["echo-object echo-biginteger reply"] = HashCaches,
        ["semantics attachments-both-ways request"] = NonTextAttachments,
        ["semantics attachments-both-ways reply"] = NonTextAttachments,
        ["semantics async-invoke request"] = AsyncKeys,
    };

    internal static bool Of(GoldenCase golden, string which) => Reasons.ContainsKey($"{golden.Group} {golden.Name} {which}");
}
