using System.Collections.Immutable;
using System.Text;
using BridgeMesh.Registries.ZooKeeper.Layouts;
using BridgeMesh.Testing.Bytes;

namespace BridgeMesh.Registries.ZooKeeper.Curator;

public class CuratorTests
{
    /// <summary>As Spring Cloud ZooKeeper 3.1 writes it, over Curator 5.1.</summary>
    internal const string OfSpring = """
        {"name":"orders","id":"2f4a7bb5-bf5a-4b7e-9e0a-2e0a7c5d3b11","address":"10.2.0.7","port":8080,"sslPort":null,
        "payload":{"@class":"org.springframework.cloud.zookeeper.discovery.ZookeeperInstance","id":"orders","name":"orders",
        "metadata":{"instance_status":"UP","zone":"east","team":"a"}},
        "registrationTimeUTC":1795340410065,"serviceType":"DYNAMIC",
        "uriSpec":{"parts":[{"value":"scheme","variable":true},{"value":"://","variable":false},{"value":"address","variable":true},
        {"value":":","variable":false},{"value":"port","variable":true}]}}
        """;

    [Fact]
    public void Read_WhatSpringWrites_HasAllOfIt()
    {
        var read = CuratorReader.Read(OfSpring.Bytes(), out var problem);

        Assert.NotNull(read);
        Assert.Empty(problem);
        Assert.Equal(("orders", "10.2.0.7", 8080, null), (read.Name, read.Address, read.Port, read.SslPort));
        Assert.Equal("{scheme}://{address}:{port}", read.UriSpec);
        Assert.Equal(3, read.Metadata.Count);
        Assert.True(read.IsEnabled);
    }

    [Theory]
    [InlineData("{scheme}://{address}:{port}")]
    [InlineData("https://{address}:{ssl-port}/x")]
    [InlineData("plain")]
    [InlineData("")]
    public void Write_AnyInstance_IsReadAsItWas(string uriSpec)
    {
        var instance = new CuratorInstance
        {
            Name = "orders",
            Id = "a:1",
            Address = "10.0.0.1",
            Port = 1,
            SslPort = 2,
            PayloadClass = "x.Y",
            PayloadId = "p",
            PayloadName = "q",
            Metadata = ImmutableDictionary<string, string>.Empty.Add("ü", "\"\\\n").Add("b", string.Empty),
            RegisteredAt = 1_795_340_410_065,
            ServiceType = "STATIC",
            UriSpec = uriSpec,
        };

        var read = CuratorReader.Read(CuratorWriter.Write(instance), out _);

        Assert.NotNull(read);
        Assert.Equal(instance.Metadata.OrderBy(static m => m.Key), read.Metadata.OrderBy(static m => m.Key));
        Assert.Equal(instance, read with { Metadata = instance.Metadata });
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"address":"h"}""")]
    [InlineData("""{"address":"h","port":0}""")]
    [InlineData("""{"address":"h","port":65536}""")]
    [InlineData("""{"address":"h","port":"80"}""")]
    [InlineData("""{"address":7,"port":80}""")]
    [InlineData("""{"address":"h","port":80""")]
    [InlineData("""{"address":"\ud800","port":80}""")]
    public void Read_WhatIsNoInstance_SaysWhy(string json)
    {
        Assert.Null(CuratorReader.Read(json.Bytes(), out var problem));
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("""{"address":"h","port":80,"payload":null}""")]
    [InlineData("""{"address":"h","port":80,"payload":"x"}""")]
    [InlineData("""{"address":"h","port":80,"payload":{"metadata":[1]}}""")]
    [InlineData("""{"address":"h","port":80,"uriSpec":7,"registrationTimeUTC":"x","enabled":true,"more":{"deep":[[[]]]}}""")]
    public void Read_OddParts_AreLeftOut(string json) => Assert.Equal(80, CuratorReader.Read(json.Bytes(), out _)?.Port);

    [Fact]
    public void Read_HugeDeepOrCrowded_IsRefused()
    {
        Assert.Null(CuratorReader.Read(new byte[CuratorReader.MaxBytes + 1], out var size));
        Assert.Contains("bytes", size, StringComparison.Ordinal);
        Assert.Null(CuratorReader.Read(new string('[', 10_000).Bytes(), out _));
        var crowd = string.Join(',', Enumerable.Range(0, CuratorReader.MaxMetadata + 1).Select(static i => $"\"{i}\":\"\""));
        Assert.Null(CuratorReader.Read(("""{"address":"h","port":80,"payload":{"metadata":{""" + crowd + "}}}").Bytes(), out var many));
        Assert.Contains("metadata", many, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DamagedInstances_NeverThrows() => Seeded.Run(5_000, static random =>
    {
        var read = CuratorReader.Read(Mutation.Of(Encoding.UTF8.GetBytes(OfSpring), random), out var problem);
        Assert.Equal(read is null, problem.Length > 0);
    });
}
