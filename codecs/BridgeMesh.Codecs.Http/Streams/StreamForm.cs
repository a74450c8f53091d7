using BridgeMesh.Codecs.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace BridgeMesh.Codecs.Http.Streams;

/// <summary>How a body carries any number of messages.</summary>
internal enum StreamForm : byte
{
    None,

    /// <summary>One JSON text a line, application/x-ndjson.</summary>
    Lines,

    /// <summary>Server-sent events, text/event-stream (WHATWG HTML section 9.2).</summary>
    Events,

    /// <summary>The elements of one JSON array, as a reactive Spring controller writes it; or one message alone.</summary>
    Array,
}

/// <summary>Which form a caller wants and a callee gives.</summary>
internal static class StreamForms
{
    internal const string Lines = "application/x-ndjson";
    internal const string Events = "text/event-stream";

    /// <summary>What callees are asked for where a method streams.</summary>
    internal const string Accept = "text/event-stream, application/x-ndjson, application/json;q=0.5, application/problem+json;q=0.5";

    internal static string Offered => $"{Lines} or {Events}";

    /// <summary>By the caller's Accept; None where it takes neither.</summary>
    internal static StreamForm Choose(string? accept)
    {
        if (string.IsNullOrEmpty(accept) || accept is "*/*" or Lines || !MediaTypeHeaderValue.TryParseList([accept], out var asked))
        {
            return StreamForm.Lines;
        }

        var lines = MediaTypes.QualityOf(Lines, asked);
        var events = MediaTypes.QualityOf(Events, asked);
        return events > lines ? StreamForm.Events : lines > 0 ? StreamForm.Lines : StreamForm.None;
    }

    /// <summary>By the callee's Content-Type; None where it is none of them.</summary>
    internal static StreamForm Of(string contentType)
    {
        if (MediaTypeHeaderValue.TryParse(contentType, out var parsed) && Charset.Of(parsed) == CharsetKind.Utf8)
        {
            if (parsed.MediaType.Equals(Events, StringComparison.OrdinalIgnoreCase))
            {
                return StreamForm.Events;
            }

            // The second one is what Spring called it first.
            if (parsed.MediaType.Equals(Lines, StringComparison.OrdinalIgnoreCase)
                || parsed.MediaType.Equals("application/stream+json", StringComparison.OrdinalIgnoreCase)
                || parsed.MediaType.Equals("application/jsonl", StringComparison.OrdinalIgnoreCase))
            {
                return StreamForm.Lines;
            }

            return MediaTypes.KindOf(contentType) == MediaKind.Json ? StreamForm.Array : StreamForm.None;
        }

        return StreamForm.None;
    }
}
