using System.IO.Pipelines;
using BridgeMesh.Codecs.Grpc.Framing;

namespace BridgeMesh.Codecs.Grpc.Tests.Framing;

/// <summary>A caller resets its stream after its message was read: Kestrel's reader throws at whoever gives the buffers back.</summary>
public sealed class ResetBodyTests
{
    private static readonly MessageFraming Framing = new("grpc-encoding", "grpc-accept-encoding");
    private static readonly byte[] Message = [0, 0, 0, 0, 1, 42];

    [Fact]
    public async Task UnaryBody_ReleasedAfterAReset_DoesNotThrow()
    {
        using var body = new UnaryBody();
        var status = await body.ReadAsync(new ResetReader(), Framing, null, 100, CancellationToken.None);
        Assert.Equal((true, 1L), (status.IsOk, body.Message.Length));
        body.Release();
        Assert.True(body.Message.IsEmpty);
    }

    [Fact]
    public async Task MessageReader_ReleasedAfterAReset_DoesNotThrow()
    {
        using var reader = new MessageReader(new ResetReader(), Framing, null, 100);
        Assert.Equal(MessageStep.Message, await reader.ReadAsync(CancellationToken.None));
        reader.Release();
        Assert.True(reader.Message.IsEmpty);
    }

    /// <summary>One whole message, and then the reset.</summary>
    private sealed class ResetReader : PipeReader
    {
        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(new ReadResult(new(Message), isCanceled: false, isCompleted: true));

        public override void AdvanceTo(SequencePosition consumed) => throw new IOException("The client reset the request stream.");

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => AdvanceTo(consumed);

        public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

        public override void CancelPendingRead() => throw new NotSupportedException();

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
