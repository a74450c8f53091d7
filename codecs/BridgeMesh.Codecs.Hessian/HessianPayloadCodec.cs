using System.Buffers;
using BridgeMesh.Contracts;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Hessian;

/// <summary>Single values in Hessian, each a stream of its own. The wire codecs, whose values share a stream, use the reader and writer.</summary>
public sealed class HessianPayloadCodec(HessianDialect dialect) : IPayloadCodec
{
    /// <summary>hessian2, as Dubbo speaks it.</summary>
    public static readonly HessianPayloadCodec Final = new(HessianDialect.Final);

    /// <summary>hessian-draft, as SOFARPC speaks it.</summary>
    public static readonly HessianPayloadCodec Draft = new(HessianDialect.Draft);

    public string Format => dialect == HessianDialect.Final ? "hessian2" : "hessian-draft";

    public CodecStatus Read(in ReadOnlySequence<byte> payload, TypeShape? shape, ValuePolicy policy, ValueTape into)
    {
        var state = HessianReadState.Rent();
        state.Budget = into.Budget;
        var reader = new HessianReader(payload, dialect, state);
        var status = reader.ReadValue(into, shape);
        if (status.IsOk && !reader.End)
        {
            status = into.Fail(CodecError.Malformed, $"{payload.Length - reader.Consumed} bytes behind the value", reader.Consumed);
        }

        state.Return();
        return status;
    }

    public CodecStatus Write(ValueTape from, int index, TypeShape? shape, ValuePolicy policy, IBufferWriter<byte> output)
    {
        if (output is FrameWriter frame)
        {
            return Write(from, index, shape, frame);
        }

        using var buffer = new FrameWriter();
        var status = Write(from, index, shape, buffer);
        if (status.IsOk)
        {
            output.Write(buffer.Written);
        }

        return status;
    }

    private CodecStatus Write(ValueTape from, int index, TypeShape? shape, FrameWriter output)
    {
        var state = HessianWriteState.Rent();
        state.Budget = from.Budget;
        var status = new HessianWriter(output, dialect, state).WriteValue(from, index, shape);
        state.Return();
        return status;
    }
}
