using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Plugins;
using BridgeMesh.Testing.Network;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BridgeMesh.Codecs.Web.Tests.Listening;

public sealed class TlsListenerTests : IDisposable
{
    private readonly TestCertificates _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Listener_WithCertificate_AgreesOnTheVersionByAlpn()
    {
        var (certificate, key) = _files.Write("server");
        await using var server = await ServerUnderTest.StartAsync(
            HttpProtocols.Http1AndHttp2, ("tls.certificate", certificate), ("tls.key", key));
        using var client = ServerUnderTest.Client(_files.Ca);

        Assert.Equal("HTTP/2", await server.GetAsync(client, HttpVersion.Version20, "https"));
        Assert.Equal("HTTP/1.1", await server.GetAsync(client, HttpVersion.Version11, "https"));
    }

    [Theory]
    [InlineData("http1", "HTTP/1.1")]
    [InlineData("http2", "HTTP/2")]
    public async Task Listener_OfOneVersion_OffersThatAlone(string protocols, string served)
    {
        var (certificate, key) = _files.Write("server");
        await using var server = await ServerUnderTest.StartAsync(
            HttpProtocols.Http1AndHttp2, ("tls.certificate", certificate), ("tls.key", key), ("protocols", protocols));
        using var client = ServerUnderTest.Client(_files.Ca);

        Assert.Equal(served, await server.GetAsync(client, HttpVersion.Version20, "https", HttpVersionPolicy.RequestVersionOrLower));
    }

    /// <summary>Certificate and key may stand in one file.</summary>
    [Fact]
    public async Task Listener_OfTls13_RefusesTls12()
    {
        var (certificate, key) = _files.Write("server");
        var both = _files.PathOf("both.pem");
        await File.WriteAllTextAsync(both, await File.ReadAllTextAsync(certificate) + "\n" + await File.ReadAllTextAsync(key));
        await using var server = await ServerUnderTest.StartAsync(
            HttpProtocols.Http1AndHttp2, ("tls.certificate", both), ("tls.minVersion", "tls1.3"));
        using var newer = ServerUnderTest.Client(_files.Ca);
        using var older = ServerUnderTest.Client(_files.Ca, versions: SslProtocols.Tls12);

        Assert.Equal("HTTP/2", await server.GetAsync(newer, HttpVersion.Version20, "https"));
        await Assert.ThrowsAsync<HttpRequestException>(() => server.GetAsync(older, HttpVersion.Version20, "https"));
    }

    [Fact]
    public async Task Listener_WithClientCa_TakesItsOwnCallersAlone()
    {
        var (certificate, key) = _files.Write("server");
        using var others = new TestCertificates();
        using var known = Load(_files.Write("caller"));
        using var stranger = Load(others.Write("stranger"));
        await using var server = await ServerUnderTest.StartAsync(
            HttpProtocols.Http1AndHttp2, ("tls.certificate", certificate), ("tls.key", key), ("tls.clientCa", _files.Ca));
        using var client = ServerUnderTest.Client(_files.Ca, known);
        using var nameless = ServerUnderTest.Client(_files.Ca);
        using var foreigner = ServerUnderTest.Client(_files.Ca, stranger);

        Assert.Equal("HTTP/2", await server.GetAsync(client, HttpVersion.Version20, "https"));
        await Assert.ThrowsAnyAsync<Exception>(() => server.GetAsync(nameless, HttpVersion.Version20, "https"));
        await Assert.ThrowsAnyAsync<Exception>(() => server.GetAsync(foreigner, HttpVersion.Version20, "https"));
    }

    [Fact]
    public async Task Listener_WithOptionalClientCertificate_TakesCallersWithout()
    {
        var (certificate, key) = _files.Write("server");
        using var others = new TestCertificates();
        using var stranger = Load(others.Write("stranger"));
        await using var server = await ServerUnderTest.StartAsync(
            HttpProtocols.Http1AndHttp2,
            ("tls.certificate", certificate), ("tls.key", key), ("tls.clientCa", _files.Ca), ("tls.clientCertificate", "optional"));
        using var nameless = ServerUnderTest.Client(_files.Ca);
        using var foreigner = ServerUnderTest.Client(_files.Ca, stranger);

        Assert.Equal("HTTP/2", await server.GetAsync(nameless, HttpVersion.Version20, "https"));
        await Assert.ThrowsAnyAsync<Exception>(() => server.GetAsync(foreigner, HttpVersion.Version20, "https"));
    }

