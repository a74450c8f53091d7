using System.Buffers;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Gateway.Decoding;
using BridgeMesh.Values;

namespace BridgeMesh.Gateway.Calling;

/// <summary>The outcome of a call as people and scripts see it.</summary>
/// <param name="Value">Result, or the exception object; null when there is none, as for void and for a fault without one.</param>
internal sealed record CallAnswer(ExchangeStatus Status, string? Message, string? ExceptionType, DecodedValue? Value, double ElapsedMs)
{
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];

    /// <summary>Causes of the exception, outermost first; JSON for callers has no place for their classes.</summary>
    public IReadOnlyList<(string Type, string? Message)> Causes { get; init; } = [];

    /// <param name="typed">Whether JSON keeps the class names, as <c>@type</c>.</param>
    public static CallAnswer Of(Exchange exchange, bool typed, double elapsedMs)
    {
        return new CallAnswer(
            exchange.Status,
            exchange.Message,
            exchange.ExceptionType?.Text,
            ValueOf(exchange, typed),
            elapsedMs)
        {
            Metadata = [.. exchange.ReplyMetadata.Entries],
            Causes = exchange.Status is ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException ? CausesOf(exchange.Reply) : [],
        };
    }

    /// <summary>What the reply holds now: the result, or a message of a stream.</summary>
    public static DecodedValue? ValueOf(Exchange exchange, bool typed) =>
        exchange.Reply.Count == 0 ? null : typed ? TapeJson.Of(exchange.Reply, 0, "result") : Plain(exchange);

    private static List<(string Type, string? Message)> CausesOf(ValueTape tape)
    {
        var causes = new List<(string, string?)>();
        var at = tape.Count > 0 && tape[0].Kind == ValueKind.Object ? ThrowableValue.CauseOf(tape, 0) : -1;
        for (; at >= 0 && causes.Count < ThrowableValue.MaxCauses; at = ThrowableValue.CauseOf(tape, at))
        {
            causes.Add((tape[at].Type?.Text ?? string.Empty, ThrowableValue.MessageOf(tape, at)));
        }

        return causes;
    }

    /// <summary>0 for a result; the others are documented in docs/cli.md.</summary>
    public int ExitCode => Status switch
    {
        ExchangeStatus.Ok => ExitCodes.Ok,
        ExchangeStatus.BusinessException or ExchangeStatus.RuntimeException => ExitCodes.CalleeThrew,
        ExchangeStatus.InvalidArgument or ExchangeStatus.Unauthenticated or ExchangeStatus.PermissionDenied
            or ExchangeStatus.Unimplemented or ExchangeStatus.RequestTooLarge => ExitCodes.Refused,
        ExchangeStatus.Unavailable or ExchangeStatus.Exhausted => ExitCodes.Unavailable,
        ExchangeStatus.DeadlineExceeded => ExitCodes.TimedOut,
        _ => ExitCodes.BadAnswer,
    };

    /// <summary>As an HTTP caller would get it; with the types where JSON has no form for it.</summary>
    private static DecodedValue Plain(Exchange exchange)
    {
        var output = new ArrayBufferWriter<byte>();
        var policy = exchange.Contract?.Policy ?? ValuePolicy.Default;
        var shape = exchange.Status == ExchangeStatus.Ok ? exchange.Shape?.Returns : null;
        var status = JsonPayloadCodec.Instance.Write(exchange.Reply, 0, shape, policy, output);
        return status.IsOk
            ? new DecodedValue(TapeJson.TypeOf(exchange.Reply, 0), output.WrittenSpan.ToArray())
            : TapeJson.Of(exchange.Reply, 0, "result");
    }
}
