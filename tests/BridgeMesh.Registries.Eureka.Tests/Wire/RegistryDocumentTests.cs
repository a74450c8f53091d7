using System.Text;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Tests.Wire;

public class RegistryDocumentTests
{
    [Theory]
    [InlineData(Samples.Json)]
    [InlineData(Samples.Xml)]
    public void Read_NetflixsDocument_HasEveryInstance(string text)
    {
        var document = Read(text);

        Assert.Equal("DOWN_1_UP_2_", document.HashCode);
        Assert.Equal(["10.0.0.1:orders:8080", "10.0.0.2:orders:8443", "i-1"], document.Instances.Select(static i => i.Id));
        var first = document.Instances[0];
        Assert.Equal(("ORDERS", "orders-1.internal", "10.0.0.1", EurekaStatus.Up), (first.App, first.HostName, first.IpAddr, first.Status));
        Assert.Equal((8080, true, 443, false), (first.Port, first.IsPortEnabled, first.SecurePort, first.IsSecurePortEnabled));
        Assert.Equal((10, 30, 1700000000500), (first.Lease.RenewalIntervalS, first.Lease.DurationS, first.Lease.ServiceUpTimestamp));
        Assert.Equal(["management.port=8080", "weight=3", "zone=east"], first.Metadata.Select(static m => $"{m.Key}={m.Value}").Order());
        Assert.Equal(1700000000400, first.LastDirtyTimestamp);
        Assert.Equal((EurekaStatus.Down, true), (document.Instances[1].Status, document.Instances[1].IsSecurePortEnabled));
        Assert.Empty(document.Instances[1].Metadata);
        Assert.Equal("us-east-1c", document.Instances[2].DataCenter.Metadata["availability-zone"]);
        Assert.Equal(document.HashCode, AppsHashCode.Of(document.Instances));
    }

    [Fact]
    public void Read_WhatStandsAlone_NeedsNoList()
    {
        var document = Read(Samples.OldJson);

        var only = Assert.Single(document.Instances);
        Assert.Equal(("stock-1", "STOCK", 7001, true, false), (only.Id, only.App, only.Port, only.IsPortEnabled, only.IsSecurePortEnabled));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_WholeInstance_IsReadAgain(bool isXml)
    {
        var bytes = InstanceWriter.Applications([Samples.Whole], "OUT_OF_SERVICE_1_", 7, isXml);

        var document = RegistryDocument.Read(bytes, out var problem);

        Assert.Empty(problem);
        var read = Assert.Single(document!.Instances);
        Assert.Equal("OUT_OF_SERVICE_1_", document.HashCode);
        Assert.Equal(Flat(Samples.Whole), Flat(read));
    }

    [Fact]
    public void Write_JsonForm_IsWhatXStreamsReadersLookFor()
    {
        var text = Encoding.UTF8.GetString(InstanceWriter.One(Samples.Instance("orders", 8080), isXml: false));

        Assert.Contains("\"port\":{\"$\":8080,\"@enabled\":\"true\"}", text, StringComparison.Ordinal);
        Assert.Contains("\"@class\":\"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo\"", text, StringComparison.Ordinal);
        Assert.Contains("\"metadata\":{\"@class\":\"java.util.Collections$EmptyMap\"}", text, StringComparison.Ordinal);
        Assert.Contains("\"lastDirtyTimestamp\":\"1\"", text, StringComparison.Ordinal);
        Assert.StartsWith("{\"instance\":{", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_TextThatXmlCannotHold_SpoilsNothing()
    {
        var odd = Samples.Instance("orders", 1) with { HomePageUrl = "a\u0001b\uFFFFc😀" };

        var document = RegistryDocument.Read(InstanceWriter.Applications([odd, Samples.Instance("orders", 2)], "UP_2_", 1, isXml: true), out var problem);

        Assert.Empty(problem);
        Assert.Equal(2, document!.Instances.Count);
        Assert.Equal("a\uFFFDb\uFFFDc😀", document.Instances[0].HomePageUrl);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("<html><body>proxy error</body></html>")]
    [InlineData("{\"applications\":")]
    [InlineData("<applications><application>")]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><applications><apps__hashcode>&x;</apps__hashcode></applications>")]
    [InlineData("{\"applications\":{\"apps__hashcode\":\"\\ud800\"}}")]
    public void Read_WhatIsNoRegistry_IsAProblemAndNoEmptyRegistry(string text)
    {
        Assert.Null(RegistryDocument.Read(Encoding.UTF8.GetBytes(text), out var problem));
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("{\"applications\":{\"versions__delta\":\"1\",\"apps__hashcode\":\"\",\"application\":[]}}")]
    [InlineData("<applications><versions__delta>1</versions__delta><apps__hashcode></apps__hashcode></applications>")]
    public void Read_EmptyRegistry_IsOne(string text) => Assert.Empty(Read(text).Instances);

    [Theory]
    [InlineData(Samples.Json)]
    [InlineData(Samples.Xml)]
    [InlineData(Samples.OldJson)]
    public void Read_CutAnywhere_IsAProblemAndThrowsNothing(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.TrimEnd());
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Null(RegistryDocument.Read(bytes.AsMemory(0, length), out _));
        }
    }

    [Theory]
    [InlineData(Samples.Json)]
    [InlineData(Samples.Xml)]
    public void Read_AnyByteChanged_ThrowsNothing(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var at = 0; at < bytes.Length; at++)
        {
            foreach (var other in "\0\"<{"u8)
            {
                var before = bytes[at];
                bytes[at] = other;
                _ = RegistryDocument.Read(bytes, out _);
                bytes[at] = before;
            }
        }
    }

