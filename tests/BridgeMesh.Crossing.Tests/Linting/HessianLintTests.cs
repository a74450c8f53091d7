using BridgeMesh.Codecs.Hessian;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Crossing.Tests.Linting;

/// <summary>Each rule about Hessian, Bolt and Dubbo beside what the codecs do.</summary>
public sealed class HessianLintTests
{
    private static readonly HessianPayloadCodec Hessian = HessianPayloadCodec.Final;

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public void Unsigned_PastALong_IsRefused(string protocol)
    {
        var contract = Lints.Contract("      m: { parameters: { v: uint64 }, returns: void, throws: [Wrong] }\n");
        Assert.Equal(["Lossy unsigned-beyond-long v"], Lints.Of(contract, protocol));
        Assert.Equal("refused: a number above 9223372036854775807 has no form in Hessian", Lints.RoundTrip(Hessian, contract, static t => t.AddUInt64(ulong.MaxValue)));
        Assert.Equal("5L", Lints.RoundTrip(Hessian, contract, static t => t.AddUInt64(5)));
    }

    [Fact]
    public void Enum_ThatIsOpen_LosesNumbersWithoutName()
    {
        var contract = Lints.Taking("Open");
        Assert.Equal(["Lossy open-enum v"], Lints.Of(contract, "bolt"));
        Assert.StartsWith("refused: ", Lints.RoundTrip(Hessian, contract, static t => t.AddInt32(7)), StringComparison.Ordinal);
        Assert.Empty(Lints.Of(Lints.Taking("Colour"), "bolt"));
    }

    [Fact]
    public void Cycles_ClassesAndKeys_AreJavas()
    {
        foreach (var type in new[] { "Node", "any", "map<any, list<Animal>>", "decimal", "long" })
        {
            Assert.Empty(Lints.Of(Lints.Taking(type), "bolt"));
        }

        Assert.Equal("#0=(com.acme.shop.Node){next: #0, name: \"n\"}", Lints.RoundTrip(Hessian, Lints.Taking("Node"), Lints.Ring));
    }

    [Theory]
    [InlineData("bolt")]
    [InlineData("dubbo")]
    public void Streams_AreNotCarried(string protocol)
    {
        var contract = Lints.Contract("      m: { parameters: { v: Item }, returns: Item, streams: replies, throws: [Wrong] }\n");
        Assert.Equal(["Unsupported stream-not-carried"], Lints.Of(contract, protocol));
        Assert.NotNull(StreamRules.WhyNot(contract.Methods[0], protocol, StreamSupport.None));
        Assert.Empty(Lints.Of(contract, "http"));
        Assert.Empty(Lints.Of(contract, "grpc"));
        Assert.Empty(Lints.Of(contract, "triple"));
    }

    [Fact]
    public void Exception_ThatIsNotDeclared_IsARuntimeExceptionToDubbo()
    {
        var contract = Lints.Taking("int");
        Assert.Equal(["Lossy undeclared-exception throws com.acme.shop.Wrong"], Lints.Of(contract, "dubbo"));
        Assert.Empty(Lints.Of(contract, "bolt"));
        Assert.Equal("java.lang.RuntimeException", Thrown(contract));

        var declared = Lints.Contract("      m: { parameters: { v: int }, returns: void, throws: [Wrong] }\n");
        Assert.Empty(Lints.Of(declared, "dubbo"));
        Assert.Equal("com.acme.shop.Wrong", Thrown(declared));
    }

    [Fact]
    public void Subclass_OutsideTheTrustedPackages_IsNotAllowedByDubbo3()
    {
        var contract = Lints.Contract("      m: { parameters: { v: Animal }, returns: void, throws: [Wrong] }\n");
        Assert.Equal(["Lossy class-not-allowed subclass org.other.zoo.Owl"], Lints.Of(contract, "dubbo"));

        // Once any method names a class of that package, all of the package is trusted.
        var named = Lints.Contract(
            "      m: { parameters: { v: Animal }, returns: void, throws: [Wrong] }\n      n: { parameters: { v: org.other.zoo.Owl }, returns: void, throws: [Wrong] }\n");
        Assert.Empty(Lints.Of(named, "dubbo"));
    }

    private static string Thrown(Contracts.ServiceContract contract)
    {
        var exchange = new Exchange
        {
            Contract = contract,
            Shape = contract.Methods[0],
            Status = ExchangeStatus.RuntimeException,
            ExceptionType = TypeName.Of("com.acme.shop.Wrong"),
            Message = "m",
        };
        using var output = new FrameWriter();
        Assert.True(DubboThrowables.Write(new HessianWriter(output, HessianDialect.Final, HessianWriteState.Rent()), exchange).IsOk);

        using var tape = new ValueTape();
        Assert.True(Hessian.Read(new System.Buffers.ReadOnlySequence<byte>(output.Written.ToArray()), null, contract.Policy, tape).IsOk);
        return tape[0].Type?.Text ?? string.Empty;
    }
}
