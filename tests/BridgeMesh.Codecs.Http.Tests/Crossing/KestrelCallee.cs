using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Codecs.Http.Tests.Crossing;

/// <summary>A callee on a whole ASP.NET Core server, with its WebSockets, file results and conditional requests.</summary>
internal sealed class KestrelCallee : IAsyncDisposable
{
    private readonly WebApplication _application;

    private KestrelCallee(WebApplication application)
    {
        _application = application;
    }

    internal int Port { get; private set; }

    internal static async Task<KestrelCallee> StartAsync(
        RequestDelegate handler, HttpProtocols protocols = HttpProtocols.Http1, (string Certificate, string Key)? tls = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
            {
                endpoint.Protocols = protocols;
                if (tls is { } files)
                {
                    endpoint.UseHttps(X509Certificate2.CreateFromPemFile(files.Certificate, files.Key));
                }
            });
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var application = builder.Build();
        application.UseWebSockets();
        application.Run(handler);
        await application.StartAsync();
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new KestrelCallee(application) { Port = new Uri(addresses.First()).Port };
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }
}
