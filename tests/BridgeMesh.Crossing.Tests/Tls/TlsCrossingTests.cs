using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using BridgeMesh.Crossing.Gateways;
using BridgeMesh.Testing.Network;

namespace BridgeMesh.Crossing.Tls;

/// <summary>TLS at both sides of a whole gateway, with certificates of one authority.</summary>
public sealed class TlsCrossingTests : IDisposable
{
    private const string Contract = """
        types:
          com.acme.Item:
            fields: { sku: string, quantity: int }
        services:
          com.acme.GrpcService:
            methods:
              place: { parameters: { item: Item }, returns: Item }
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TestCertificates _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task GrpcToGrpc_OverTls_PassesMessageAndTrailers()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, grpc: Echo, tls: _files);
        using var client = Client();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"https://127.0.0.1:{gateway.PortOf(GatewayUnderTest.Grpc)}/com.acme.GrpcService/place")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(GrpcCaller.Frame(Item("a", 1))),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        using var response = await client.SendAsync(request, CancellationToken.None).WaitAsync(Patience);

        Assert.Equal(GrpcCaller.Frame(Item("a", 1)), await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("0", response.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task HttpToGrpc_OverTls_IsTranslated(int version)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(Contract, grpc: Echo, tls: _files);
        using var client = Client();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"https://127.0.0.1:{gateway.PortOf(GatewayUnderTest.Http)}/com.acme.GrpcService/place")
        {
            Version = version == 2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new StringContent("""{"sku":"a","quantity":2}""", Encoding.UTF8, "application/json"),
        };
        using var response = await client.SendAsync(request, CancellationToken.None).WaitAsync(Patience);
        Assert.Equal((version, """{"sku":"a","quantity":2}"""), (response.Version.Major, await response.Content.ReadAsStringAsync()));
    }

    private static Microsoft.AspNetCore.Http.RequestDelegate Echo { get; } = GrpcCallee.Unary(static (context, message) =>
    {
        Assert.True(context.Request.IsHttps);
        return message;
    });

    private static byte[] Item(string sku, long quantity) => ProtoBytes.Message((1, sku), (2, quantity));

    private HttpMessageInvoker Client()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(_files.Ca));
        return new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
        });
    }
}
