using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Gateway.Tests.Hosting;

/// <summary>Keeps what is logged and lets a test wait for an entry.</summary>
internal sealed class RecordedLogs : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _entries = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<(LogLevel Level, string Text)> Entries => [.. _entries];

    public async Task<string> UntilAsync(Func<string, bool> wanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            Task added;
            lock (_lock)
            {
                added = _added.Task;
            }

            if (_entries.FirstOrDefault(e => wanted(e.Text)).Text is { } found)
            {
                return found;
            }

            await added.WaitAsync(limit.Token);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _entries.Enqueue((logLevel, formatter(state, exception)));
        lock (_lock)
        {
            var added = _added;
            _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
            added.TrySetResult();
        }
    }
}
