using System.Buffers;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Hessian.Tests;

/// <summary>Payloads for tests: whole, split and one byte a segment.</summary>
internal static class Bytes
{
    internal static ReadOnlySequence<byte> Whole(byte[] bytes) => new(bytes);

    internal static ReadOnlySequence<byte> Split(byte[] bytes, int at)
    {
        var first = new Segment(bytes.AsMemory(0, at));
        var last = first.Append(bytes.AsMemory(at));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    internal static ReadOnlySequence<byte> OneByOne(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return default;
        }

        var first = new Segment(bytes.AsMemory(0, 1));
        var last = first;
        for (var i = 1; i < bytes.Length; i++)
        {
            last = last.Append(bytes.AsMemory(i, 1));
        }

        return new ReadOnlySequence<byte>(first, 0, last, 1);
    }

    /// <summary>Reads one value; the tape and how many bytes it took.</summary>
    internal static CodecStatus Read(in ReadOnlySequence<byte> bytes, HessianDialect dialect, ValueTape tape, out long consumed)
    {
        var state = HessianReadState.Rent();
        var reader = new HessianReader(bytes, dialect, state);
        var status = reader.ReadValue(tape);
        consumed = reader.Consumed;
        state.Return();
        return status;
    }

    internal static byte[] Write(ValueTape tape, HessianDialect dialect)
    {
        using var output = new FrameWriter();
        var state = HessianWriteState.Rent();
        var writer = new HessianWriter(output, dialect, state);
        for (var root = 0; root < tape.Count; root = tape.Next(root))
        {
            var status = writer.WriteValue(tape, root);
            Assert.True(status.IsOk, status.ToString());
        }

        state.Return();
        return output.Written.ToArray();
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(ReadOnlyMemory<byte> memory)
        {
            Memory = memory;
        }

        internal Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