    [Fact]
    public async Task Files_ThatChange_CountForTheNextConnectionsAndCutNone()
    {
        var (certificate, key) = _files.Write("server");
        await using var server = await ServerUnderTest.StartAsync(
            HttpProtocols.Http1AndHttp2, ("tls.certificate", certificate), ("tls.key", key));
        var shown = new List<string>();
        using var before = ServerUnderTest.Client(_files.Ca, seen: c => shown.Add(c.SerialNumber));
        await server.GetAsync(before, HttpVersion.Version11, "https");

        _files.Write("server");
        await server.GetAsync(before, HttpVersion.Version11, "https");
        Assert.Single(shown); // the same connection

        using var after = ServerUnderTest.Client(_files.Ca, seen: c => shown.Add(c.SerialNumber));
        await server.GetAsync(after, HttpVersion.Version11, "https");
        Assert.Equal(2, shown.Distinct(StringComparer.Ordinal).Count());

        // Half a change: the former certificate stays, and somebody is told, once.
        await File.WriteAllTextAsync(key, "no key");
        for (var i = 0; i < 2; i++)
        {
            using var during = ServerUnderTest.Client(_files.Ca, seen: c => shown.Add(c.SerialNumber));
            await server.GetAsync(during, HttpVersion.Version11, "https");
        }

        Assert.Equal(shown[1], shown[^1]);
        Assert.Contains(key, Assert.Single(server.Notices, n => n.IsTrouble).Text, StringComparison.Ordinal);

        _files.Write("server");
        using var mended = ServerUnderTest.Client(_files.Ca, seen: c => shown.Add(c.SerialNumber));
        await server.GetAsync(mended, HttpVersion.Version11, "https");
        Assert.NotEqual(shown[1], shown[^1]);
        Assert.False(server.Notices[^1].IsTrouble);
    }

    [Fact]
    public async Task Problems_OfFiles_NameFileAndSetting()
    {
        var (certificate, key) = _files.Write("server");
        var (_, otherKey) = _files.Write("other");
        var empty = _files.PathOf("empty.pem");
        var locked = _files.PathOf("locked.key");
        await File.WriteAllTextAsync(empty, string.Empty);
        await File.WriteAllTextAsync(locked, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n-----END ENCRYPTED PRIVATE KEY-----");
        (string Name, string Value, string Problem)[] cases =
        [
            ("tls.certificate", "nowhere.pem", "nowhere.pem' does not exist"),
            ("tls.certificate", empty, "empty.pem' has no certificate"),
            ("tls.key", "nowhere.key", "nowhere.key' does not exist"),
            ("tls.key", otherKey, "do not make a certificate with its key"),
            ("tls.key", locked, "locked.key' has an encrypted key"),
            ("tls.clientCa", key, "server.key' has no certificate"),
            ("tls.minVersion", "ssl3", "'tls.minVersion' is 'ssl3'"),
        ];
        foreach (var (name, value, problem) in cases)
        {
            var settings = new Dictionary<string, string> { ["tls.certificate"] = certificate, ["tls.key"] = key };
            settings[name] = value;
            Assert.Contains(problem, Assert.Single(ProblemsOf(settings)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(
            "'tls.key' does nothing without 'tls.certificate'",
            Assert.Single(ProblemsOf(new Dictionary<string, string> { ["tls.key"] = key })).Message);
    }

    [Fact]
    public void Paths_ThatAreRelative_ReferToTheConfiguration()
    {
        var (certificate, key) = _files.Write("server");
        var settings = new Dictionary<string, string> { ["tls.certificate"] = Path.GetFileName(certificate), ["tls.key"] = Path.GetFileName(key) };
        Assert.NotEmpty(ProblemsOf(settings));
        Assert.Empty(ProblemsOf(settings, Path.GetDirectoryName(certificate)!));
    }

    private static X509Certificate2 Load((string Certificate, string Key) files) => X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);

    private static IReadOnlyList<SettingProblem> ProblemsOf(Dictionary<string, string> settings, string directory = "")
    {
        var reader = new SettingReader(new ListenerSettings("l", "127.0.0.1", 0, FrameLimits.Default, settings) { BaseDirectory = directory });
        _ = WebListenerOptions.Read(reader, HttpProtocols.Http1AndHttp2);
        return reader.Found;
    }
}
