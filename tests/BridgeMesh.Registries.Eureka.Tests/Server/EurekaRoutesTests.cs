using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using BridgeMesh.Registries.Eureka.Server;
using BridgeMesh.Registries.Eureka.Wire;
using static BridgeMesh.Registries.Eureka.Tests.Server.EurekaServerUnderTest;

namespace BridgeMesh.Registries.Eureka.Tests.Server;

/// <summary>Each operation over real connections, with bodies written by hand as Spring's and Netflix's clients write them.</summary>
public sealed class EurekaRoutesTests : IAsyncLifetime
{
    private const string Accept = "Accept: application/json";
    private const string Path = "/eureka/apps/ORDERS/h1%3Aorders%3A8080";

    /// <summary>What Spring Cloud Netflix's client posts, fields that it leaves empty included.</summary>
    private const string SpringBody = """
        {"instance":{"instanceId":"h1:orders:8080","hostName":"h1","app":"ORDERS","ipAddr":"10.0.0.1","status":"STARTING",
        "overriddenStatus":"UNKNOWN","port":{"$":8080,"@enabled":"true"},"securePort":{"$":443,"@enabled":"false"},"countryId":1,
        "dataCenterInfo":{"@class":"com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo","name":"MyOwn"},
        "leaseInfo":{"renewalIntervalInSecs":30,"durationInSecs":90,"registrationTimestamp":0,"lastRenewalTimestamp":0,"evictionTimestamp":0,"serviceUpTimestamp":0},
        "metadata":{"management.port":"8080"},"homePageUrl":"http://h1:8080/","statusPageUrl":"http://h1:8080/actuator/info",
        "healthCheckUrl":"http://h1:8080/actuator/health","vipAddress":"orders","secureVipAddress":"orders",
        "isCoordinatingDiscoveryServer":"false","lastUpdatedTimestamp":"1700000000000","lastDirtyTimestamp":"1700000000001"}}
        """;

    private EurekaServerUnderTest _server = null!; // set before each test

