using System.Text;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Registries.Etcd.Instances;

/// <summary>Keys and values as teams may write them by hand, and as nobody should.</summary>
public class InstanceFormTests
{
    private const string Prefix = "/p/";

    [Theory]
    [InlineData("/p/orders/http/10.0.0.1:8080", "http://10.0.0.1:8080/orders")]
    [InlineData("/p/a.B/dubbo/h:1/version=1.0.0", "dubbo://h:1/a.B:1.0.0")]
    [InlineData("/p/a.B/bolt/h:1/uniqueId=u/version=2", "bolt://h:1/a.B:2:u")]
    [InlineData("/p/a%2FB%25/grpc/[::1]:65535/group=g", "grpc://::1:65535/g/a/B%")]
    public void Key_OfTheForm_IsRead(string key, string instance) =>
        Assert.Equal(instance, InstanceKey.Read(Prefix, Encoding.UTF8.GetBytes(key), out _)?.ToString());

    [Theory]
    [InlineData("/p/")]
    [InlineData("/p/orders")]
    [InlineData("/p/orders/http/")]
    [InlineData("/p//http/h:1")]
    [InlineData("/p/orders//h:1")]
    [InlineData("/p/orders/http/h")]
    [InlineData("/p/orders/http/:1")]
    [InlineData("/p/orders/http/[]:1")]
    [InlineData("/p/orders/http/h:0")]
    [InlineData("/p/orders/http/h:65536")]
    [InlineData("/p/orders/http/h:-1")]
    [InlineData("/p/orders/http/h:1/")]
    [InlineData("/p/orders/http/h:1/1.0.0")]
    [InlineData("/p/orders/http/h:1/version=1/version=2")]
    [InlineData("/p/orders/http/h:1/version=1/group=2/uniqueId=3/zone=4")]
    [InlineData("/q/orders/http/h:1")]
    public void Key_OfAnotherForm_IsBroken(string key)
    {
        Assert.Null(InstanceKey.Read(Prefix, Encoding.UTF8.GetBytes(key), out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void Key_ThatIsNoTextOrTooLong_IsBroken()
    {
        Assert.Null(InstanceKey.Read(Prefix, [.. "/p/orders/http/h:1"u8, 0xFF], out _));
        Assert.Null(InstanceKey.Read(Prefix, Encoding.UTF8.GetBytes($"/p/{new string('x', InstanceKey.MaxBytes)}/http/h:1"), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"weight":null,"later":[{"x":1}]}""")]
    public void Value_ThatSaysNothing_IsAnInstanceThatIsUp(string value) => Assert.Equal(Named(), Read(value));

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":")]
    [InlineData("""{"weight":-1}""")]
    [InlineData("""{"weight":10001}""")]
    [InlineData("""{"weight":1.5}""")]
    [InlineData("""{"weight":"100"}""")]
    [InlineData("""{"warmUpMs":99999999999999999999}""")]
    [InlineData("""{"health":"UP"}""")]
    [InlineData("""{"secure":"true"}""")]
    [InlineData("""{"startedAt":"2026-01-31T12:00:00"}""")]
    [InlineData("""{"startedAt":1700000000}""")]
    [InlineData("""{"tags":"gray"}""")]
    [InlineData("""{"tags":["gray",1]}""")]
    [InlineData("""{"metadata":{"a":1}}""")]
    [InlineData("""{"metadata":[]}""")]
    [InlineData("""{"zone":"\ud800"}""")]
    [InlineData("""{"metadata":{"\ud800":"a"}}""")]
    public void Value_OfTheWrongKind_IsBroken(string value)
    {
        Assert.Null(InstanceValue.Read(Encoding.UTF8.GetBytes(value), Named(), string.Empty, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void Value_TooDeepTooLongOrNoText_IsBroken()
    {
        Assert.Null(InstanceValue.Read([.. "{\"zone\":\""u8, 0xC3, 0x28, .. "\"}"u8], Named(), string.Empty, out _));
        Assert.Null(InstanceValue.Read(Encoding.UTF8.GetBytes($"{{\"a\":{new string('[', 100)}{new string(']', 100)}}}"), Named(), string.Empty, out _));
        Assert.Null(InstanceValue.Read(Encoding.UTF8.GetBytes($"{{\"a\":\"{new string('x', InstanceValue.MaxBytes)}\"}}"), Named(), string.Empty, out _));
    }

    [Fact]
    public void Value_WithoutAZone_HasTheRegistrys()
    {
        Assert.Equal("west", InstanceValue.Read("{}"u8.ToArray(), Named(), "west", out _)?.Zone);
        Assert.Equal("east", InstanceValue.Read("""{"zone":"east"}"""u8.ToArray(), Named(), "west", out _)?.Zone);
    }

    private static ServiceInstance Named() => new() { Service = new ServiceKey("orders"), Protocol = "http", Host = "h", Port = 1 };

    private static ServiceInstance? Read(string value) => InstanceValue.Read(Encoding.UTF8.GetBytes(value), Named(), string.Empty, out _);
}
