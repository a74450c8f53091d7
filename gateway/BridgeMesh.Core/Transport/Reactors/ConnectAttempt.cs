using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace BridgeMesh.Core.Transport.Reactors;

/// <summary>One attempt to connect to one address, watched by a reactor until it has an outcome.</summary>
internal sealed class ConnectAttempt : IReactorEntry
{
    private readonly TaskCompletionSource<int> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Reactor _reactor;
    private readonly SocketAddress _address;
    private readonly int _descriptor;
    private PostedMark _posted;
    private bool _isBegun;
    private bool _isGivenUp;

    /// <param name="socket">The caller's, who keeps it until the outcome is there.</param>
    internal ConnectAttempt(Reactor reactor, Socket socket, IPEndPoint address)
    {
        _reactor = reactor;
        _address = address.Serialize();
        _descriptor = (int)socket.SafeHandle.DangerousGetHandle();
    }

    int IReactorEntry.Index { get; set; } = -1;

    ref PostedMark IReactorEntry.Posted => ref _posted;

    /// <summary>0, or the system's error; cancelled when it was given up or the reactor has ended.</summary>
    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var giveUp = cancellationToken.UnsafeRegister(static state => ((ConnectAttempt)state!).GiveUp(), this).ConfigureAwait(false);
        Post();
        return await _outcome.Task.ConfigureAwait(false);
    }

    void IReactorEntry.OnReady(uint events) => Conclude(Error());

    void IReactorEntry.OnPosted()
    {
        if (Volatile.Read(ref _isGivenUp))
        {
            Conclude(null);
        }
        else if (!_isBegun)
        {
            _isBegun = true;
            Begin();
        }
    }

    void IReactorEntry.OnStopped() => Conclude(null);

    void IReactorEntry.Release()
    {
        // It holds nothing of its own.
    }

    private void GiveUp()
    {
        Volatile.Write(ref _isGivenUp, true);
        Post();
    }

    private void Post()
    {
        if (!_reactor.Post(this))
        {
            _outcome.TrySetCanceled();
        }
    }

    private unsafe void Begin()
    {
        int result;
        fixed (byte* address = _address.Buffer.Span)
        {
            result = Libc.Connect(_descriptor, address, (uint)_address.Size);
        }

        if (result == 0)
        {
            Conclude(0);
            return;
        }

        var error = Marshal.GetLastSystemError();
        if (error is not (Libc.InProgress or Libc.Interrupted))
        {
            Conclude(error);
        }
        else if (!_reactor.Register(this, _descriptor, Libc.EpollOut))
        {
            Conclude(Marshal.GetLastSystemError());
        }
    }

    /// <summary>The descriptor leaves the reactor before anybody may close it.</summary>
    private void Conclude(int? error)
    {
        _reactor.Unregister(this, _descriptor);
        if (error is { } known)
        {
            _outcome.TrySetResult(known);
        }
        else
        {
            _outcome.TrySetCanceled();
        }
    }

    private unsafe int Error()
    {
        int error;
        uint length = sizeof(int);
        return Libc.GetSocketOption(_descriptor, Libc.SolSocket, Libc.SoError, &error, &length) == 0 ? error : Marshal.GetLastSystemError();
    }
}
