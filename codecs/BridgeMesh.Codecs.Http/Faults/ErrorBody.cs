using System.Buffers;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Http.Faults;

/// <summary>
/// Reads what an HTTP callee says of an error: RFC 9457 (type, title, detail), Spring Boot's error body (timestamp, status, error,
/// exception, message, path; source: org.springframework.boot.web.servlet.error.DefaultErrorAttributes), or an application's own
/// {code, message}. An object of this class owns the parsed body until it is disposed.
/// </summary>
internal sealed class ErrorBody : IDisposable
{
    /// <summary>Longest plain text taken as a message, in characters: a page of HTML or a stack trace is none.</summary>
    private const int MaxPlainText = 1_024;

    private static readonly FrozenSet<string> EnvelopeMembers = FrozenSet.Create(
        StringComparer.Ordinal,
        "type", "title", "status", "detail", "instance", "cause", "fields", "omitted", "mayHaveExecuted", "timestamp", "error", "exception",
        "message", "path", "trace", "requestId", "detailMessage", "stackTrace", "suppressedExceptions");

    private readonly JsonDocument? _document;

    private ErrorBody(JsonDocument? document)
    {
        _document = document;
    }

    /// <summary>Text for people; null when the body has none.</summary>
    internal string? Message { get; private init; }

    /// <summary>The exception's class as the body names it, perhaps without its package; null when it names none.</summary>
    internal string? ClassName { get; private init; }

    /// <summary>The neutral status that another gateway named; null when none did.</summary>
    internal ExchangeStatus? Status { get; private init; }

    internal bool MayHaveExecuted { get; private init; }

    /// <summary>Whether it is an application's own error rather than a framework's.</summary>
    internal bool IsApplications { get; private init; }

    internal static ErrorBody Read(in ReadOnlySequence<byte> body, bool isJson, bool isText)
    {
        if (!isJson)
        {
            return new ErrorBody(null) { Message = isText && body.Length <= MaxPlainText ? PlainText(body) : null };
        }

        if (!HasWholeNames(body))
        {
            return new ErrorBody(null);
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            // The status code still says what happened; a body that lies about being JSON adds nothing.
            return new ErrorBody(null);
        }

        return Interpret(document);
    }

    public void Dispose() => _document?.Dispose();

    /// <summary>A document takes broken UTF-8 and half surrogate pairs in names, and throws when it compares them with another.</summary>
    private static bool HasWholeNames(in ReadOnlySequence<byte> body)
    {
        using var tape = new ValueTape();
        var whole = JsonFormat.Codec.Read(body, null, ValuePolicy.Default, tape).IsOk;
        for (var i = 0; i < tape.Count && whole; i++)
        {
            var end = tape[i].Kind == ValueKind.Map ? tape.Next(i) : i;
            for (var name = i + 1; name < end && whole; name = tape.Next(name + 1))
            {
                whole = (tape[name].Flags & ValueFlags.LoneSurrogate) == 0;
            }
        }

        return whole;
    }

    /// <summary>
    /// Adds the exception as an object root: the declared class with its declared fields, each read as its type; or, where nothing declares
    /// the class, the members beside the envelope as they describe themselves. A field that is missing is left out: Java's default stays.
    /// </summary>
    internal CodecStatus ReadFields(StructShape? declared, TypeName type, IPayloadCodec json, ValuePolicy policy, ValueTape into)
    {
        into.BeginObject(type);
        if (_document is not null)
        {
            if (declared is not null)
            {
                foreach (var field in declared.Fields)
                {
                    if (TryFind(field.Name.Text, out var value))
                    {
                        into.Name(field.Name);
                        ReadValue(value, field.Type, json, policy, into);
                    }
                }
            }
            else
            {
                foreach (var member in _document.RootElement.EnumerateObject())
                {
                    if (!EnvelopeMembers.Contains(member.Name))
                    {
                        into.Name(FieldName.Of(member.Name));
                        ReadValue(member.Value, null, json, policy, into);
                    }
                }
            }

            if (declared?.Find(ThrowableValue.Cause.Text) is not >= 0)
            {
                AddCauses(_document.RootElement, into);
            }
        }

        into.End();
        return into.Status;
    }

