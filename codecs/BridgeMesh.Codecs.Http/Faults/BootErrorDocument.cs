using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using BridgeMesh.Exchanges;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.WebUtilities;

namespace BridgeMesh.Codecs.Http.Faults;

/// <summary>
/// Writes a fault as Spring Boot's error body: timestamp, status, error, exception, message, path; an exception's public fields beside them,
/// and below <c>fields</c> where the name is taken. Never Boot's <c>trace</c>. Source:
/// org.springframework.boot.web.servlet.error.DefaultErrorAttributes.
/// </summary>
internal static class BootErrorDocument
{
    private static readonly FrozenSet<string> OwnMembers = FrozenSet.Create(
        StringComparer.Ordinal,
        "timestamp", "status", "error", "exception", "message", "errors", "trace", "path", "type", "cause", "fields", "omitted",
        "mayHaveExecuted");

    internal static void Write(Exchange exchange, string path, DateTimeOffset now, FrameWriter output)
    {
        var row = OutboundStatuses.Of(exchange.Status);
        var type = ProblemDocument.ExceptionOf(exchange);
        using var writer = ProblemDocument.NewWriter(output);
        WriteHead(writer, OutboundStatuses.CodeOf(exchange), row.Type, type?.Text, exchange.Message ?? row.Title, path, now);
        if (exchange.MayHaveExecuted && type is null)
        {
            writer.WriteBoolean("mayHaveExecuted", true);
        }

        ProblemDocument.WriteFields(exchange, OwnMembers, writer);
        writer.WriteEndObject();
    }

    /// <summary>Writes a fault that came before there was an exchange.</summary>
    internal static void Write(int status, string type, string detail, string path, DateTimeOffset now, FrameWriter output)
    {
        using var writer = ProblemDocument.NewWriter(output);
        WriteHead(writer, status, type, null, detail, path, now);
        writer.WriteEndObject();
    }

    private static void WriteHead(
        Utf8JsonWriter writer, int status, string type, string? exception, string message, string path, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteString("timestamp", now.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture));
        writer.WriteNumber("status", status);
        writer.WriteString("error", ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } reason ? reason : "None");
        if (exception is not null)
        {
            writer.WriteString("exception", exception);
        }
        else
        {
            // Not Boot's: what another gateway reads.
            writer.WriteString("type", type);
        }

        writer.WriteString("message", message);
        writer.WriteString("path", path);
    }
}
