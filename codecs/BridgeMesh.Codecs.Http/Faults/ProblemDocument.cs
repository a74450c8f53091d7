using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Faults;

/// <summary>
/// Writes a fault as application/problem+json (RFC 9457). For an exception: its class as <c>type</c>, its simple name as <c>title</c>, its
/// message as <c>detail</c>, its public fields as members, and its causes, outermost first, as <c>cause</c>: a list of objects with
/// <c>type</c> and <c>detail</c>. A field whose name the document itself uses goes into a member <c>fields</c>. Never a stack trace, nor
/// what else belongs to Java's Throwable.
/// </summary>
internal static class ProblemDocument
{
    /// <summary>Members with a meaning of their own here or in RFC 9457.</summary>
    internal static readonly FrozenSet<string> OwnMembers = FrozenSet.Create(
        StringComparer.Ordinal, "type", "title", "status", "detail", "instance", "cause", "fields", "omitted", "mayHaveExecuted");

    // Fields of java.lang.Throwable, and what dialects write in their place.
    private static readonly FrozenSet<string> ThrowableFields = FrozenSet.Create(
        StringComparer.Ordinal,
        "detailMessage", "message", "cause", "stackTrace", "suppressedExceptions", "suppressed", "localizedMessage", "depth");

    private static readonly JsonWriterOptions Options = new()
    {
        // The answer is never put into HTML by the gateway; other languages' text stays readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the fault of an exchange whose status is not Ok.</summary>
    internal static void Write(Exchange exchange, FrameWriter output)
    {
        var row = OutboundStatuses.Of(exchange.Status);
        var type = ExceptionOf(exchange);
        using var writer = NewWriter(output);
        var title = type is null ? row.Title : SimpleName(type.Text);
        WriteHead(writer, type?.Text ?? row.Type, title, OutboundStatuses.CodeOf(exchange), exchange.Message);
        if (exchange.MayHaveExecuted && type is null)
        {
            writer.WriteBoolean("mayHaveExecuted", true);
        }

        WriteFields(exchange, OwnMembers, writer);
        writer.WriteEndObject();
    }

    internal static Utf8JsonWriter NewWriter(FrameWriter output) => new(output, Options);

    /// <summary>The exception's class; null where the fault is no exception, or one of no known class.</summary>
    internal static TypeName? ExceptionOf(Exchange exchange) =>
        exchange.Status is ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException ? TypeOf(exchange) : null;

    /// <summary>Writes an exception's public fields and causes; nothing for another fault.</summary>
    /// <param name="taken">Names that the document uses itself.</param>
    internal static void WriteFields(Exchange exchange, FrozenSet<string> taken, Utf8JsonWriter writer)
    {
        if (exchange.Status is ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException)
        {
            WritePublic(exchange, taken, writer);
            WriteCauses(exchange.Reply, writer);
        }
    }

    /// <summary>Writes a fault that came before there was an exchange.</summary>
    internal static void Write(int status, string type, string title, string detail, FrameWriter output)
    {
        using var writer = NewWriter(output);
        WriteHead(writer, type, title, status, detail);
        writer.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter writer, string type, string title, int status, string? detail)
    {
        writer.WriteStartObject();
        writer.WriteString("type", type);
        writer.WriteString("title", title);
        writer.WriteNumber("status", status);
        if (detail is not null)
        {
            writer.WriteString("detail", detail);
        }
    }

    private static void WritePublic(Exchange exchange, FrozenSet<string> taken, Utf8JsonWriter writer)
    {
        var tape = exchange.Reply;
        if (tape.Count == 0 || tape[0].Kind != ValueKind.Object)
        {
            return;
        }

        var declared = KnownExceptions.Find(exchange, tape[0].Type ?? exchange.ExceptionType);
        var policy = exchange.Contract?.Policy ?? ValuePolicy.Default;
        using var scratch = new FrameWriter();
        List<int>? colliding = null;
        List<string>? omitted = null;
        for (var i = 1; i < tape.Next(0); i = tape.Next(i))
        {
            if (tape[i].Name is not { } name || !IsPublic(exchange, declared, name.Text))
            {
                continue;
            }

            if (taken.Contains(name.Text))
            {
                (colliding ??= []).Add(i);
            }
            else if (!TryWriteField(tape, i, TypeIn(declared, name), policy, writer, scratch))
            {
                (omitted ??= []).Add(name.Text);
            }
        }

        if (colliding is not null)
        {
            writer.WriteStartObject("fields");
            foreach (var i in colliding)
            {
                if (tape[i].Name is { } name && !TryWriteField(tape, i, TypeIn(declared, name), policy, writer, scratch))
                {
                    (omitted ??= []).Add(name.Text);
                }
            }

            writer.WriteEndObject();
        }

        if (omitted is not null)
        {
            // The exception itself matters more than a field that JSON cannot say; the loss is shown.
            writer.WriteStartArray("omitted");
            omitted.ForEach(writer.WriteStringValue);
            writer.WriteEndArray();
        }
    }

    private static bool TryWriteField(
        ValueTape tape, int index, TypeShape? shape, ValuePolicy policy, Utf8JsonWriter writer, FrameWriter scratch)
    {
        scratch.Clear();
        if (tape[index].Kind == ValueKind.Absent || !JsonFormat.Codec.Write(tape, index, shape, policy, scratch).IsOk)
        {
            return tape[index].Kind == ValueKind.Absent;
        }

        writer.WritePropertyName(tape[index].Name!.Text); // the callers have looked
        writer.WriteRawValue(scratch.Written, skipInputValidation: true);
        return true;
    }

    /// <summary>
    /// A contract says which fields are public. Where it does not know the class, only its code goes out: the rest may be the callee's
    /// internals. Without any contract everything describes itself, and so does this.
    /// </summary>
    private static bool IsPublic(Exchange exchange, StructShape? declared, string name)
    {
        if (declared is not null)
        {
            return declared.Find(name) >= 0;
        }

        return exchange.Contract is null ? !ThrowableFields.Contains(name) : name is "code" or "errorCode";
    }

    private static void WriteCauses(ValueTape tape, Utf8JsonWriter writer)
    {
        var cause = tape.Count > 0 ? ThrowableValue.CauseOf(tape, 0) : -1;
        if (cause < 0)
        {
            return;
        }

        writer.WriteStartArray("cause");
        Span<int> seen = stackalloc int[ThrowableValue.MaxCauses];
        for (var count = 0; count < seen.Length && cause > 0 && !seen[..count].Contains(cause) && tape[cause].Type is { } type; count++)
        {
            seen[count] = cause;
            writer.WriteStartObject();
            writer.WriteString("type", type.Text);
            if (ThrowableValue.MessageOf(tape, cause) is { } message)
            {
                writer.WriteString("detail", message);
            }

            writer.WriteEndObject();
            cause = ThrowableValue.CauseOf(tape, cause);
        }

        writer.WriteEndArray();
    }

    private static TypeShape? TypeIn(StructShape? declared, FieldName name) =>
        declared is not null && declared.Find(name.Text) is >= 0 and var ordinal ? declared.Fields[ordinal].Type : null;

    private static TypeName? TypeOf(Exchange exchange) =>
        exchange.ExceptionType ?? (exchange.Reply.Count > 0 && exchange.Reply[0].Kind == ValueKind.Object ? exchange.Reply[0].Type : null);

    private static string SimpleName(string className) => className[(className.LastIndexOfAny(['.', '$']) + 1)..];
}
