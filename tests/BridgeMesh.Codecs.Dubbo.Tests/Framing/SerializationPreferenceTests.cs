using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Codecs.Dubbo.Tests.Framing;

public class SerializationPreferenceTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("hessian2", null)]
    [InlineData("hessian2,fastjson2", null)]
    [InlineData("fastjson2,hessian2", null)]
    [InlineData("fastjson2, hessian2 ,kryo", null)]
    [InlineData("Hessian2", "fastjson2")]
    [InlineData("fastjson2", "hessian2")]
    [InlineData(null, "hessian2")]
    [InlineData("", " ")]
    public void InstanceThatTakesHessian2_CanBeCalled(string? preferred, string? only) => Assert.Null(WhyNot(preferred, only));

    [Theory]
    [InlineData("fastjson2", null, "fastjson2")]
    [InlineData("fastjson2,msgpack", "kryo", "fastjson2,msgpack")]
    [InlineData(null, "fastjson", "fastjson")]
    [InlineData(null, "hessian", "hessian")]
    public void InstanceThatDoesNot_IsToldByTheNamesThatItRegistered(string? preferred, string? only, string named) =>
        Assert.Equal($"its provider takes {named} alone, and only hessian2 is offered", WhyNot(preferred, only));

    [Theory]
    [InlineData("fastjson2", false)]
    [InlineData("fastjson2 hessian2", true)]
    public void PreferenceInTheModel_CountsAsTheRegistered(string names, bool callable)
    {
        var instance = Instance(null, null) with { Serializations = [.. names.Split(' ')] };
        Assert.Equal(callable, Frames.Codec.WhyNotCallable(instance) is null);
    }

    [Fact]
    public void RegistrationOfAnyLength_GivesAShortReason() => Assert.True(WhyNot(new string('x', 10_000), null)?.Length < 200);

    [Fact]
    public void RequestToAPreferringInstance_IsHessian2()
    {
        var exchange = new Exchange { Method = "m", Signature = Contracts.JavaSignature.None, CalleeService = new("com.acme.S") };
        exchange.Instance = Instance("fastjson2,hessian2", null);
        Assert.Equal(0xC2, Frames.Request(exchange, 1)[2]);
    }

    private static string? WhyNot(string? preferred, string? only) => Frames.Codec.WhyNotCallable(Instance(preferred, only));

    private static ServiceInstance Instance(string? preferred, string? only)
    {
        var metadata = ImmutableDictionary<string, string>.Empty;
        metadata = preferred is null ? metadata : metadata.Add("prefer.serialization", preferred);
        metadata = only is null ? metadata : metadata.Add("serialization", only);
        return new ServiceInstance { Service = new("com.acme.S"), Protocol = "dubbo", Host = "h", Port = 1, Metadata = metadata };
    }
}
