using System.Buffers.Binary;
using System.Globalization;
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

namespace BridgeMesh.Crossing.Gateways;

/// <summary>A gRPC call's end.</summary>
/// <param name="Body">All bytes between headers and trailers.</param>
/// <param name="Details">google.rpc.Status of the trailer; null without one.</param>
internal sealed record GrpcAnswer(int Code, string Message, byte[] Body, byte[]? Details, Dictionary<string, string> Headers)
{
    /// <summary>The only message.</summary>
    internal byte[] Single
    {
        get
        {
            Assert.Equal((0, Body.Length - 5), (Body[0], BinaryPrimitives.ReadInt32BigEndian(Body.AsSpan(1))));
            return Body[5..];
        }
    }

    /// <summary>The detail's value, by the type at the end of its URL; null without one.</summary>
    internal byte[]? Detail(string type) => Details is null ? null : ProtoBytes.Fields(Details)
        .Where(static f => f.Field == 3)
        .Select(static f => (byte[])f.Value)
        .Where(any => ProtoBytes.Text(any, 1) == $"type.googleapis.com/{type}")
        .Select(static any => ProtoBytes.Bytes(any, 2))
        .FirstOrDefault();
}

/// <summary>A gRPC client on HttpClient alone.</summary>
internal sealed class GrpcCaller(int port) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };

    internal static byte[] Frame(byte[] message, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    internal async Task<GrpcAnswer> UnaryAsync(string service, string method, byte[] message, params (string Name, string Value)[] headers) =>
        await SendAsync(service, method, new ByteArrayContent(Frame(message)), CancellationToken.None, headers);

    internal async Task<GrpcAnswer> SendAsync(
        string service, string method, HttpContent body, CancellationToken token, params (string Name, string Value)[] headers)
    {
        using var response = await OpenAsync(service, method, body, token, headers);
        return await EndAsync(response);
    }

    /// <summary>Returns as soon as the headers are there.</summary>
    internal async Task<HttpResponseMessage> OpenAsync(
        string service, string method, HttpContent body, CancellationToken token, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{port}/{service}/{method}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        if (body.Headers.ContentType is null)
        {
            body.Headers.TryAddWithoutValidation("content-type", "application/grpc+proto");
        }

        request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
    }

    internal static async Task<GrpcAnswer> EndAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.Content.ReadAsByteArrayAsync();
        var all = response.Headers.Concat(response.TrailingHeaders)
            .ToDictionary(static h => h.Key, static h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
        var details = all.GetValueOrDefault("grpc-status-details-bin");
        return new GrpcAnswer(
            int.Parse(all["grpc-status"], CultureInfo.InvariantCulture),
            Uri.UnescapeDataString(all.GetValueOrDefault("grpc-message", string.Empty)),
            body,
            details is null ? null : Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')),
            all);
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>A gRPC callee on ASP.NET Core's server alone.</summary>
internal sealed class GrpcCallee : IAsyncDisposable
{
    private readonly WebApplication _application;

    private GrpcCallee(WebApplication application) => _application = application;

    internal int Port { get; private init; }

    internal static async Task<GrpcCallee> StartAsync(RequestDelegate serve, (string Certificate, string Key)? tls = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http2;
            if (tls is { } files)
            {
                endpoint.UseHttps(X509Certificate2.CreateFromPemFile(files.Certificate, files.Key));
            }
        }));
        var application = builder.Build();
        application.Run(serve);
        await application.StartAsync();
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses; // started
        return new GrpcCallee(application) { Port = new Uri(addresses.First()).Port };
    }

    /// <summary>Serves unary calls: one message in, one message or a status out.</summary>
    internal static RequestDelegate Unary(Func<HttpContext, byte[], byte[]> answer) => async context =>
    {
        using var held = new MemoryStream();
        await context.Request.Body.CopyToAsync(held);
        var frame = held.ToArray();
        Assert.Equal(frame.Length - 5, BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(1)));
        context.Response.ContentType = "application/grpc";
        try
        {
            var message = answer(context, frame[5..]);
            await context.Response.Body.WriteAsync(GrpcCaller.Frame(message));
            context.Response.AppendTrailer("grpc-status", "0");
        }
        catch (GrpcFailure failure)
        {
            context.Response.Headers["grpc-status"] = failure.Code.ToString(CultureInfo.InvariantCulture);
            context.Response.Headers["grpc-message"] = Uri.EscapeDataString(failure.Message);
            if (failure.Details is { } details)
            {
                context.Response.Headers["grpc-status-details-bin"] = Convert.ToBase64String(details);
            }
        }
    };

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _application.StopAsync(now.Token);
        await _application.DisposeAsync();
    }
}

/// <summary>How a handler of <see cref="GrpcCallee.Unary"/> ends a call with another status than OK.</summary>
internal sealed class GrpcFailure(int code, string message, byte[]? details = null) : Exception(message)
{
    internal int Code { get; } = code;

    internal byte[]? Details { get; } = details;
}
