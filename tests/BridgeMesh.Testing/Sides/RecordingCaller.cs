using System.Threading.Channels;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;

namespace BridgeMesh.Testing.Sides;

/// <summary>A caller's side in memory: its requests come from a delegate, its answers are kept as text and awaited. Safe for any thread.</summary>
public sealed class RecordingCaller(string protocol, Action<Exchange>? readRequest = null) : ICallerSide
{
    private readonly Channel<Exchange> _answered = Channel.CreateUnbounded<Exchange>();
    private int _reads;

    public string Protocol { get; } = protocol;

    /// <summary>How often the pipeline asked for the body.</summary>
    public int Reads => Volatile.Read(ref _reads);

    public CodecStatus ReadRequest(Exchange exchange)
    {
        Interlocked.Increment(ref _reads);
        readRequest?.Invoke(exchange);
        return exchange.Request.Status;
    }

    public void OnReply(Exchange exchange) => _answered.Writer.TryWrite(exchange);

    /// <summary>The next answered exchange, which is then the test's to return.</summary>
    public Task<Exchange> NextAsync(TimeSpan? within = null) => _answered.Reader.ReadAsync().AsTask().WaitAsync(within ?? TimeSpan.FromSeconds(20));
}