    /// <summary>The causes that another gateway lists, each nested in the one before it, as Java has them.</summary>
    private static void AddCauses(JsonElement root, ValueTape into)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("cause", out var causes) || causes.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        var open = 0;
        foreach (var cause in causes.EnumerateArray())
        {
            if (open == ThrowableValue.MaxCauses || cause.ValueKind != JsonValueKind.Object || ClassOf(Text(cause, "type")) is not { } type)
            {
                break;
            }

            into.Name(ThrowableValue.Cause);
            into.BeginObject(TypeName.Of(type));
            if (Text(cause, "detail") is { } detail)
            {
                into.Name(ThrowableValue.Message);
                into.AddString(detail);
            }

            open++;
        }

        for (; open > 0; open--)
        {
            into.End();
        }
    }

    private static void ReadValue(JsonElement value, TypeShape? type, IPayloadCodec json, ValuePolicy policy, ValueTape into)
    {
        var status = json.Read(new ReadOnlySequence<byte>(JsonMarshal.GetRawUtf8Value(value).ToArray()), type, policy, into);
        if (!status.IsOk)
        {
            into.Fail(status);
        }
    }

    private static ErrorBody Interpret(JsonDocument document)
    {
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new ErrorBody(document) { Message = TextOf(root) };
        }

        var type = Text(root, "type");
        var code = Scalar(root, "code") ?? Scalar(root, "errorCode");
        var message = Text(root, "detail") ?? Text(root, "message") ?? Text(root, "msg") ?? Text(root, "errorMessage");
        var status = StatusOf(type);
        var className = status is null ? ClassOf(Text(root, "exception")) ?? ClassOf(type) ?? ClassOf(ThrownIn(Text(root, "trace"))) : null;
        if (string.IsNullOrEmpty(message))
        {
            message = Text(root, "title") ?? Text(root, "error");
        }

        var applications = code is not null && className is null && status is null;
        return new ErrorBody(document)
        {
            // Without a class there is no object to carry the code, so the text does.
            Message = applications ? $"{message ?? "error"} (code {code})" : message,
            ClassName = className,
            Status = status,
            MayHaveExecuted = root.TryGetProperty("mayHaveExecuted", out var may) && may.ValueKind == JsonValueKind.True,
            IsApplications = applications,
        };
    }

    /// <summary>The class at the head of a stack trace, which Boot may show without the member that names it.</summary>
    private static string? ThrownIn(string? trace)
    {
        var end = trace.AsSpan().IndexOfAny(":\r\n");
        return end > 0 && trace.AsSpan(0, end).Contains('.') ? trace![..end] : null; // what has an end is there
    }

    private static ExchangeStatus? StatusOf(string? type)
    {
        if (type is null || !type.StartsWith(OutboundStatuses.UrnPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        foreach (var row in OutboundStatuses.Rows)
        {
            if (row.Type == type)
            {
                // The other gateway's caller is this one, which has not gone away; its bug is not ours.
                return row.Status switch
                {
                    ExchangeStatus.Cancelled => ExchangeStatus.Unavailable,
                    ExchangeStatus.Internal => ExchangeStatus.BadGateway,
                    _ => row.Status,
                };
            }
        }

        return null;
    }

    /// <summary>A Java class name, alone or behind the last colon of a urn; null for URLs and other texts.</summary>
    private static string? ClassOf(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > 512 || text == "about:blank")
        {
            return null;
        }

        var name = text.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) ? text[(text.LastIndexOf(':') + 1)..] : text;
        foreach (var range in name.AsSpan().Split('.'))
        {
            var part = name.AsSpan(range);
            if (part.IsEmpty || char.IsAsciiDigit(part[0]))
            {
                return null;
            }

            foreach (var unit in part)
            {
                if (!char.IsLetterOrDigit(unit) && unit is not ('_' or '$'))
                {
                    return null;
                }
            }
        }

        return name;
    }

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? TextOf(value) : null;

    private static string? Scalar(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? TextOf(value) ?? value.GetRawText()
            : null;

    private static string? TextOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // An escaped lone surrogate: System.Text.Json has no other way to say so.
            return value.GetRawText().Trim('"');
        }
    }

    private static string? PlainText(in ReadOnlySequence<byte> body)
    {
        var text = Encoding.UTF8.GetString(body).Trim();
        return text.Length == 0 ? null : text;
    }

    private bool TryFind(string name, out JsonElement value)
    {
        value = default;
        var root = _document!.RootElement; // the callers have looked
        if (root.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        var hasFields = root.TryGetProperty("fields", out var fields) && fields.ValueKind == JsonValueKind.Object;
        if (hasFields && fields.TryGetProperty(name, out value))
        {
            return true;
        }

        return !ProblemDocument.OwnMembers.Contains(name) && root.TryGetProperty(name, out value);
    }
}
