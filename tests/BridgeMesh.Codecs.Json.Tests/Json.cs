using System.Buffers;
using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Testing.Tapes;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Json;

/// <summary>Short forms of reading and writing for tests.</summary>
internal static class Json
{
    internal static readonly ValuePolicy Plain = new() { Long = LongForm.AlwaysNumber, Decimal = DecimalForm.Number };

    internal static ReadOnlySequence<byte> Bytes(string json) => new(Encoding.UTF8.GetBytes(json));

    internal static ValueTape Read(string json, TypeShape? shape = null, ValuePolicy? policy = null)
    {
        var tape = new ValueTape();
        var status = JsonPayloadCodec.Instance.Read(Bytes(json), shape, policy ?? ValuePolicy.Default, tape);
        Assert.True(status.IsOk, $"{json}: {status}");
        return tape;
    }

    /// <summary>The tape as text, or the fault.</summary>
    internal static string ReadText(string json, TypeShape? shape = null, ValuePolicy? policy = null)
    {
        using var tape = Read(json, shape, policy);
        return TapeText.Of(tape);
    }

    internal static CodecStatus Fault(string json, TypeShape? shape = null, ValuePolicy? policy = null, TapeBudget? budget = null)
    {
        using var tape = new ValueTape(budget);
        var status = JsonPayloadCodec.Instance.Read(Bytes(json), shape, policy ?? ValuePolicy.Default, tape);
        Assert.False(status.IsOk, $"{json} reads as {TapeText.Of(tape)}");
        return status;
    }

    internal static string Write(ValueTape tape, TypeShape? shape = null, ValuePolicy? policy = null, int index = 0)
    {
        using var output = new FrameWriter();
        var status = JsonPayloadCodec.Instance.Write(tape, index, shape, policy ?? ValuePolicy.Default, output);
        Assert.True(status.IsOk, status.ToString());
        return Encoding.UTF8.GetString(output.Written);
    }

    internal static string Write(Action<ValueTape> fill, TypeShape? shape = null, ValuePolicy? policy = null)
    {
        using var tape = new ValueTape();
        fill(tape);
        return Write(tape, shape, policy);
    }

    internal static CodecStatus WriteFault(
        Action<ValueTape> fill, TypeShape? shape = null, ValuePolicy? policy = null, TapeBudget? budget = null)
    {
        using var tape = new ValueTape(budget);
        fill(tape);
        using var output = new FrameWriter();
        var status = JsonPayloadCodec.Instance.Write(tape, 0, shape, policy ?? ValuePolicy.Default, output);
        Assert.False(status.IsOk, Encoding.UTF8.GetString(output.Written));
        return status;
    }
}
