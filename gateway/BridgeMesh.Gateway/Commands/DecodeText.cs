using System.Globalization;
using System.Text;
using BridgeMesh.Gateway.Decoding;

namespace BridgeMesh.Gateway.Commands;

/// <summary>What was decoded, for people: a line for each frame, and under it what it says.</summary>
internal sealed class DecodeText(TextWriter output, Ink ink)
{
    /// <summary>A value longer than this is cut; JSON output has it whole.</summary>
    private const int MaxValueLength = 4_000;

    public void Write(Recording recording, IReadOnlyList<DecodedConnection> connections)
    {
        foreach (var note in recording.Notes)
        {
            output.WriteLine(ink.Faint($"note: {note}"));
        }

        foreach (var connection in connections)
        {
            Write(connection);
        }

        var frames = connections.Sum(c => c.Frames.Count);
        var problems = connections.Sum(c => c.ProblemCount);
        var summary = string.Create(CultureInfo.InvariantCulture, $"{connections.Count} connections, {frames} frames, {problems} problems");
        output.WriteLine(problems == 0 ? ink.Good(summary) : ink.Bad(summary));
    }

    private void Write(DecodedConnection connection)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{connection.Name}: {connection.Protocol ?? "unknown protocol"}, {connection.Bytes} bytes");
        output.WriteLine(ink.Strong(what));
        for (var i = 0; i < connection.Frames.Count; i++)
        {
            output.WriteLine();
            Write(connection.Frames[i], i, connection);
        }

        foreach (var problem in connection.Problems)
        {
            output.WriteLine(ink.Bad(problem.ToString()));
        }

        output.WriteLine();
    }

    private void Write(DecodedFrame frame, int index, DecodedConnection connection)
    {
        output.WriteLine(Headline(frame, index, connection));
        WriteFields(frame);
        foreach (var (name, value) in frame.Metadata)
        {
            output.WriteLine($"  {ink.Faint("metadata")} {ink.Name(name)}: {Cut(value)}");
        }

        if (frame.Arguments is { } arguments)
        {
            for (var i = 0; i < arguments.Count; i++)
            {
                WriteValue($"argument {i.ToString(CultureInfo.InvariantCulture)}", arguments[i], Declared(frame, i));
            }
        }

        if (frame.Status is { } status)
        {
            var message = frame.Message is { Length: > 0 } text ? $": {text}" : string.Empty;
            output.WriteLine($"  {ink.Faint("status")} {(status == "ok" ? ink.Good(status) : ink.Bad(status))}{Cut(message)}");
        }

        if (frame.ExceptionType is { } exception)
        {
            output.WriteLine($"  {ink.Faint("exception")} {ink.Bad(exception)}");
        }

        if (frame.Result is { } result)
        {
            WriteValue(frame.Kind == "value" ? "value" : "result", result, null);
        }

        if (frame.Note is { } note)
        {
            output.WriteLine($"  {ink.Faint("no call")} {Cut(note)}");
        }

        if (frame.Content is { } content)
        {
            WriteValue("content", content, null);
        }

        if (frame.Problem is { } problem)
        {
            output.WriteLine($"  {ink.Bad(problem.ToString())}");
        }

        if (frame.Body is { } body)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"body at byte {body.Offset}, {body.Length} bytes");
            output.WriteLine($"  {ink.Faint(place)} {Cut(body.Text ?? body.Hex ?? string.Empty)}");
        }
    }

    private string Headline(DecodedFrame frame, int index, DecodedConnection connection)
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"#{index + 1} at byte {frame.Offset}, {frame.Length} bytes");
        if (frame.From is { } from)
        {
            line.Append(CultureInfo.InvariantCulture, $", from {Ink.Plain(from)}");
        }

        if (frame.Seconds is { } seconds)
        {
            line.Append(CultureInfo.InvariantCulture, $", after {seconds:F6} s");
        }

        line.Append(": ").Append(ink.Strong(frame.OneWay && frame.Kind == "request" ? "one-way request" : frame.Kind));
        if (frame.Id is { } id)
        {
            line.Append(' ').Append(id.ToString(CultureInfo.InvariantCulture));
        }

        if (frame.Method is { } method)
        {
            line.Append(' ').Append(ink.Name(frame.Service ?? "?")).Append(' ').Append(ink.Strong(method));
        }

        if (frame.TimeoutMs > 0)
        {
            line.Append(CultureInfo.InvariantCulture, $", waits {frame.TimeoutMs} ms");
        }

        if (frame.Serialization is { } serialization)
        {
            line.Append(", ").Append(Ink.Plain(serialization));
        }

        if (frame.Peer is { } peer)
        {
            line.Append(CultureInfo.InvariantCulture, $", {(frame.Kind == "reply" ? "answers" : "answered by")} #{connection.Frames.IndexOf(peer) + 1}");
            if (frame is { Kind: "reply", Seconds: { } answered } && peer.Seconds is { } asked)
            {
                line.Append(CultureInfo.InvariantCulture, $" after {(answered - asked) * 1_000:F3} ms");
            }
        }

        return line.ToString();
    }

    private void WriteFields(DecodedFrame frame)
    {
        foreach (var field in frame.Fields)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{frame.Offset + field.Offset,8} {field.Length,5}");
            var meaning = field.Meaning is { } text ? $" ({text})" : string.Empty;
            output.WriteLine($"  {ink.Faint(place)}  {ink.Name(field.Name)} = {Cut(field.Value)}{Cut(meaning)}");
        }
    }

    private void WriteValue(string what, DecodedValue value, string? declared)
    {
        var type = declared is null || declared == value.Type ? value.Type : $"{declared}, sent as {value.Type}";
        output.WriteLine($"  {ink.Faint(what)} {ink.Name(type)} {Cut(Encoding.UTF8.GetString(value.Json))}");
    }

    private static string? Declared(DecodedFrame frame, int index) =>
        frame.ParameterTypes is { } types && index < types.Count ? types[index] : null;

    private static string Cut(string text) => text.Length <= MaxValueLength
        ? Ink.Plain(text)
        : string.Create(CultureInfo.InvariantCulture, $"{Ink.Plain(text[..MaxValueLength])}… ({text.Length} characters)");
}
