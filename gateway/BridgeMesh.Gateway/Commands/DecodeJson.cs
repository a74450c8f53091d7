using System.Text.Encodings.Web;
using System.Text.Json;
using BridgeMesh.Gateway.Decoding;

namespace BridgeMesh.Gateway.Commands;

/// <summary>What was decoded as one JSON document. Docs: docs/cli.md.</summary>
internal static class DecodeJson
{
    private static readonly JsonWriterOptions Options =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 2_000 };

    public static void Write(Recording recording, IReadOnlyList<DecodedConnection> connections, TextWriter output)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("connections");
            foreach (var connection in connections)
            {
                Write(connection, json);
            }

            json.WriteEndArray();
            json.WriteStartArray("notes");
            foreach (var note in recording.Notes)
            {
                json.WriteStringValue(note);
            }

            json.WriteEndArray();
            json.WriteNumber("frames", connections.Sum(c => c.Frames.Count));
            json.WriteNumber("problems", connections.Sum(c => c.ProblemCount));
            json.WriteEndObject();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
    }

    private static void Write(DecodedConnection connection, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("name", connection.Name);
        json.WriteString("protocol", connection.Protocol);
        json.WriteNumber("bytes", connection.Bytes);
        json.WriteStartArray("frames");
        for (var i = 0; i < connection.Frames.Count; i++)
        {
            Write(connection.Frames[i], i, connection, json);
        }

        json.WriteEndArray();
        json.WriteStartArray("problems");
        foreach (var problem in connection.Problems)
        {
            Write(problem, json);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(DecodedFrame frame, int index, DecodedConnection connection, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("index", index);
        WriteText(json, "from", frame.From);
        json.WriteNumber("offset", frame.Offset);
        json.WriteNumber("length", frame.Length);
        WriteNumber(json, "seconds", frame.Seconds);
        json.WriteString("kind", frame.Kind);
        json.WriteString("protocol", frame.Protocol);
        if (frame.Id is { } id)
        {
            json.WriteNumber("id", id);
        }

        if (frame.Kind == "request")
        {
            json.WriteBoolean("oneWay", frame.OneWay);
        }

        if (frame.Peer is { } peer)
        {
            json.WriteNumber(frame.Kind == "reply" ? "answers" : "answeredBy", connection.Frames.IndexOf(peer));
        }

        WriteText(json, "service", frame.Service);
        WriteText(json, "method", frame.Method);
        WriteText(json, "serialization", frame.Serialization);
        if (frame.TimeoutMs > 0)
        {
            json.WriteNumber("timeoutMs", frame.TimeoutMs);
        }

        WriteFields(frame, json);
        WriteCall(frame, json);
        WriteText(json, "note", frame.Note);
        if (frame.Content is { } content)
        {
            json.WritePropertyName("content");
            Write(content, json);
        }

        if (frame.Body is { } body)
        {
            json.WriteStartObject("body");
            json.WriteNumber("offset", body.Offset);
            json.WriteNumber("length", body.Length);
            WriteText(json, "text", body.Text);
            WriteText(json, "hex", body.Hex);
            json.WriteEndObject();
        }

        if (frame.Problem is { } problem)
        {
            json.WritePropertyName("problem");
            Write(problem, json);
        }

        json.WriteEndObject();
    }

    private static void WriteFields(DecodedFrame frame, Utf8JsonWriter json)
    {
        json.WriteStartArray("fields");
        foreach (var field in frame.Fields)
        {
            json.WriteStartObject();
            json.WriteNumber("offset", frame.Offset + field.Offset);
            json.WriteNumber("length", field.Length);
            json.WriteString("name", field.Name);
            json.WriteString("value", field.Value);
            WriteText(json, "meaning", field.Meaning);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (frame.Metadata.Count > 0)
        {
            json.WriteStartArray("metadata");
            foreach (var (name, value) in frame.Metadata)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("value", value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static void WriteCall(DecodedFrame frame, Utf8JsonWriter json)
    {
        if (frame.ParameterTypes is { } types)
        {
            json.WriteStartArray("parameterTypes");
            foreach (var type in types)
            {
                json.WriteStringValue(type);
            }

            json.WriteEndArray();
        }

        if (frame.Arguments is { } arguments)
        {
            json.WriteStartArray("arguments");
            foreach (var argument in arguments)
            {
                Write(argument, json);
            }

            json.WriteEndArray();
        }

        WriteText(json, "status", frame.Status);
        WriteText(json, "message", frame.Message);
        WriteText(json, "exceptionType", frame.ExceptionType);
        if (frame.Result is { } result)
        {
            json.WritePropertyName("result");
            Write(result, json);
        }
    }

    private static void Write(DecodedValue value, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", value.Type);
        json.WritePropertyName("value");

        // Written by this program's own writer, and deeper than the check by the writer's parser allows.
        json.WriteRawValue(value.Json, skipInputValidation: true);
        json.WriteEndObject();
    }

    private static void Write(DecodeProblem problem, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("at", problem.At);
        json.WriteString("what", problem.What);
        WriteText(json, "path", problem.Path);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } known)
        {
            json.WriteNumber(name, Math.Round(known, 9));
        }
    }
}
