using System.Buffers;
using BridgeMesh.Codecs.Hessian.Tests.Golden;
using BridgeMesh.Contracts;
using BridgeMesh.Testing.Codecs;
using BridgeMesh.Values;

namespace BridgeMesh.Codecs.Hessian.Tests;

/// <summary>The conformance kit over single values that real programs wrote, in the final dialect.</summary>
public sealed class FinalHessianConformanceTests : HessianConformance
{
    protected override HessianDialect Dialect => HessianDialect.Final;
}

/// <summary>As above in the draft dialect.</summary>
public sealed class DraftHessianConformanceTests : HessianConformance
{
    protected override HessianDialect Dialect => HessianDialect.Draft;
}

public abstract class HessianConformance : PayloadCodecConformance
{
    /// <summary>Longer recordings cost minutes on every split point and show nothing new.</summary>
    private const int MaxBytes = 1_200;

    /// <summary>Written twice instead of shared: Java's decoder counts a UUID's reference slot differently from its encoder.</summary>
    private const string SharedUuid = "shared UUID";

    private IReadOnlyList<PayloadSample>? _samples;

    protected abstract HessianDialect Dialect { get; }

    protected override IPayloadCodec Codec => Dialect == HessianDialect.Final ? HessianPayloadCodec.Final : HessianPayloadCodec.Draft;

    protected override IReadOnlyList<PayloadSample> Samples => _samples ??= Load();

    protected override bool CanSkip => true;

    protected override CodecStatus Skip(in ReadOnlySequence<byte> payload, out long consumed)
    {
        var state = HessianReadState.Rent();
        var reader = new HessianReader(payload, Dialect, state);
        var status = reader.Skip();
        consumed = reader.Consumed;
        state.Return();
        return status;
    }

    protected override long Consumed(in ReadOnlySequence<byte> payload, TypeShape? shape)
    {
        var state = HessianReadState.Rent();
        using var tape = new ValueTape();
        var reader = new HessianReader(payload, Dialect, state);
        reader.ReadValue(tape, shape);
        state.Return();
        return reader.Consumed;
    }

    private List<PayloadSample> Load()
    {
        var samples = new List<PayloadSample>();
        var seen = new HashSet<string>();
        foreach (var recording in Recordings.All)
        {
            // Caucho's own handle classes and forms made by hand are written back as hessian-lite would write them.
            if (recording.Dialect != Dialect || recording.IsBroken || recording.IsHandMade || recording.Side == "caucho" || recording.Bytes.Length > MaxBytes
                || recording.Name == SharedUuid || !IsOneValue(recording.Bytes) || !seen.Add(Convert.ToHexString(recording.Bytes)))
            {
                continue;
            }

            samples.Add(new PayloadSample($"{recording.File} {recording.Name} {recording.Side}", recording.Bytes));
        }

        return samples;
    }

    private bool IsOneValue(byte[] bytes)
    {
        using var tape = new ValueTape();
        return Codec.Read(new ReadOnlySequence<byte>(bytes), null, ValuePolicy.Default, tape).IsOk;
    }
}
