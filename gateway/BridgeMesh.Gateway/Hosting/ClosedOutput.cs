using System.Runtime.InteropServices;

namespace BridgeMesh.Gateway.Hosting;

/// <summary>
/// Tells when nobody reads the process's output any longer. The runtime ignores SIGPIPE and takes a closed pipe for a written one, so that a
/// command that streams would go on for ever behind <c>head</c>. Linux and macOS; elsewhere it never tells. One a process; it lives as long.
/// </summary>
internal static partial class ClosedOutput
{
    private const int StandardOutput = 1;

    /// <summary>Cancelled when the reader of the standard output has gone.</summary>
    public static CancellationToken OfProcess()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return CancellationToken.None;
        }

        // Never disposed: its thread may wait for as long as the process lives.
        var closed = new CancellationTokenSource();
        new Thread(() => Await(closed)) { IsBackground = true, Name = "closed output" }.Start();
        return closed.Token;
    }

    /// <summary>Asked for no event, poll waits for what cannot be left out: POLLERR and POLLHUP. Source: POSIX, poll(2).</summary>
    private static void Await(CancellationTokenSource closed)
    {
        var output = new Descriptor { File = StandardOutput };
        int ready;
        do
        {
            ready = Poll(ref output, 1, -1);
        }
        while (ready < 0 && Marshal.GetLastPInvokeError() == Interrupted);

        if (ready > 0)
        {
            closed.Cancel();
        }
    }

    /// <summary>EINTR on Linux and macOS.</summary>
    private const int Interrupted = 4;

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref Descriptor descriptor, nuint count, int timeoutMs);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Descriptor
    {
        internal int File;
        internal short Events;
        internal short Happened;
    }
}
