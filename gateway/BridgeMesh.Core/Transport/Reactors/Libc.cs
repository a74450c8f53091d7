using System.Runtime.InteropServices;

namespace BridgeMesh.Core.Transport.Reactors;

/// <summary>
/// The system calls of the reactor, with Linux's numbers, which are the same on every processor that .NET runs on. All arguments are blittable;
/// a call that returns -1 has left its reason for <see cref="Marshal.GetLastSystemError"/>.
/// </summary>
internal static unsafe partial class Libc
{
    internal const int EpollControlAdd = 1;
    internal const int EpollControlDelete = 2;
    internal const int EpollControlModify = 3;
    internal const uint EpollIn = 0x001;
    internal const uint EpollOut = 0x004;
    internal const uint EpollError = 0x008;
    internal const uint EpollHangUp = 0x010;
    internal const int CloseOnExec = 0x80000;
    internal const int NonBlocking = 0x800;
    internal const int ShutdownBoth = 2;
    internal const int SolSocket = 1;
    internal const int SoError = 4;
    internal const int Interrupted = 4;
    internal const int Again = 11;
    internal const int InProgress = 115;

    /// <summary>Vectors of one writev that are worth filling; the system takes 1,024.</summary>
    internal const int MaxVectors = 16;

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    internal static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    internal static partial int EpollControl(int epoll, int operation, int descriptor, byte* epollEvent);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    internal static partial int EpollWait(int epoll, byte* events, int maxEvents, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "eventfd")]
    internal static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    internal static partial nint Read(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    internal static partial nint Write(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "writev")]
    internal static partial nint WriteVectors(int descriptor, Vector* vectors, int count);

    [LibraryImport("libc", EntryPoint = "connect")]
    internal static partial int Connect(int descriptor, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    internal static partial int GetSocketOption(int descriptor, int level, int option, int* value, uint* length);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    internal static partial int Shutdown(int descriptor, int how);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    /// <summary>struct iovec.</summary>
    internal struct Vector
    {
        internal byte* Bytes;
        internal nuint Length;
    }
}
