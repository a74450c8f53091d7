using System.Text;

namespace BridgeMesh.Registries.Etcd.Wire;

public class WatchStreamTests
{
    private static readonly Uri Server = new("http://etcd/");

    [Fact]
    public async Task Read_MessagesInAnyPieces_AreTheSame()
    {
        var events = string.Join(',', Enumerable.Range(1, 600).Select(static i => $$$"""{"type":"DELETE","kv":{"key":"{{{Convert.ToBase64String(BitConverter.GetBytes(i))}}}","mod_revision":"7"}}"""));
        var text = $$$$"""
            {"result":{"header":{"cluster_id":"18446744073709551615","revision":"6"},"created":true}}

            {"result":{"header":{"revision":"7"},"events":[{{{{events}}}}]}}
            {"result":{"header":{"revision":"9"}}}
            {"error":{"grpc_code":14,"message":"etcdserver: no leader"}}

            """;
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var piece in new[] { 1, 2, 3, 7, 100, 8_191, 8_192, 8_193, bytes.Length })
        {
            using var stream = new WatchStream(Server, new HttpResponseMessage(), new PieceStream(bytes, piece));
            var created = await stream.ReadAsync(CancellationToken.None);
            Assert.Equal((true, 6, "18446744073709551615"), (created.IsCreated, created.Revision, created.ClusterId));
            var changes = await stream.ReadAsync(CancellationToken.None);
            Assert.Equal((600, true, 7), (changes.Events.Length, changes.Events[^1].IsDelete, changes.Events[0].Change.ModRevision));
            Assert.True((await stream.ReadAsync(CancellationToken.None)).IsProgress);
            Assert.EndsWith("ends the watch: etcdserver: no leader", (await stream.ReadAsync(CancellationToken.None)).Problem, StringComparison.Ordinal);
            Assert.EndsWith("ended the watch", (await stream.ReadAsync(CancellationToken.None)).Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Read_CompactedWatch_SaysFromWhereOn()
    {
        using var stream = new WatchStream(Server, new HttpResponseMessage(), new PieceStream("""{"result":{"header":{},"canceled":true,"compact_revision":"4"}}"""u8.ToArray().Append((byte)'\n').ToArray(), 5));
        var message = await stream.ReadAsync(CancellationToken.None);
        Assert.Equal((string.Empty, true, 4), (message.Problem, message.IsCanceled, message.CompactRevision));
    }

    private sealed class PieceStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }
}
