using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Tests;

/// <summary>Keeps what is logged as a warning or worse. Safe for any thread.</summary>
internal sealed class LogLines : ILoggerFactory, ILogger
{
    private ImmutableList<string> _lines = [];

    internal ImmutableList<string> Lines => Volatile.Read(ref _lines);

    internal void Clear() => Volatile.Write(ref _lines, []);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var line = formatter(state, exception);
            ImmutableInterlocked.Update(ref _lines, static (lines, added) => lines.Add(added), line);
        }
    }
}
