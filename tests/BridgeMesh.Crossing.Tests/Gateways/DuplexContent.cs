using System.Net;

namespace BridgeMesh.Crossing.Gateways;

/// <summary>A request body that stays open until the test ends it.</summary>
internal sealed class DuplexContent : HttpContent
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Task<Stream> OpenedAsync() => _opened.Task.WaitAsync(Patience);

    /// <summary>Sends one message, and nothing of the next.</summary>
    internal async Task SendAsync(byte[] message)
    {
        var stream = await OpenedAsync();
        await stream.WriteAsync(GrpcCaller.Frame(message));
        await stream.FlushAsync();
    }

    internal void Complete() => _completed.SetResult();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    // HttpClient resets the stream only once this has ended.
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken);
        _opened.SetResult(stream);
        await _completed.Task.WaitAsync(cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