    public async Task InitializeAsync() => _server = await StartAsync();

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task SpringsLife_FromStartToEnd_IsAnsweredAsItsClientExpects()
    {
        Assert.Equal(HttpStatusCode.NotFound, await _server.StatusAsync("PUT", Path + "?status=STARTING&lastDirtyTimestamp=1700000000001"));
        Assert.Equal(HttpStatusCode.NoContent, await _server.StatusAsync("POST", "/eureka/apps/ORDERS", Json(SpringBody), Accept));
        Assert.Equal(HttpStatusCode.NoContent, await _server.StatusAsync("POST", "/eureka/apps/ORDERS", Json(SpringBody.Replace("STARTING", "UP", StringComparison.Ordinal))));
        Assert.Equal(HttpStatusCode.OK, await _server.StatusAsync("PUT", Path + "?status=UP&lastDirtyTimestamp=1700000000001"));
        Assert.Equal(HttpStatusCode.NotFound, await _server.StatusAsync("PUT", Path + "?status=UP&lastDirtyTimestamp=1700000000002"));
        Assert.Equal(HttpStatusCode.OK, await _server.StatusAsync("DELETE", Path));
        Assert.Equal(HttpStatusCode.NotFound, await _server.StatusAsync("DELETE", Path));
        Assert.Contains("DELETED", await _server.TextAsync("/eureka/apps/delta", Accept), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/eureka/apps")]
    [InlineData("/eureka/apps/")]
    [InlineData("/eureka/v2/apps/")]
    [InlineData("/v2/apps")]
    [InlineData("/apps/delta")]
    [InlineData("/eureka/vips/orders")]
    [InlineData("/eureka/svips/orders")]
    public async Task Get_Applications_HasTheFormThatClientsRead(string path)
    {
        await RegisterAsync(SpringBody.Replace("STARTING", "UP", StringComparison.Ordinal));

        using var document = JsonDocument.Parse(await _server.TextAsync(path, Accept));
        var applications = document.RootElement.GetProperty("applications");
        Assert.Equal("UP_1_", applications.GetProperty("apps__hashcode").GetString());
        Assert.NotEmpty(applications.GetProperty("versions__delta").GetString()!); // a text, or this throws
        var instance = applications.GetProperty("application")[0].GetProperty("instance")[0];
        Assert.Equal("h1:orders:8080", instance.GetProperty("instanceId").GetString());
        Assert.Equal("UP", instance.GetProperty("status").GetString());
        Assert.True(instance.GetProperty("leaseInfo").GetProperty("serviceUpTimestamp").GetInt64() > 0);

        // Without a word, XML.
        var xml = await _server.TextAsync(path);
        Assert.Equal("h1:orders:8080", Assert.Single(RegistryDocument.Read(Encoding.UTF8.GetBytes(xml), out _)!.Instances).Id);
        Assert.Contains("<port enabled=\"true\">8080</port>", xml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/eureka/apps/orders", "application")]
    [InlineData(Path, "instance")]
    [InlineData("/eureka/instances/h1:orders:8080", "instance")]
    public async Task Get_One_IsFoundByItsName(string path, string root)
    {
        Assert.Equal(HttpStatusCode.NotFound, await _server.StatusAsync("GET", path));
        await RegisterAsync(SpringBody);

        using var document = JsonDocument.Parse(await _server.TextAsync(path, Accept));
        Assert.True(document.RootElement.TryGetProperty(root, out _));
    }

    [Fact]
    public async Task Post_Xml_IsTakenAsJsonIs()
    {
        Assert.Equal(HttpStatusCode.NoContent, await _server.StatusAsync("POST", "/eureka/apps/ORDERS", Body(Samples.Whole, isXml: true)));

        Assert.Equal("asg", _server.Table.Find(Samples.Whole.Name)?.AsgName);
    }

    [Fact]
    public async Task Post_Compressed_IsTaken()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(SpringBody));
        }

        using var body = new ByteArrayContent(packed.ToArray());
        body.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(HttpStatusCode.NoContent, await _server.StatusAsync("POST", "/eureka/apps/ORDERS", body));
    }

    [Fact]
    public async Task Get_ByWhoTakesGzip_IsCompressed()
    {
        await RegisterAsync(SpringBody);
        await RegisterAsync(SpringBody.Replace("h1:orders", "h2:orders", StringComparison.Ordinal));
        using var response = await _server.SendAsync("GET", "/eureka/apps", null, Accept, "Accept-Encoding: gzip");

        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        await using var plain = new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var document = await JsonDocument.ParseAsync(plain);
        Assert.True(document.RootElement.TryGetProperty("applications", out _));
    }

    [Theory]
    [InlineData("", "ORDERS")]
    [InlineData("{", "ORDERS")]
    [InlineData("{}", "ORDERS")]
    [InlineData("{\"instance\":{\"app\":\"ORDERS\"}}", "ORDERS")]
    [InlineData("{\"instance\":{\"hostName\":\"h\"}}", "ORDERS")]
    [InlineData(SpringBody, "STOCK")]
    [InlineData("<!DOCTYPE i [<!ENTITY x \"y\">]><instance><app>ORDERS</app><hostName>&x;</hostName></instance>", "ORDERS")]
    public async Task Post_WhatIsNoInstance_IsABadRequest(string body, string app)
    {
        Assert.Equal(HttpStatusCode.BadRequest, await _server.StatusAsync("POST", $"/eureka/apps/{app}", Json(body)));
        Assert.Equal(0, _server.Table.Version);
    }

    [Fact]
    public async Task Post_TooLarge_IsRefusedAlsoWhenItWasSmallBefore()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(new byte[EurekaRoutes.MaxInstanceBytes + 1]);
        }

