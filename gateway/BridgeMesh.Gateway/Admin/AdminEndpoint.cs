using System.Net;
using System.Text.Json;
using BridgeMesh.Gateway.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace BridgeMesh.Gateway.Admin;

/// <summary>
/// A small HTTP server of its own for operators, apart from the listeners so that a flood of calls cannot hide the gateway's health:
/// <c>GET /healthz</c> (the process lives), <c>/readyz</c> (it may get calls), <c>/status</c> (what it does). Safe for any thread.
/// </summary>
internal sealed class AdminEndpoint : IAsyncDisposable
{
    private const int MaxConnections = 64;

    private readonly WebApplication _server;
    private readonly IAdminSource _source;

    public AdminEndpoint(IPEndPoint address, IAdminSource source)
    {
        _source = source;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "bridgemesh" });
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<KestrelServerOptions>(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxConcurrentConnections = MaxConnections;
            options.Limits.MaxRequestBodySize = 0;
            options.Listen(address, listen => listen.Protocols = HttpProtocols.Http1);
        });
        _server = builder.Build();
        _server.Run(HandleAsync);
    }

    /// <summary>Once started.</summary>
    public int Port { get; private set; }

    /// <summary>Throws <see cref="IOException"/> when the port is taken.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _server.StartAsync(cancellationToken).ConfigureAwait(false);
        Port = new Uri(_server.Urls.First()).Port;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return AnswerAsync(context, StatusCodes.Status405MethodNotAllowed, new { error = "only GET and HEAD" });
        }

        switch (context.Request.Path.Value)
        {
            case "/healthz":
                return AnswerAsync(context, StatusCodes.Status200OK, new { alive = true });
            case "/readyz":
                var missing = _source.NotReady();
                var status = missing.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
                return AnswerAsync(context, status, new { ready = missing.Count == 0, missing });
            case "/status":
                return AnswerAsync(context, StatusCodes.Status200OK, _source.Status());
            default:
                return AnswerAsync(context, StatusCodes.Status404NotFound, new { error = "try /healthz, /readyz or /status" });
        }
    }

    private static Task AnswerAsync<T>(HttpContext context, int status, T body)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, JsonForm.Indented);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(bytes).AsTask();
    }
}
