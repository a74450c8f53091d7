using BridgeMesh.Codecs.Dubbo;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Crossing.Tags;

/// <summary>A call's dubbo.tag chooses among the instances of its service, whatever its caller speaks.</summary>
public sealed class TagTests
{
    [Theory]
    [InlineData(GatewayUnderTest.Bolt)]
    [InlineData(GatewayUnderTest.Dubbo)] // Forwarded: no body is opened.
    [InlineData(GatewayUnderTest.Http)]
    public async Task Tag_OfACallersMetadata_LeadsToInstancesThatHaveIt(string from)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(null, framed: static exchange => exchange.Reply.AddString("plain"));
        var plugins = new PluginCatalog();
        plugins.Add(new DubboPlugin());
        await using var callee = new FramedCallee(
            plugins.FrameCodecs[GatewayUnderTest.Dubbo], static exchange => exchange.Reply.AddString("gray"), []);
        gateway.Registry.Add(
        [
            new ServiceInstance
            {
                Service = GatewayUnderTest.ServiceOf(GatewayUnderTest.Dubbo),
                Protocol = GatewayUnderTest.Dubbo,
                Host = "127.0.0.1",
                Port = callee.Port,
                Tags = ["gray"],
            },
        ]);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await CallAsync(gateway, from, ("dubbo.tag", "gray"), ("dubbo.force.tag", "TRUE")) != "gray")
        {
            Assert.False(patience.IsCancellationRequested, "the instance did not come");
        }

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("gray", await CallAsync(gateway, from, ("dubbo.tag", "gray")));
            Assert.Equal("plain", await CallAsync(gateway, from));
            Assert.Equal("plain", await CallAsync(gateway, from, ("dubbo.tag", "blue")));
            Assert.Equal("plain", await CallAsync(gateway, from, ("dubbo.tag", "blue"), ("dubbo.force.tag", "false")));
            Assert.Equal("Unavailable", await CallAsync(gateway, from, ("dubbo.tag", "blue"), ("dubbo.force.tag", "true")));
        }
    }

    private static async Task<string> CallAsync(GatewayUnderTest gateway, string from, params (string Name, string Value)[] metadata)
    {
        if (from == GatewayUnderTest.Http)
        {
            var path = $"/{GatewayUnderTest.ServiceOf(GatewayUnderTest.Dubbo).Interface}/greet";
            var answer = await HttpCaller.PostAsync(gateway.PortOf(from), path, "[\"Ada\"]", "java.lang.String", metadata);
            return answer.Status == 503 ? nameof(ExchangeStatus.Unavailable) : answer.Body.Trim('"');
        }

        var exchange = await gateway.CallAsync(from, GatewayUnderTest.Dubbo, "greet", "java.lang.String", call =>
        {
            call.Request.AddString("Ada");
            foreach (var (name, value) in metadata)
            {
                call.RequestMetadata.Set(name, value);
            }
        });
        // A Dubbo consumer cannot tell this from other faults but by its words.
        return exchange.Status == ExchangeStatus.Ok ? exchange.Reply.Text(0)
            : exchange.Message?.Contains("for calls with other tags", StringComparison.Ordinal) == true ? nameof(ExchangeStatus.Unavailable)
            : exchange.ToString()!;
    }
}
