using System.Buffers;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Gateway.Calling;

/// <summary>Makes the calls that registries ask for, each over a connection of its own, which such a call needs once in an instance's life.</summary>
internal sealed class InstanceCalls(PluginCatalog plugins, TimeProvider time) : IInstanceCalls, IDisposable
{
    /// <summary>Calls at a time: a thousand instances that come at once must not take a thousand connections.</summary>
    internal const int MaxAtOnce = 16;

    private readonly SemaphoreSlim _turns = new(MaxAtOnce);

    public async Task<InstanceAnswer> AskAsync(InstanceQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var callee = question.Callee;
            var target = new CallTarget(callee.Protocol, callee.Host, callee.Port, callee.Service, question.Method);
            var plan = new CallPlan(target, question.ArgumentsJson.ToArray(), [], string.Join(',', question.ParameterTypes))
            {
                InstanceMetadata = callee.Metadata,
            };
            var exchange = new Exchange();
            if (plan.Fill(exchange) is { } wrong)
            {
                return InstanceAnswer.Failed(wrong);
            }

            // Whatever the registry says of the callee is what a call that is routed would have.
            exchange.Instance = callee;
            await new DirectCall(plugins, time).RunAsync(exchange, question.TimeoutMs, log: null, cancellationToken).ConfigureAwait(false);
            var answer = AnswerOf(exchange);
            cancellationToken.ThrowIfCancellationRequested();
            return answer;
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Once nobody asks any more.</summary>
    public void Dispose() => _turns.Dispose();

    private static InstanceAnswer AnswerOf(Exchange exchange)
    {
        if (exchange.Status != ExchangeStatus.Ok)
        {
            return InstanceAnswer.Failed(exchange.Message is { Length: > 0 } message ? $"{exchange.Status}: {message}" : $"{exchange.Status}");
        }

        if (exchange.Reply.Count == 0)
        {
            return new InstanceAnswer(default, null);
        }

        var output = new ArrayBufferWriter<byte>();
        var status = JsonPayloadCodec.Instance.Write(exchange.Reply, 0, null, ValuePolicy.Default, output);
        return status.IsOk ? new InstanceAnswer(output.WrittenMemory, null) : InstanceAnswer.Failed($"the result has no JSON: {status}");
    }
}
