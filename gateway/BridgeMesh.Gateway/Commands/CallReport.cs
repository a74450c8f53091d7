using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BridgeMesh.Exchanges;
using BridgeMesh.Gateway.Calling;
using BridgeMesh.Gateway.Decoding;

namespace BridgeMesh.Gateway.Commands;

/// <summary>Tells a call's outcome: the answer on the output, all else on the error output; or everything as one JSON document.</summary>
/// <param name="log">What went over the wire; null when nobody asked for it.</param>
internal sealed class CallReport(CommandSurroundings surroundings, CallTarget target, CallAnswer answer, WireLog? log)
{
    private static readonly JsonWriterOptions Options =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 2_000 };

    public void WriteText()
    {
        var ink = surroundings.Ink;
        if (log is not null)
        {
            WriteWire(log, surroundings.Error);
        }

        if (answer.Status != ExchangeStatus.Ok)
        {
            var type = answer.ExceptionType is { } name ? $" {name}" : string.Empty;
            surroundings.Error.WriteLine(ink.Bad($"{ExchangeWords.Of(answer.Status)}{type}{Told(answer.Message)}"));
            foreach (var (cause, message) in answer.Causes)
            {
                surroundings.Error.WriteLine(ink.Bad($"caused by {cause}{Told(message)}"));
            }
        }

        if (answer.Value is { } value)
        {
            // What is printed can be piped: an exception's fields go where its name went.
            (answer.Status == ExchangeStatus.Ok ? surroundings.Output : surroundings.Error).WriteLine(Indented(value.Json));
        }
    }

    public void WriteJson()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteString("status", ExchangeWords.Of(answer.Status));
            json.WriteString("protocol", target.Protocol);
            json.WriteString("address", $"{target.Host}:{target.Port.ToString(CultureInfo.InvariantCulture)}");
            json.WriteString("service", target.Service.ToString());
            json.WriteString("method", target.Method);
            WriteText(json, "message", answer.Message);
            WriteText(json, "exceptionType", answer.ExceptionType);
            if (answer.Value is { } value)
            {
                WriteText(json, "resultType", answer.Status == ExchangeStatus.Ok ? value.Type : null);
                json.WritePropertyName(answer.Status == ExchangeStatus.Ok ? "result" : "exception");
                json.WriteRawValue(value.Json, skipInputValidation: true);
            }

            if (answer.Causes.Count > 0)
            {
                json.WriteStartArray("causes");
                foreach (var (type, message) in answer.Causes)
                {
                    json.WriteStartObject();
                    json.WriteString("type", type);
                    WriteText(json, "message", message);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteStartArray("metadata");
            foreach (var (name, text) in answer.Metadata)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("value", text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("elapsedMs", Math.Round(answer.ElapsedMs, 3));
            if (log is not null)
            {
                WriteWire(log, json);
            }

            json.WriteNumber("exitCode", answer.ExitCode);
            json.WriteEndObject();
        }

        surroundings.Output.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
    }

    /// <summary>Steps of a call, each with its own time in milliseconds; those that did not happen are left out.</summary>
    private static IEnumerable<(string Name, double Ms)> Times(WireLog log, double elapsedMs)
    {
        (string Name, double? From, double? To)[] steps =
        [
            ("connect", 0, log.ConnectedMs),
            ("write", log.FirstWriteMs, log.LastWriteMs),
            ("firstByte", log.LastWriteMs, log.FirstByteMs),
            ("read", log.FirstByteMs, log.LastByteMs),
            ("decode", log.LastByteMs, log.LastByteMs is null ? null : elapsedMs),
        ];
        return steps.Where(s => s.From is not null && s.To is not null).Select(s => (s.Name, Math.Max(0, (s.To ?? 0) - (s.From ?? 0))));
    }

    private void WriteWire(WireLog wire, TextWriter error)
    {
        var ink = surroundings.Ink;
        var (sent, allSent) = wire.Sent();
        var (received, allReceived) = wire.Received();
        error.WriteLine(ink.Strong($"sent {allSent.ToString(CultureInfo.InvariantCulture)} bytes to {target}"));
        WriteDump(sent, error);
        error.WriteLine(ink.Strong($"received {allReceived.ToString(CultureInfo.InvariantCulture)} bytes"));
        WriteDump(received, error);
        var times = Times(wire, answer.ElapsedMs).Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Name} {t.Ms:F3} ms"));
        error.WriteLine(ink.Faint($"{string.Join(", ", times)}; {answer.ElapsedMs.ToString("F3", CultureInfo.InvariantCulture)} ms in all"));
        foreach (var (name, value) in answer.Metadata)
        {
            error.WriteLine($"{ink.Name(name)}: {Ink.Plain(value)}");
        }
    }

    private void WriteWire(WireLog wire, Utf8JsonWriter json)
    {
        json.WriteStartObject("timings");
        foreach (var (name, ms) in Times(wire, answer.ElapsedMs))
        {
            json.WriteNumber($"{name}Ms", Math.Round(ms, 3));
        }

        json.WriteEndObject();
        json.WriteString("sent", Convert.ToHexStringLower(wire.Sent().Kept));
        json.WriteString("received", Convert.ToHexStringLower(wire.Received().Kept));
    }

    /// <summary>As <c>xxd</c> writes it, so that <c>bridgemesh decode</c> and other tools take it back.</summary>
    private static void WriteDump(ReadOnlySpan<byte> bytes, TextWriter error)
    {
        const int perLine = 16;
        for (var at = 0; at < bytes.Length; at += perLine)
        {
            var line = bytes.Slice(at, Math.Min(perLine, bytes.Length - at));
            var hex = new StringBuilder();
            var text = new StringBuilder();
            for (var i = 0; i < line.Length; i++)
            {
                hex.Append(line[i].ToString("x2", CultureInfo.InvariantCulture)).Append(i % 2 == 1 ? " " : string.Empty);
                text.Append(line[i] is >= 0x20 and < 0x7F ? (char)line[i] : '.');
            }

            error.WriteLine($"{at.ToString("x8", CultureInfo.InvariantCulture)}: {hex.ToString().TrimEnd(),-39}  {text}");
        }
    }

    private static string Indented(byte[] json)
    {
        using var bytes = new MemoryStream();
        using (var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 1_000 }))
        using (var writer = new Utf8JsonWriter(bytes, Options))
        {
            document.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static string Told(string? message) => message is null ? string.Empty : $": {message}";

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }
}
