using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BridgeMesh.Core.Transport.Reactors;

/// <summary>
/// struct epoll_event as bytes, because its layout depends on the processor: packed on x86, aligned everywhere else (eventpoll.h,
/// EPOLL_PACKED).
/// <code>
/// x86    0        4                    12
///        | events | data               |
/// other  0        4        8                    16
///        | events | unused | data               |
/// </code>
/// </summary>
internal static class EpollEvent
{
    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;

    internal static int Bytes => IsPacked ? 12 : 16;

    private static int DataAt => IsPacked ? 4 : 8;

    internal static void Write(Span<byte> target, uint events, ulong data)
    {
        target[..Bytes].Clear();
        MemoryMarshal.Write(target, events);
        MemoryMarshal.Write(target[DataAt..], data);
    }

    internal static uint Events(ReadOnlySpan<byte> all, int index) => Unsafe.ReadUnaligned<uint>(in all[index * Bytes]);

    internal static ulong Data(ReadOnlySpan<byte> all, int index) => MemoryMarshal.Read<ulong>(all[((index * Bytes) + DataAt)..]);
}