    [Fact]
    public void Read_InstanceTooLarge_IsAProblem()
    {
        var many = string.Join(',', Enumerable.Range(0, NodeBudget.MaxNodes + 1).Select(static n => $"\"k{n}\":\"v\""));
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", NodeBudget.MaxDepth + 1)) + "1" + new string('}', NodeBudget.MaxDepth + 1);
        var longText = new string('x', NodeBudget.MaxChars + 1);
        foreach (var member in new[] { $"\"metadata\":{{{many}}}", $"\"metadata\":{deep}", $"\"homePageUrl\":\"{longText}\"" })
        {
            Assert.Null(RegistryDocument.Read(Encoding.UTF8.GetBytes($"{{\"applications\":{{\"application\":[{{\"instance\":[{{{member}}}]}}]}}}}"), out var problem));
            Assert.Contains("too large", problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_NestedElements_AreBounded()
    {
        var depth = 100_000;
        var xml = string.Concat(Enumerable.Repeat("<applications>", depth)) + string.Concat(Enumerable.Repeat("</applications>", depth));

        Assert.Null(RegistryDocument.Read(Encoding.UTF8.GetBytes(xml), out var problem));
        Assert.Contains("deep", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a_b", "a__b")]
    [InlineData("a$b", "a_-b")]
    [InlineData("a b", "a_.0020b")]
    [InlineData("1a", "_.0031a")]
    [InlineData("a:b", "a_.003ab")]
    public void Names_InXml_AreXStreams(string name, string written)
    {
        Assert.Equal(written, XmlNames.Encode(name));
        Assert.Equal(name, XmlNames.Decode(written));
    }

    private static RegistryDocument Read(string text)
    {
        var document = RegistryDocument.Read(Encoding.UTF8.GetBytes(text), out var problem);
        Assert.Empty(problem);
        return document!;
    }

    private static string Flat(EurekaInstance instance)
    {
        var maps = instance.Metadata.Concat(instance.DataCenter.Metadata).Select(static m => $"{m.Key}={m.Value}").Order(StringComparer.Ordinal);
        var plain = instance with { Metadata = Samples.Instance("x", 1).Metadata, DataCenter = DataCenter.MyOwn with { Name = instance.DataCenter.Name } };
        return $"{plain} {string.Join(';', maps)}";
    }
}
