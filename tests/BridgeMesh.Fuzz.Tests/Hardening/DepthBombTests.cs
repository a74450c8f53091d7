using System.Text;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Fuzz.Corpus;
using BridgeMesh.Fuzz.Targets;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Fuzz.Tests.Hardening;

/// <summary>Nesting stops at the budget's depth, with a fault and without the memory or stack that the bytes ask for.</summary>
public sealed class DepthBombTests
{
    private const int Bomb = 100_000;
    private const long FewBytes = 1 << 20;

    private static readonly int MaxDepth = TapeBudget.Default.MaxDepth;

    public static TheoryData<bool, string, string> Openings => new()
    {
        { false, "open list", "57" },
        { false, "counted list", "79" },
        { false, "typed list", "550161" },
        { false, "map", "484e" },
        { false, "typed map", "4d01614e" },
        { false, "object", "60" },
        { true, "list", "56" },
        { true, "counted list", "566e01" },
        { true, "map", "4d4e" },
        { true, "typed map", "4d740001614e" },
        { true, "object", "6f90" },
    };

    [Theory]
    [MemberData(nameof(Openings))]
    public void Hessian_NestedFarTooDeep_IsOverBudgetAndCheap(bool draft, string what, string hex)
    {
        var bytes = Nested(draft, hex, Bomb).ToArray();
        using var tape = new ValueTape();
        var status = CodecStatus.Ok;
        var skipped = CodecStatus.Ok;
        var allocated = Peer.Allocated(() =>
        {
            status = Peer.ReadHessian(draft, bytes, tape);
            skipped = Peer.SkipHessian(draft, bytes);
        });
        Assert.True(status.Error == CodecError.OverBudget, $"{what}: {status}");
        Assert.True(skipped.Error == CodecError.OverBudget, $"{what}: {skipped}");
        Assert.InRange(allocated, 0, FewBytes);
        Assert.InRange(tape.Count, 0, (MaxDepth + 1) * 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hessian_NestedExactlyAsDeepAsAllowed_IsReadWrittenAndSkipped(bool draft)
    {
        var bytes = Nested(draft, draft ? "566e01" : "79", MaxDepth).Add((byte)'N');
        bytes.Times(draft ? MaxDepth : 0, (byte)'z');
        using var tape = new ValueTape();
        Assert.Equal(CodecStatus.Ok, Peer.ReadHessian(draft, bytes.ToArray(), tape));
        Assert.Equal(CodecStatus.Ok, Peer.SkipHessian(draft, bytes.ToArray()));
        using var output = new FrameWriter();
        Assert.Equal(CodecStatus.Ok, Peer.WriteHessian(draft, tape, output));
        output.Clear();
        Assert.Equal(CodecStatus.Ok, Peer.WriteJson(tape, output));
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    [InlineData("[{\"a\":", "}]")]
    public void Json_NestedFarTooDeep_IsOverBudgetAndCheap(string open, string close)
    {
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(open, Bomb)) + "1" + string.Concat(Enumerable.Repeat(close, Bomb)));
        using var tape = new ValueTape();
        var status = CodecStatus.Ok;
        var allocated = Peer.Allocated(() => status = Peer.ReadJson(text, tape));
        Assert.Equal(CodecError.OverBudget, status.Error);
        Assert.InRange(allocated, 0, FewBytes + text.Length);
    }

    [Theory]
    [InlineData("{\"unknown\":", "}")]
    [InlineData("{\"items\":[{\"unknown\":", "}]}")]
    public void Json_NestedFarTooDeepWhereNothingIsKept_IsOverBudget(string before, string after)
    {
        // Members that the contract does not declare are walked over, not read.
        var order = FuzzCorpus.Load(1).Contract.Methods.Single(m => m.Name == "place").Parameters[0].Type;
        var text = before + new string('[', Bomb) + new string(']', Bomb) + after;
        using var tape = new ValueTape();
        Assert.Equal(CodecError.OverBudget, Peer.ReadJson(Encoding.ASCII.GetBytes(text), tape, order).Error);
    }

    [Fact]
    public void Dubbo_ArgumentNestedFarTooDeep_IsRefusedAndAnswered() => RefusedAndAnswered(Peer.Dubbo, draft: false, Request(Peer.Dubbo));

    [Fact]
    public void Bolt_ArgumentNestedFarTooDeep_IsRefusedAndAnswered() => RefusedAndAnswered(Peer.Bolt, draft: true, Request(Peer.Bolt));

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a: ", "}")]
    [InlineData("list<", ">")]
    [InlineData("\"list<", ">\"")]
    public void Contract_NestedFarTooDeep_IsAProblemAndCheap(string open, string close)
    {
        var quoted = open[0] == '"';
        var (from, to) = quoted ? (open[1..], close[..^1]) : (open, close);
        var deep = string.Concat(Enumerable.Repeat(from, 5_000)) + "int" + string.Concat(Enumerable.Repeat(to, 5_000));
        var yaml = $"types: {{ com.fuzz.A: {{ fields: {{ a: {(quoted ? $"\"{deep}\"" : deep)} }} }} }}";
        using var target = new ContractTarget(FuzzCorpus.Load(1));
        Assert.NotEqual(Verdict.Accepted, target.Run(Encoding.UTF8.GetBytes(yaml)));
    }

    [Fact]
    public void Contract_ArrayOfFarTooManyDimensions_IsAProblem()
    {
        var yaml = $"types: {{ com.fuzz.A: {{ fields: {{ a: \"int{string.Concat(Enumerable.Repeat("[]", 200_000))}\" }} }} }}";
        using var target = new ContractTarget(FuzzCorpus.Load(1));
        Assert.NotEqual(Verdict.Accepted, target.Run(Encoding.UTF8.GetBytes(yaml)));
    }

    [Fact]
    public void JavaSignature_OfFarTooManyDimensions_IsRead()
    {
        // Java stops at 255 dimensions; here they are counted and cost their own length.
        var signature = JavaSignature.Of(new string('[', Bomb) + "I");
        Assert.Equal(Bomb + 1, Assert.Single(signature.TypeNames).Length);
    }

    private static HostileBytes Nested(bool draft, string hex, int depth) =>
        new HostileBytes().Definition(draft, "com.fuzz.Deep", "next").Times(depth, Convert.FromHexString(hex));

    private static byte[] Request(IFrameCodec codec)
    {
        var exchange = new Exchange
        {
            Service = new ServiceKey("com.fuzz.Deep", "1.0"),
            CalleeService = new ServiceKey("com.fuzz.Deep", "1.0"),
            Method = "deep",
            Signature = JavaSignature.Of("Ljava/lang/Object;"),
            RemainingMs = 1_000,
            Lane = Lane.Translate,
        };
        exchange.Request.AddString("REPLACE-ME");
        using var output = new FrameWriter();
        Assert.Equal(CodecStatus.Ok, codec.WriteRequest(exchange, 7, output));
        return output.Written.ToArray();
    }

    private static void RefusedAndAnswered(IFrameCodec codec, bool draft, byte[] frame)
    {
        // The text with its length makes way for a nest; the frame's length is corrected.
        var at = frame.AsSpan().IndexOf("REPLACE-ME"u8) - 1;
        var nest = new HostileBytes().Times(10_000, draft ? [0x56, (byte)'n', 1] : [0x79]).ToArray();
        byte[] bomb = [.. frame[..at], .. nest, .. frame[(at + 11)..]];
        var lengthAt = draft ? 18 : 12;
        var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bomb.AsSpan(lengthAt)) + nest.Length - 11;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(lengthAt), length);

        var exchange = new Exchange();
        var status = Peer.ReadRequest(codec, bomb, exchange);
        Assert.Equal(CodecError.OverBudget, status.Error);

        exchange.SetFault(ExchangeStatus.InvalidArgument, status);
        using var answer = new FrameWriter();
        Assert.Equal(CodecStatus.Ok, codec.WriteReply(exchange, answer));
        Assert.InRange(answer.Length, 20, 2_000);
    }
}
