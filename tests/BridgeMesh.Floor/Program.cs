// What HTTP figures are measured against.
// usage: BridgeMesh.Floor answer PORT       Kestrel reads each body and answers a JSON text of 100 characters itself
//        BridgeMesh.Floor proxy PORT URL    bare YARP: every request to URL, over HTTP/1.1 or HTTP/2 as it came
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

if (args is not (["answer", _] or ["proxy", _, _]))
{
    await Console.Error.WriteLineAsync("usage: BridgeMesh.Floor answer PORT | proxy PORT URL");
    return 2;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.Services.AddHttpForwarder();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.MinRequestBodyDataRate = null;

    // Without TLS a port speaks one version unless HTTP/2 comes with prior knowledge.
    kestrel.Listen(IPAddress.Loopback, int.Parse(args[1], CultureInfo.InvariantCulture), static listen => listen.Protocols = HttpProtocols.Http1AndHttp2);
});
var app = builder.Build();
using var client = new HttpMessageInvoker(new SocketsHttpHandler
{
    UseProxy = false,
    AllowAutoRedirect = false,
    AutomaticDecompression = DecompressionMethods.None,
    UseCookies = false,
    EnableMultipleHttp2Connections = true,
    ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
});
if (args[0] == "answer")
{
    var body = "\"" + new string('r', 100) + "\"";
    app.Run(async context =>
    {
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.WriteAsync(body, context.RequestAborted);
    });
}
else
{
    var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
    var asItCame = new ForwarderRequestConfig { VersionPolicy = HttpVersionPolicy.RequestVersionExact };
    var asHttp2 = asItCame with { Version = HttpVersion.Version20 };
    var asHttp1 = asItCame with { Version = HttpVersion.Version11 };
    app.Run(async context => await forwarder.SendAsync(
        context, args[2], client, HttpProtocol.IsHttp2(context.Request.Protocol) ? asHttp2 : asHttp1, HttpTransformer.Default));
}

await app.RunAsync();
return 0;
