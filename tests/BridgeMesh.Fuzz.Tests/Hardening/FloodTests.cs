using System.Globalization;
using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Tests.Hardening;

/// <summary>These measure the whole heap, so nothing else may run beside them.</summary>
[CollectionDefinition(nameof(WholeHeap), DisableParallelization = true)]
public sealed class WholeHeap;

/// <summary>
/// Names, classes and types without end: one stream is refused at its bound, and what the process remembers of many streams is bounded.
/// </summary>
[Collection(nameof(WholeHeap))]
public sealed class FloodTests
{
    /// <summary>What all caches of names may hold together when they are full.</summary>
    private const long MostKept = 96 << 20;

    /// <summary>What they may grow by once they are full: nothing, but for the heap's own noise.</summary>
    private const long Noise = 8 << 20;

    private const int Streams = 40_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hessian_FloodOfClasses_IsOverBudget(bool draft)
    {
        var bytes = new HostileBytes();
        for (var i = 0; i < 5_000; i++)
        {
            bytes.Definition(draft, $"com.fuzz.Flood{i}", "a");
        }

        AssertOverBudget(draft, bytes.Add((byte)'N').ToArray(), 16 << 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hessian_FloodOfFieldNames_IsOverBudgetWithBoundedMemory(bool draft)
    {
        // 15 MB of names of four characters, all different: 3 million names of 250 bytes each if nothing stopped them.
        var bytes = new HostileBytes();
        var name = 0;
        while (bytes.Length < 15_000_000)
        {
            bytes.Definition(draft, $"com.fuzz.Names{name}", [.. Enumerable.Range(name, 4_000).Select(Short)]);
            name += 4_000;
        }

        AssertOverBudget(draft, bytes.Add((byte)'N').ToArray(), 48 << 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hessian_ClassOfTooManyFields_IsOverBudget(bool draft)
    {
        var bytes = new HostileBytes().Definition(draft, "com.fuzz.Wide", [.. Enumerable.Range(0, 5_000).Select(Short)]);
        AssertOverBudget(draft, bytes.Add((byte)'N').ToArray(), 4 << 20);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hessian_FloodOfTypeNames_IsOverBudget(bool draft)
    {
        var bytes = new HostileBytes().List(draft, 5_000);
        for (var i = 0; i < 5_000; i++)
        {
            var name = $"com.fuzz.Type{i:D5}";
            _ = draft
                ? bytes.Add("Vt\0"u8).Add((byte)name.Length).Add(Encoding.ASCII.GetBytes(name)).Add("z"u8)
                : bytes.Add((byte)0x70).Text(name);
        }

        AssertOverBudget(draft, bytes.EndList(draft).ToArray(), 16 << 20);
    }

    [Fact]
    public void Process_ManyStreamsOfNewClasses_KeepsABoundedPart() => AssertBounded(Streams, static i =>
    {
        var bytes = new HostileBytes().Definition(i % 2 == 0, $"com.fuzz.Stream{i}", $"field{i}", $"other{i}").Instance(i % 2 == 0, 0).Add("NN"u8);
        using var tape = new ValueTape();
        Assert.True(Peer.ReadHessian(i % 2 == 0, bytes.ToArray(), tape).IsOk);
    });

    [Fact]
    public void Process_ManyRequestsOfNewNames_KeepsABoundedPart()
    {
        foreach (var codec in (IFrameCodec[])[Peer.Dubbo, Peer.Bolt])
        {
            AssertBounded(Streams, i =>
            {
                using var output = new FrameWriter();
                using var call = new Call(i);
                Assert.True(codec.WriteRequest(call.Exchange, 1, output).IsOk);
                using var server = new Call(null);
                Assert.True(Peer.ReadRequest(codec, output.Written.ToArray(), server.Exchange).IsOk);
            });
        }
    }

    [Fact]
    public void Json_FloodOfMemberNames_CostsItsBytesAndIsForgotten() => AssertBounded(50, static i =>
    {
        var text = new StringBuilder("{");
        for (var member = 0; member < 20_000; member++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(member == 0 ? string.Empty : ",")}\"m{i}x{member}\":{member}");
        }

        using var tape = new ValueTape();
        Assert.True(Peer.ReadJson(Encoding.ASCII.GetBytes(text.Append('}').ToString()), tape).IsOk);
    });

    [Fact]
    public void Signature_ManyDifferent_KeepsABoundedPart() =>
        AssertBounded(Streams, static i => Assert.True(JavaSignature.Of($"Lcom/fuzz/P{i};I").WellFormed));

    private static string Short(int number) => new([Sign(number), Sign(number / 90), Sign(number / 8_100), Sign(number / 729_000)]);

    private static char Sign(int number) => (char)('!' + (number % 90));

    private static void AssertOverBudget(bool draft, byte[] bytes, long mostAllocated)
    {
        using var tape = new ValueTape();
        CodecStatus read = default;
        CodecStatus skipped = default;
        var allocated = Peer.Allocated(() =>
        {
            read = Peer.ReadHessian(draft, bytes, tape);
            skipped = Peer.SkipHessian(draft, bytes);
        });
        Assert.Equal(CodecError.OverBudget, read.Error);
        Assert.Equal(CodecError.OverBudget, skipped.Error);
        Assert.InRange(allocated, 0, mostAllocated);
    }

    private static void AssertBounded(int rounds, Action<int> one)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < rounds; i++)
        {
            one(i);
        }

        var full = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = rounds; i < rounds * 2; i++)
        {
            one(i);
        }

        var after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.InRange(full - before, long.MinValue, MostKept);
        Assert.InRange(after - full, long.MinValue, Noise);
    }

    /// <summary>A call whose every name is new; without a number, a server's exchange.</summary>
    private sealed class Call : IDisposable
    {
        internal Call(int? number)
        {
            if (number is not { } i)
            {
                return;
            }

            Exchange.Service = new ServiceKey($"com.fuzz.Service{i}", $"{i}.0");
            Exchange.CalleeService = Exchange.Service;
            Exchange.Method = $"method{i}";
            Exchange.Signature = JavaSignature.Of($"Lcom/fuzz/Argument{i};");
            Exchange.RemainingMs = 1_000;
            Exchange.Lane = Lane.Translate;
            Exchange.RequestMetadata.TryAdd($"key{i}", $"value{i}");
            Exchange.Request.AddNull();
        }

        internal Exchange Exchange { get; } = new();

        public void Dispose()
        {
            Exchange.Request.Dispose();
            Exchange.Reply.Dispose();
        }
    }
}