        using var body = new ByteArrayContent(packed.ToArray());
        body.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await _server.StatusAsync("POST", "/eureka/apps/ORDERS", body));
        using var plain = new ByteArrayContent(new byte[EurekaRoutes.MaxInstanceBytes + 1]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await _server.StatusAsync("POST", "/eureka/apps/ORDERS", plain));
    }

    [Fact]
    public async Task Post_PastTheBound_IsUnavailable()
    {
        for (var port = 1; port <= 100; port++)
        {
            _server.Adapter.Host.Operations.Register(Samples.Instance("stock", port), isReplica: false);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await _server.StatusAsync("POST", "/eureka/apps/ORDERS", Json(SpringBody)));
    }

    [Fact]
    public async Task Status_SetAndTakenBack_IsSeen()
    {
        await RegisterAsync(SpringBody.Replace("STARTING", "UP", StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.OK, await _server.StatusAsync("PUT", Path + "/status?value=OUT_OF_SERVICE"));
        Assert.Contains("OUT_OF_SERVICE_1_", await _server.TextAsync("/eureka/apps", Accept), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await _server.StatusAsync("DELETE", Path + "/status?value=UP"));
        Assert.Contains("\"UP_1_\"", await _server.TextAsync("/eureka/apps", Accept), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, await _server.StatusAsync("PUT", Path + "/status?value=ASLEEP"));
        Assert.Equal(HttpStatusCode.NotFound, await _server.StatusAsync("PUT", "/eureka/apps/X/y/status?value=UP"));
    }

    [Fact]
    public async Task Metadata_Put_IsAdded()
    {
        await RegisterAsync(SpringBody);

        Assert.Equal(HttpStatusCode.OK, await _server.StatusAsync("PUT", Path + "/metadata?zone=east&weight=2"));
        Assert.Contains("\"zone\":\"east\"", await _server.TextAsync(Path, Accept), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, await _server.StatusAsync("PUT", $"{Path}/metadata?k={new string('x', InstanceReader.MaxText + 1)}"));
    }

    [Theory]
    [InlineData("PATCH", "/eureka/apps", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    [InlineData("GET", "/eureka/lastn", HttpStatusCode.NotFound)]
    [InlineData("GET", "/eureka/vips/nobody", HttpStatusCode.NotFound)]
    public async Task Request_ForWhatIsNot_IsRefused(string method, string path, HttpStatusCode status) =>
        Assert.Equal(status, await _server.StatusAsync(method, path));

    [Fact]
    public async Task Request_WithCredentialsConfigured_NeedsThem()
    {
        await using var server = await StartAsync(credentials: "user:p@ss");

        Assert.Equal(HttpStatusCode.Unauthorized, await server.StatusAsync("GET", "/eureka/apps"));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.StatusAsync("GET", "/eureka/apps", null, "Authorization: Basic dXNlcjpwQHN0"));
        Assert.Equal(HttpStatusCode.Unauthorized, await server.StatusAsync("GET", "/eureka/apps", null, "Authorization: Basic !!!"));
        Assert.Equal(HttpStatusCode.OK, await server.StatusAsync("GET", "/eureka/apps", null, "Authorization: Basic dXNlcjpwQHNz"));
    }

    [Fact]
    public async Task Batch_OfAPeer_IsAnsweredTaskByTask()
    {
        await RegisterAsync(SpringBody.Replace("STARTING", "UP", StringComparison.Ordinal));
        const string Batch = """
            {"replicationList":[
              {"appName":"ORDERS","id":"h1:orders:8080","lastDirtyTimestamp":1,"status":"UP","action":"Heartbeat"},
              {"appName":"ORDERS","id":"unknown","lastDirtyTimestamp":1,"status":"UP","action":"Heartbeat"},
              {"appName":"STOCK","id":"s1","action":"Register","instanceInfo":{"instanceId":"s1","hostName":"s","app":"STOCK","status":"UP","port":{"$":1,"@enabled":"true"}}},
              {"appName":"ORDERS","id":"h1:orders:8080","lastDirtyTimestamp":1,"status":"DOWN","action":"StatusUpdate"},
              {"appName":"STOCK","id":"s1","action":"Cancel"}]}
            """;
        using var response = await _server.SendAsync("POST", "/eureka/peerreplication/batch/", Json(Batch), Accept);

        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var answers = document.RootElement.GetProperty("responseList").EnumerateArray().ToArray();
        Assert.Equal([200, 404, 200, 200, 200], answers.Select(static a => a.GetProperty("statusCode").GetInt32()));
        Assert.Equal("h1:orders:8080", answers[0].GetProperty("responseEntity").GetProperty("instanceId").GetString());
        Assert.Equal(EurekaStatus.Down, _server.Table.Find(new InstanceName("ORDERS", "h1:orders:8080"))?.Status);
        Assert.Null(_server.Table.Find(new InstanceName("STOCK", "s1")));
        Assert.Equal(HttpStatusCode.BadRequest, await _server.StatusAsync("POST", "/eureka/peerreplication/batch", Json("{\"replicationList\":[{}]}")));
    }

    private async Task RegisterAsync(string body) =>
        Assert.Equal(HttpStatusCode.NoContent, await _server.StatusAsync("POST", "/eureka/apps/ORDERS", Json(body)));
}
