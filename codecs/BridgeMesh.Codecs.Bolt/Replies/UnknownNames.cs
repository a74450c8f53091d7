using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Bolt.Replies;

/// <summary>
/// How a server says that it has no such service or method: by its text alone, as the reply looks like that of any other fault of the
/// framework. What goes out says it in SOFARPC's words too, or another gateway would take it for an exception of the method.
/// </summary>
internal static class UnknownNames
{
    private const string NoService = "RPC-020100010";
    private const string NoMethod = "RPC-020100011";

    /// <param name="message">The reply's own text.</param>
    internal static bool AreIn(string? message)
    {
        if (message is null)
        {
            return false;
        }

        foreach (var sign in (ReadOnlySpan<string>)
                 [
                     NoService, // SOFARPC: cannot find service
                     NoMethod, // SOFARPC: cannot find method
                     "No user processor found", // SOFABolt
                     "Can not find method: ", // sofa-rpc-node
                     "not found service: ", // sofa-rpc-node
                     "annot find service", // SOFARPC before it had numbers
                     "annot find invoke method",
                     "annot found invoke method",
                 ])
        {
            if (message.Contains(sign, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What a caller is told of a call whose status is Unimplemented.</summary>
    internal static string TextOf(Exchange exchange)
    {
        var message = exchange.Message ?? exchange.Status.ToString();
        return AreIn(message) ? message : $"{(exchange.Contract is null ? NoService : NoMethod)}: {message}";
    }
}
