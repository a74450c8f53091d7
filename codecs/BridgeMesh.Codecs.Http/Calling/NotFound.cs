using System.Buffers;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Codecs.Http.Calling;

/// <summary>
/// Tells the two meanings of 404 apart as far as they can be told: a method that ran and found nothing, and a path that nobody serves. An
/// error of the application, with a code or a class, was told apart before. What Spring says of a path without a handler is known by its
/// words; pages of proxies are no application's; and of what is left, a path with variables names a thing that may be missing, one without
/// names only the method.
/// </summary>
internal static class NotFound
{
    // Spring 6.1 (NoResourceFoundException), Spring (NoHandlerFoundException), Boot before 2.3 (DefaultErrorAttributes).
    private static readonly string[] OfNoHandler = ["No static resource", "No handler found for", "No endpoint ", "No message available"];

    internal static bool IsResource(Exchange exchange, MediaKind kind, in ReadOnlySequence<byte> body, string? message)
    {
        if (exchange.Shape?.Http is not { } binding || !BindingPlan.Of(binding).Template.HasVariables)
        {
            return false;
        }

        if (!body.IsEmpty && kind is not (MediaKind.Json or MediaKind.Text))
        {
            return false;
        }

        foreach (var words in OfNoHandler)
        {
            if (message?.StartsWith(words, StringComparison.Ordinal) == true)
            {
                return false;
            }
        }

        return true;
    }
}
