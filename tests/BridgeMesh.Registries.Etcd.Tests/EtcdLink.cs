using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace BridgeMesh.Registries.Etcd;

/// <summary>
/// The way to a real server, on which a test may answer in the server's place, let watches go deaf or cut them. Safe for any thread.
/// </summary>
internal sealed class EtcdLink() : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
{
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<LinkStream> _watches = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers in the server's place, or gives null. A watch that was on its way when it changed never begins.</summary>
    internal Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>>? Script
    {
        get;
        set
        {
            lock (_lock)
            {
                field = value;
            }
        }
    }

    internal static HttpResponseMessage Text(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    internal int Count(string path) => _requests.Count(r => r == path);

    /// <summary>Until so many requests for the path have been answered.</summary>
    internal async Task UntilAsync(string path, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            var news = Volatile.Read(ref _news).Task;
            if (Count(path) >= count)
            {
                return;
            }

            await news.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Nothing comes any longer by the watches that stand, and nothing ends them.</summary>
    internal void DeafenWatches()
    {
        foreach (var watch in _watches)
        {
            watch.IsDeaf = true;
        }
    }

    internal void CutWatches()
    {
        while (_watches.TryDequeue(out var watch))
        {
            watch.Cut();
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath["/v3/".Length..]; // clients send absolute addresses
        var script = Script;
        var response = script is null ? null : await script(request, cancellationToken);
        if (response is null)
        {
            response = await base.SendAsync(request, cancellationToken);
            if (path == "watch" && response.IsSuccessStatusCode)
            {
                var stream = new LinkStream(await response.Content.ReadAsStreamAsync(cancellationToken));
                lock (_lock)
                {
                    // Else it would stand after the test has cut all.
                    if (Script != script)
                    {
                        throw new HttpRequestException("cut");
                    }

                    _watches.Enqueue(stream);
                }

                response.Content = new StreamContent(stream);
            }
        }

        _requests.Enqueue(path);
        Interlocked.Exchange(ref _news, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        return response;
    }

    private sealed class LinkStream(Stream inner) : Stream
    {
        private readonly CancellationTokenSource _cut = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        internal bool IsDeaf { get; set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_cut.Token, cancellationToken);
            try
            {
                int read;
                do
                {
                    read = await inner.ReadAsync(buffer, either.Token);
                }
                while (IsDeaf);
                return read;
            }
            catch (OperationCanceledException) when (_cut.IsCancellationRequested)
            {
                throw new IOException("cut");
            }
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        internal void Cut() => _cut.Cancel();

        protected override void Dispose(bool disposing)
        {
            // The source of cuts stays: one may still come.
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
