using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Tests.Hardening;

/// <summary>
/// Work stays in proportion to the bytes: nothing is looked through again for every value. Each of these took minutes for a frame of the
/// largest size before its look-up was hashed; the bound leaves room for a slow machine.
/// </summary>
public sealed class WorkTests
{
    private const int Definitions = 4_000;
    private const int Values = 400_000;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hessian_ManyInstancesOfManyClasses_TakeSeconds(bool draft)
    {
        var bytes = new HostileBytes();
        for (var i = 0; i < Definitions; i++)
        {
            bytes.Definition(draft, $"com.fuzz.Work{i}");
        }

        bytes.List(draft, Definitions + Values);
        for (var i = 0; i < Definitions + Values; i++)
        {
            bytes.Instance(draft, i < Definitions ? i : Definitions / 2);
        }

        ReadAndWrite(draft, bytes.EndList(draft).ToArray());
    }

    [Fact]
    public void Hessian_ManyClassesOfOneName_TakeSeconds()
    {
        var bytes = new HostileBytes();
        for (var i = 0; i < Definitions; i++)
        {
            bytes.Definition(draft: false, "com.fuzz.Same", $"f{i}");
        }

        bytes.List(draft: false, Definitions + Values);
        for (var i = 0; i < Definitions + Values; i++)
        {
            bytes.Instance(draft: false, i < Definitions ? i : Definitions / 2).Add((byte)'N');
        }

        ReadAndWrite(draft: false, bytes.ToArray());
    }

    [Fact]
    public void HessianFinal_ManyListsOfManyTypes_TakeSeconds()
    {
        var bytes = new HostileBytes().List(draft: false, Definitions + Values);
        for (var i = 0; i < Definitions; i++)
        {
            bytes.Add((byte)'V').Text($"com.fuzz.Work{i}").Int(0);
        }

        for (var i = 0; i < Values; i++)
        {
            bytes.Add((byte)'V').Int(Definitions - 1).Int(0);
        }

        ReadAndWrite(draft: false, bytes.ToArray());
    }

    [Fact]
    public void HessianDraft_ManyListsOfManyTypes_TakeSeconds()
    {
        var bytes = new HostileBytes().List(draft: true, Definitions + Values);
        for (var i = 0; i < Definitions; i++)
        {
            var name = $"com.fuzz.Work{i:D5}";
            bytes.Add("Vt\0"u8).Add((byte)name.Length).Add(System.Text.Encoding.ASCII.GetBytes(name)).Add("n\0z"u8);
        }

        for (var i = 0; i < Values; i++)
        {
            bytes.Add((byte)'v').Int(Definitions - 1).Int(0);
        }

        ReadAndWrite(draft: true, bytes.EndList(draft: true).ToArray());
    }

    [Fact]
    public void Hessian_ManyEnumsOfAClassThatTheProcessDoesNotKeep_AreDefinedOnce()
    {
        // Names longer than any cache keeps.
        var name = "com.fuzz." + new string('E', 9_000);
        var bytes = new HostileBytes().Definition(draft: false, name, "name").List(draft: false, 5_000);
        for (var i = 0; i < 5_000; i++)
        {
            bytes.Instance(draft: false, 0).Text("A");
        }

        using var output = ReadAndWrite(draft: false, bytes.ToArray());
        Assert.InRange(output.Length, 5_000, bytes.Length);
    }

    private static FrameWriter ReadAndWrite(bool draft, byte[] bytes)
    {
        using var tape = new ValueTape();
        var output = new FrameWriter();
        var status = CodecStatus.Ok;
        var time = Peer.Time(() => status = Peer.ReadHessian(draft, bytes, tape));
        Assert.True(status.IsOk, status.ToString());
        Assert.InRange(time, TimeSpan.Zero, MostTime);
        time = Peer.Time(() => status = Peer.WriteHessian(draft, tape, output));
        Assert.True(status.IsOk, status.ToString());
        Assert.InRange(time, TimeSpan.Zero, MostTime);
        return output;
    }
}
