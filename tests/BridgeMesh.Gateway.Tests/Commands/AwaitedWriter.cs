using System.Text;

namespace BridgeMesh.Gateway.Tests.Commands;

/// <summary>Keeps what a command writes, and lets a test wait for a text in it. Safe for any thread.</summary>
internal sealed class AwaitedWriter : TextWriter
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private TaskCompletionSource _added = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AwaitedWriter() => CoreNewLine = ['\n'];

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        TaskCompletionSource added;
        lock (_lock)
        {
            _text.Append(value);
            added = _added;
            _added = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        added.TrySetResult();
    }

    public override void WriteLine(string? value) => Write(value + '\n');

    public override string ToString()
    {
        lock (_lock)
        {
            return _text.ToString();
        }
    }

    public async Task UntilAsync(string wanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            Task added;
            lock (_lock)
            {
                added = _added.Task;
            }

            if (ToString().Contains(wanted, StringComparison.Ordinal))
            {
                return;
            }

            try
            {
                await added.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"'{wanted}' did not come; what came:\n{this}");
            }
        }
    }
}
