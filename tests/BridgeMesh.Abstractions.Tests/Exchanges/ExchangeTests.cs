using System.Buffers;
using System.Reflection;
using BridgeMesh.Contracts;
using BridgeMesh.Registries;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Exchanges;

public class ExchangeTests
{
    [Fact]
    public void Reset_AfterEveryPropertyWasSet_EqualsAFreshOne()
    {
        var exchange = new Exchange();
        var properties = typeof(Exchange).GetProperties().Where(p => p.CanWrite && p.Name != nameof(Exchange.PipelineItem)).ToArray();
        foreach (var property in properties)
        {
            property.SetValue(exchange, Sample(property.PropertyType));
        }

        exchange.Request.AddNull();
        exchange.Reply.AddNull();
        exchange.RequestMetadata.TryAdd("a", "b");
        exchange.ReplyMetadata.TryAdd("a", "b");
        exchange.PipelineItem = this;
        exchange.Reset();

        var fresh = new Exchange();
        foreach (var property in properties)
        {
            Assert.True(Equals(property.GetValue(fresh), property.GetValue(exchange)), $"{property.Name} survives Reset");
        }

        Assert.Same(this, exchange.PipelineItem);
        Assert.Equal(0, exchange.Request.Count + exchange.Reply.Count + exchange.RequestMetadata.Count + exchange.ReplyMetadata.Count);
    }

    [Fact]
    public void SetFault_AfterAReply_DropsTheReply()
    {
        var exchange = new Exchange { ExceptionType = TypeName.Of("com.acme.E"), ReplyFrame = new(new byte[4]), ReplyHeader = new() { Length = 4 } };
        exchange.Reply.AddNull();
        exchange.ReplyMetadata.TryAdd("a", "b");
        exchange.SetFault(ExchangeStatus.BadGateway, CodecStatus.Fail(CodecError.Malformed, "bad tag", 3, "args[0]"), mayHaveExecuted: true);

        Assert.Equal(ExchangeStatus.BadGateway, exchange.Status);
        Assert.Equal("bad tag at args[0] (offset 3)", exchange.Message);
        Assert.True(exchange.MayHaveExecuted);
        Assert.Null(exchange.ExceptionType);
        Assert.Equal(0, exchange.Reply.Count + exchange.ReplyMetadata.Count + (int)exchange.ReplyFrame.Length + exchange.ReplyHeader.Length);
    }

    [Fact]
    public void ServiceKey_Default_IsTheEmptyKey()
    {
        ServiceKey key = default;
        Assert.Equal(string.Empty, key.Interface + key.Version + key.Group + key.UniqueId);
        Assert.Equal(string.Empty, key.ToString());
        Assert.Equal(new ServiceKey(string.Empty), key);
        Assert.Equal(new ServiceKey(string.Empty).GetHashCode(), key.GetHashCode());
        Assert.Equal(new ServiceKey("a", "1"), new ServiceKey("a") with { Version = "1" });
    }

    [Theory]
    [InlineData("com.acme.S", "", "", "", "com.acme.S")]
    [InlineData("com.acme.S", "1.0", "blue", "", "blue/com.acme.S:1.0")]
    [InlineData("com.acme.S", "1.0", "", "u1", "com.acme.S:1.0:u1")]
    public void ServiceKey_Text_NamesItsParts(string type, string version, string group, string uniqueId, string text) =>
        Assert.Equal(text, new ServiceKey(type, version, group, uniqueId).ToString());

    private static object? Sample(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => "text",
            _ when type == typeof(bool) => true,
            _ when type == typeof(int) => 7,
            _ when type == typeof(long) => 7L,
            _ when type.IsEnum => Enum.GetValues(type).GetValue(1),
            _ when type == typeof(ServiceKey) => new ServiceKey("com.acme.S"),
            _ when type == typeof(FrameHeader) => new FrameHeader { Length = 1 },
            _ when type == typeof(ReadOnlySequence<byte>) => new ReadOnlySequence<byte>(new byte[1]),
            _ when type == typeof(JavaSignature) => JavaSignature.Of("I"),
            _ when type == typeof(TypeName) => TypeName.Of("T"),
            _ when type == typeof(ServiceContract) => new ServiceContract(default, []),
            _ when type == typeof(ServiceInstance) => new ServiceInstance { Service = default, Protocol = "p", Host = "h", Port = 1 },
            _ when type == typeof(MethodShape) => new MethodShape { Name = "m", Parameters = [], Returns = null!, Signature = JavaSignature.None },
            _ when type.IsInterface => DispatchProxy.Create(type, typeof(Stand)),
            _ when type == typeof(object) => new object(),
            _ => throw new InvalidOperationException($"give {type} a sample"),
        };
    }

    public class Stand : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => null;
    }
}
