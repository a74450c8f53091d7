using System.Buffers;
using System.Diagnostics;
using BridgeMesh.Codecs.Bolt;
using BridgeMesh.Codecs.Dubbo;
using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Fuzz.Targets;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Tests.Hardening;

/// <summary>Gives hostile bytes to a decoder, and tells what it cost.</summary>
internal static class Peer
{
    internal static readonly IFrameCodec Bolt = CodecDoor.Open(new BoltPlugin());
    internal static readonly IFrameCodec Dubbo = CodecDoor.Open(new DubboPlugin());

    internal static CodecStatus ReadHessian(bool draft, byte[] bytes, ValueTape into)
    {
        var state = HessianReadState.Rent();
        try
        {
            return new HessianReader(new ReadOnlySequence<byte>(bytes), DialectOf(draft), state).ReadValue(into);
        }
        finally
        {
            state.Return();
        }
    }

    internal static CodecStatus SkipHessian(bool draft, byte[] bytes)
    {
        var state = HessianReadState.Rent();
        try
        {
            return new HessianReader(new ReadOnlySequence<byte>(bytes), DialectOf(draft), state).Skip();
        }
        finally
        {
            state.Return();
        }
    }

    internal static CodecStatus WriteHessian(bool draft, ValueTape from, FrameWriter output)
    {
        var state = HessianWriteState.Rent();
        try
        {
            return new HessianWriter(output, DialectOf(draft), state).WriteValue(from, 0);
        }
        finally
        {
            state.Return();
        }
    }

    internal static CodecStatus ReadJson(ReadOnlySpan<byte> text, ValueTape into, TypeShape? shape = null) =>
        JsonPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(text.ToArray()), shape, ValuePolicy.Default, into);

    internal static CodecStatus WriteJson(ValueTape from, FrameWriter output) =>
        JsonPayloadCodec.Instance.Write(from, 0, null, ValuePolicy.Default, output);

    /// <summary>A whole request as the gateway reads it: scanned, opened, read.</summary>
    internal static CodecStatus ReadRequest(IFrameCodec codec, byte[] frame, Exchange into)
    {
        var bytes = new ReadOnlySequence<byte>(frame);
        var scan = codec.Scan(bytes, FrameLimits.Default, out var header);
        if (!scan.IsWhole)
        {
            return scan.Fault.IsOk ? CodecStatus.Fail(CodecError.Truncated, $"needs {scan.NeedBytes} more") : scan.Fault;
        }

        into.CallerHeader = header;
        into.RequestFrame = bytes;
        var status = codec.OpenRequest(into);
        return status.IsOk ? codec.ReadRequest(into) : status;
    }

    /// <summary>Bytes that this thread allocates for the action.</summary>
    internal static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    internal static TimeSpan Time(Action action)
    {
        var from = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(from);
    }

    private static HessianDialect DialectOf(bool draft) => draft ? HessianDialect.Draft : HessianDialect.Final;
}
