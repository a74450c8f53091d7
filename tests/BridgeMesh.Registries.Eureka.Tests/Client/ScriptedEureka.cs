using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using BridgeMesh.Registries.Eureka.Wire;

namespace BridgeMesh.Registries.Eureka.Tests.Client;

/// <summary>
/// Servers without sockets, told apart by their hosts, that behave as Netflix documents: leases are known or answered 404, deltas come with
/// the counts that they lead to, and a script may answer anything in their place. Safe for any thread.
/// </summary>
internal sealed class ScriptedEureka : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private readonly Channel<string> _requests = Channel.CreateUnbounded<string>();

    /// <summary>What every server answers with for GET, by id.</summary>
    internal ConcurrentDictionary<string, EurekaInstance> Instances { get; } = new(StringComparer.Ordinal);

    /// <summary>Who has registered and may renew.</summary>
    internal ConcurrentDictionary<string, string> Leases { get; } = new(StringComparer.Ordinal);

    /// <summary>What the next deltas say.</summary>
    internal ConcurrentQueue<EurekaInstance> Changes { get; } = new();

    /// <summary>Asked first; null answers as a server does.</summary>
    internal volatile Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage?>>? Script;

    internal bool IsXml { get; set; }

    internal static HttpResponseMessage Status(HttpStatusCode status) => new(status) { Content = new ByteArrayContent([]) };

    internal static HttpResponseMessage Text(string text) => new(HttpStatusCode.OK) { Content = new StringContent(text) };

    internal void Change(EurekaInstance instance, EurekaAction action)
    {
        // In one step: a delta between the two would have counts that it does not lead to.
        lock (_lock)
        {
            if (action == EurekaAction.Deleted)
            {
                Instances.TryRemove(instance.Id, out _);
            }
            else
            {
                Instances[instance.Id] = instance;
            }

            Changes.Enqueue(instance with { Action = action });
        }
    }

    /// <summary>The next request that begins so, others passed over.</summary>
    internal async Task<string> NextAsync(string beginning)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var request = await _requests.Reader.ReadAsync(limit.Token);
            if (request.StartsWith(beginning, StringComparison.Ordinal))
            {
                return request;
            }
        }
    }

    /// <summary>All requests so far that nobody has waited for.</summary>
    internal List<string> Drain()
    {
        var all = new List<string>();
        while (_requests.Reader.TryRead(out var request))
        {
            all.Add(request);
        }

        return all;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath["/eureka/".Length..]; // clients send absolute addresses
        var body = request.Content is null ? string.Empty : await request.Content.ReadAsStringAsync(cancellationToken);
        var response = (Script is { } script ? await script(request, cancellationToken) : null) ?? Answer(request.Method.Method, path, body);
        await _requests.Writer.WriteAsync($"{request.Method} {path}{request.RequestUri.Query} @{request.RequestUri.Host} {(int)response.StatusCode}", cancellationToken);
        return response;
    }

    private HttpResponseMessage Answer(string method, string path, string body)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        switch (method, segments)
        {
            case ("GET", ["apps"]):
                return Document(() => Instances.Values);
            case ("GET", ["apps", "delta"]):
                return Document(() => Changes);
            case ("POST", ["apps", _]):
                var instance = RegistryDocument.Read(System.Text.Encoding.UTF8.GetBytes(body), out _)!.Instances[0];
                Leases[instance.Id] = body;
                return Status(HttpStatusCode.NoContent);
            case ("PUT", ["apps", _, var id]):
                return Status(Leases.ContainsKey(id) ? HttpStatusCode.OK : HttpStatusCode.NotFound);
            case ("DELETE", ["apps", _, var id]):
                return Status(Leases.TryRemove(id, out _) ? HttpStatusCode.OK : HttpStatusCode.NotFound);
            default:
                return Status(HttpStatusCode.BadRequest);
        }
    }

    private HttpResponseMessage Document(Func<IEnumerable<EurekaInstance>> instances)
    {
        lock (_lock)
        {
            var bytes = InstanceWriter.Applications([.. instances()], AppsHashCode.Of(Instances.Values), 1, IsXml);
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(bytes) };
        }
    }
}
