using System.Runtime.InteropServices;

namespace BridgeMesh.Gateway.Hosting;

/// <summary>SIGTERM and SIGINT: the first drains, the second ends at once. Owned by the process's entry point, disposed by it.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _end = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Nothing new is to be taken.</summary>
    public CancellationToken Drain => _drain.Token;

    /// <summary>Nothing is to be waited for.</summary>
    public CancellationToken End => _end.Token;

    public static StopSignal OfProcess()
    {
        var signal = new StopSignal();
        foreach (var kind in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGINT])
        {
            signal._registrations.Add(PosixSignalRegistration.Create(kind, context =>
            {
                context.Cancel = true; // The process ends by itself, with its own exit code.
                signal.Raise();
            }));
        }

        return signal;
    }

    public void Raise()
    {
        if (_drain.IsCancellationRequested)
        {
            _end.Cancel();
        }

        _drain.Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _drain.Dispose();
        _end.Dispose();
    }
}
