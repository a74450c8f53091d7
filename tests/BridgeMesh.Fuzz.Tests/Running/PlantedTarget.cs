using System.Diagnostics;
using BridgeMesh.Fuzz.Inputs;
using BridgeMesh.Fuzz.Running;
using BridgeMesh.Fuzz.Targets;

namespace BridgeMesh.Fuzz.Tests.Running;

/// <summary>A decoder with faults that the fuzzer must find.</summary>
internal sealed class PlantedTarget(string fault) : FuzzTarget
{
    internal override string Name => "planted";

    internal override void Produce(FuzzRandom random, InputBytes into)
    {
        for (var i = random.Below(40); i > 0; i--)
        {
            into.Add(random.NextByte());
        }
    }

    internal override long MaxAllocatedBytes(int inputBytes) => 1 << 20;

    internal override Verdict Run(ReadOnlyMemory<byte> input)
    {
        if (!input.Span.Contains((byte)0x42))
        {
            return input.IsEmpty ? Verdict.Refused : Verdict.Accepted;
        }

        switch (fault)
        {
            case "exception":
                throw new InvalidOperationException("planted");
            case "oracle":
                Break("a planted rule", "is broken");
                break;
            case "memory":
                GC.KeepAlive(new byte[4 << 20]);
                break;
            case "hang":
                for (var from = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(from) <= Trial.Hang;)
                {
                }

                break;
            default:
                break;
        }

        return Verdict.Framed;
    }
}
