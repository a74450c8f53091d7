using System.Buffers;
using System.Globalization;
using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Gateway.Decoding;

/// <summary>
/// Finds and explains HTTP/1.1 messages: head, headers, and the body where it is JSON. HTTP has no frame codec, as the gateway leaves its
/// wire to Kestrel and SocketsHttpHandler. Source: RFC 9112.
/// </summary>
internal sealed class HttpDecoder(IPayloadCodec json)
{
    public const string Protocol = "http";

    private static readonly string[] Methods = ["GET ", "POST ", "PUT ", "DELETE ", "PATCH ", "HEAD ", "OPTIONS ", "CONNECT ", "TRACE "];

    public static bool Is(ReadOnlySpan<byte> bytes)
    {
        var start = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 9)]);
        return start.StartsWith("HTTP/1.", StringComparison.Ordinal) || Methods.Any(m => start.StartsWith(m, StringComparison.Ordinal));
    }

    /// <param name="answered">Methods of the requests that the other direction sent, as an answer to HEAD has no body; those used are taken.</param>
    public void Decode(RecordedDirection direction, RecordedRun run, Queue<string> answered, DecodedConnection into)
    {
        for (var at = 0; at < run.Bytes.Length;)
        {
            var bytes = run.Bytes.AsSpan(at);
            var head = HttpHead.Read(bytes, out var fault);
            var place = run.Offset + at;
            if (head is null)
            {
                into.Frames.Add(new DecodedFrame
                {
                    Protocol = Protocol,
                    From = direction.From,
                    Offset = place,
                    Length = bytes.Length,
                    Kind = "broken",
                    Problem = new DecodeProblem(place + fault.Offset, fault.Detail ?? "no HTTP"),
                });
                return;
            }

            var method = head.IsRequest ? head.First : head.Status is < 200 ? string.Empty : answered.TryDequeue(out var asked) ? asked : string.Empty;
            var body = HttpBody.Read(bytes[head.Length..], head, method);
            into.Frames.Add(Explain(head, body, direction.From, place, run));
            if (head.IsRequest)
            {
                answered.Enqueue(method);
            }

            if (body.Problem is not null)
            {
                return;
            }

            at += head.Length + body.Length;
        }
    }

    private DecodedFrame Explain(HttpHead head, HttpBody body, string? from, long place, RecordedRun run)
    {
        var frame = new DecodedFrame
        {
            Protocol = Protocol,
            From = from,
            Offset = place,
            Length = head.Length + body.Length,
            Kind = head.IsRequest ? "request" : head.Status is < 200 ? "control" : "reply",
            Seconds = run.Times.Count == 0 ? null : run.Times.Last(t => t.Offset <= place).Seconds,
            Serialization = head.Find("content-type"),
            Status = head.IsRequest ? null : head.Status.ToString(CultureInfo.InvariantCulture),
            Message = head.IsRequest || head.Third.Length == 0 ? null : head.Third,
        };
        var line = $"{head.First} {head.Second} {head.Third}".TrimEnd();
        frame.Fields.Add(new FrameField(0, head.FirstLineLength, head.IsRequest ? "request line" : "status line", line));
        frame.Metadata.AddRange(head.Headers);
        if (head.IsRequest)
        {
            NameCall(head, frame);
        }

        if (body.Problem is { } problem)
        {
            frame.Problem = new DecodeProblem(place + head.Length + problem.Offset, problem.Detail ?? "the body is broken");
        }
        else if (body.Bytes.Length > 0)
        {
            ReadBody(head, body, place, frame);
        }

        return frame;
    }

    /// <summary><c>POST /service/method</c> is the canonical path of a call; any other is shown as it is.</summary>
    private static void NameCall(HttpHead head, DecodedFrame frame)
    {
        var path = head.Second.Split('?', 2)[0];
        var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var isCanonical = head.First == "POST" && steps.Length == 2 && steps[0].Contains('.', StringComparison.Ordinal);
        frame.Service = isCanonical ? Uri.UnescapeDataString(steps[0]) : head.Find("host");
        frame.Method = isCanonical ? Uri.UnescapeDataString(steps[1]) : $"{head.First} {head.Second}";
        frame.ParameterTypes = head.Find("x-bridge-types")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        frame.TimeoutMs = int.TryParse(head.Find("x-bridge-timeout-ms"), NumberStyles.None, CultureInfo.InvariantCulture, out var ms) ? ms : 0;
    }

    private void ReadBody(HttpHead head, HttpBody body, long place, DecodedFrame frame)
    {
        var isJson = head.Find("content-type")?.Contains("json", StringComparison.OrdinalIgnoreCase) == true && head.Find("content-encoding") is null;
        var bodyAt = place + head.Length;
        using var tape = new ValueTape();
        var status = isJson ? json.Read(new ReadOnlySequence<byte>(body.Bytes), null, ValuePolicy.Default, tape) : CodecStatus.Ok;
        if (!isJson || !status.IsOk)
        {
            frame.Body = BodyPreview.Of(bodyAt, body.Bytes);
            frame.Problem = status.IsOk ? null : new DecodeProblem(bodyAt + body.Place(Math.Max(0, status.Offset)), status.Detail ?? "no JSON");
            return;
        }

        if (!head.IsRequest)
        {
            frame.Result = TapeJson.Of(tape, 0, "result");
        }
        else if (tape[0].Kind is ValueKind.List or ValueKind.Array)
        {
            frame.Arguments = [];
            for (var i = 1; i < tape.Count; i = tape.Next(i))
            {
                frame.Arguments.Add(TapeJson.Of(tape, i));
            }
        }
        else
        {
            frame.Arguments = [TapeJson.Of(tape, 0)];
        }
    }
}
