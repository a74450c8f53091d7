using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using BridgeMesh.Registries.Eureka.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace BridgeMesh.Registries.Eureka.Server;

/// <summary>
/// Eureka's operations over HTTP, below <c>/eureka</c> as Spring's server has them and below <c>/eureka/v2</c> as Netflix's. Source: Netflix's
/// wiki, Eureka REST operations, and com.netflix.eureka.resources. Safe for any thread.
/// </summary>
internal sealed class EurekaRoutes(InstanceTable table, EurekaOperations operations, Func<byte[]?> credentials)
{
    /// <summary>Bytes of one instance that registers, after decompression.</summary>
    internal const int MaxInstanceBytes = 256 << 10;

    /// <summary>Bytes of a peer's batch, after decompression.</summary>
    internal const int MaxBatchBytes = 16 << 20;

    private const string ReplicationHeader = "x-netflix-discovery-replication";

    private readonly DocumentCache _cache = new(table);

    internal Task HandleAsync(HttpContext context)
    {
        if (credentials() is { } expected && !IsAllowed(context.Request, expected))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"eureka\"";
            return AnswerAsync(context, HttpStatusCode.Unauthorized);
        }

        var method = context.Request.Method;
        return (SegmentsOf(context), method) switch
        {
            (["apps"], "GET") => DocumentAsync(context, _cache.All(IsXml(context))),
            (["apps", "delta"], "GET") => DeltaAsync(context),
            (["apps", var app], "GET") => ApplicationAsync(context, app.ToUpperInvariant()),
            (["apps", var app], "POST") => RegisterAsync(context, app.ToUpperInvariant()),
            (["apps", var app, var id], "GET") => InstanceAsync(context, table.Find(NameOf(app, id))),
            (["apps", var app, var id], "PUT") => RenewAsync(context, NameOf(app, id)),
            (["apps", var app, var id], "DELETE") => AnswerAsync(context, operations.Cancel(NameOf(app, id), IsReplica(context))),
            (["apps", var app, var id, "status"], "PUT") => SetStatusAsync(context, NameOf(app, id)),
            (["apps", var app, var id, "status"], "DELETE") => DeleteStatusAsync(context, NameOf(app, id)),
            (["apps", var app, var id, "metadata"], "PUT") => SetMetadataAsync(context, NameOf(app, id)),
            (["instances", var id], "GET") => InstanceAsync(context, table.FindAll(i => i.Id == id, out _, out _).FirstOrDefault()),
            (["vips", var vip], "GET") => VipAsync(context, vip, static i => i.VipAddress),
            (["svips", var vip], "GET") => VipAsync(context, vip, static i => i.SecureVipAddress),
            (["peerreplication", "batch"], "POST") => BatchAsync(context),
            (["apps" or "instances" or "vips" or "svips" or "peerreplication", ..], _) => AnswerAsync(context, HttpStatusCode.MethodNotAllowed),
            _ => AnswerAsync(context, HttpStatusCode.NotFound),
        };
    }

    private static InstanceName NameOf(string app, string id) => new(app.ToUpperInvariant(), id);

    private static bool IsReplica(HttpContext context) => context.Request.Headers[ReplicationHeader] == "true";

    /// <summary>XML for whoever does not ask for JSON, as Netflix's server has it.</summary>
    private static bool IsXml(HttpContext context) =>
        !context.Request.Headers.Accept.ToString().Contains("json", StringComparison.OrdinalIgnoreCase);

    private static bool IsAllowed(HttpRequest request, byte[] expected)
    {
        const string Scheme = "Basic ";
        var header = request.Headers.Authorization.ToString();
        var given = new byte[header.Length];
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && Convert.TryFromBase64String(header[Scheme.Length..].Trim(), given, out var written)
            && CryptographicOperations.FixedTimeEquals(given.AsSpan(0, written), expected);
    }

    /// <summary>From the target as it was sent: a name may hold an escaped slash.</summary>
    private static string[] SegmentsOf(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? string.Empty;
        var end = target.IndexOf('?', StringComparison.Ordinal);
        var segments = (end < 0 ? target : target[..end]).Split('/', StringSplitOptions.RemoveEmptyEntries);
        var from = segments is ["eureka", "v2", ..] ? 2 : segments is ["eureka" or "v2", ..] ? 1 : 0;
        return [.. segments.Skip(from).Select(Uri.UnescapeDataString)];
    }

    private async Task RegisterAsync(HttpContext context, string app)
    {
        var (body, fault) = await ReadBodyAsync(context.Request, MaxInstanceBytes).ConfigureAwait(false);
        if (fault is { } status)
        {
            await AnswerAsync(context, status).ConfigureAwait(false);
            return;
        }

        var parts = new DocumentParts("instance", 1);
        var problem = parts.Read(body);
        var instance = problem.Length == 0 && parts.Found.Count == 1 ? InstanceReader.Read(parts.Found[0], out problem) : null;
        if (instance is null)
        {
            await AnswerAsync(context, HttpStatusCode.BadRequest, problem.Length > 0 ? problem : "there is no instance").ConfigureAwait(false);
        }
        else if (instance.App != app)
        {
            await AnswerAsync(context, HttpStatusCode.BadRequest, "Mismatched appName: the path names another").ConfigureAwait(false);
        }
        else
        {
            // 204 is what every client waits for.
            var done = operations.Register(instance, IsReplica(context));
            await AnswerAsync(context, done == TableResult.Done ? HttpStatusCode.NoContent : (HttpStatusCode)done).ConfigureAwait(false);
        }
    }

    private Task RenewAsync(HttpContext context, InstanceName name)
    {
        EurekaWords.TryStatus(context.Request.Query["overriddenstatus"], out var overridden);
        var done = operations.Renew(name, DirtyOf(context), overridden, IsReplica(context), out var newer);
        return newer is not null ? InstanceAsync(context, newer) : AnswerAsync(context, done);
    }

    private Task SetStatusAsync(HttpContext context, InstanceName name) =>
        EurekaWords.TryStatus(context.Request.Query["value"], out var status)
            ? AnswerAsync(context, operations.SetStatus(name, status, DirtyOf(context), IsReplica(context)))
            : AnswerAsync(context, HttpStatusCode.BadRequest, "value is no status");

    private Task DeleteStatusAsync(HttpContext context, InstanceName name)
    {
        EurekaWords.TryStatus(context.Request.Query["value"], out var fallback);
        return AnswerAsync(context, operations.DeleteStatus(name, fallback, DirtyOf(context), IsReplica(context)));
    }

    private Task SetMetadataAsync(HttpContext context, InstanceName name)
    {
        var entries = context.Request.Query.Select(static q => KeyValuePair.Create(q.Key, q.Value.FirstOrDefault() ?? string.Empty)).ToArray();
        if (entries.Any(static e => e.Key.Length > InstanceReader.MaxName || e.Value.Length > InstanceReader.MaxText))
        {
            return AnswerAsync(context, HttpStatusCode.BadRequest, "a key or value is too long");
        }

        var done = operations.SetMetadata(name, entries);
        return done == TableResult.Full ? AnswerAsync(context, HttpStatusCode.BadRequest, "too many entries") : AnswerAsync(context, done);
    }

    private async Task BatchAsync(HttpContext context)
    {
        var (body, fault) = await ReadBodyAsync(context.Request, MaxBatchBytes).ConfigureAwait(false);
        if (fault is { } status)
        {
            await AnswerAsync(context, status).ConfigureAwait(false);
        }
        else if (Replication.Read(body, out var problem) is not { } tasks)
        {
            await AnswerAsync(context, HttpStatusCode.BadRequest, problem).ConfigureAwait(false);
        }
        else
        {
            var answers = Replication.WriteAnswers([.. tasks.Select(operations.Take)]);
            await DocumentAsync(context, new CachedDocument(answers, false)).ConfigureAwait(false);
        }
    }

    private Task DeltaAsync(HttpContext context)
    {
        var isXml = IsXml(context);

        // What Netflix's server says where deltas are off: its clients then fetch everything.
        return table.Delta(out var version, out var hashCode) is { } changes
            ? DocumentAsync(context, new CachedDocument(InstanceWriter.Applications(changes, hashCode, version, isXml), isXml))
            : AnswerAsync(context, HttpStatusCode.Forbidden);
    }

    private Task ApplicationAsync(HttpContext context, string app)
    {
        var isXml = IsXml(context);
        var instances = table.FindAll(i => i.App == app, out _, out _);
        return instances.Length == 0
            ? AnswerAsync(context, HttpStatusCode.NotFound)
            : DocumentAsync(context, new CachedDocument(InstanceWriter.OneApplication(app, instances, isXml), isXml));
    }

    private static Task InstanceAsync(HttpContext context, EurekaInstance? instance)
    {
        var isXml = IsXml(context);
        return instance is null
            ? AnswerAsync(context, HttpStatusCode.NotFound)
            : DocumentAsync(context, new CachedDocument(InstanceWriter.One(instance, isXml), isXml));
    }

    private Task VipAsync(HttpContext context, string vip, Func<EurekaInstance, string?> of)
    {
        var isXml = IsXml(context);
        var instances = table.FindAll(
            i => of(i)?.Split(',', StringSplitOptions.TrimEntries).Contains(vip, StringComparer.OrdinalIgnoreCase) == true, out var version, out _);
        return instances.Length == 0
            ? AnswerAsync(context, HttpStatusCode.NotFound)
            : DocumentAsync(context, new CachedDocument(InstanceWriter.Applications(instances, AppsHashCode.Of(instances), version, isXml), isXml));
    }

    private static long? DirtyOf(HttpContext context) =>
        long.TryParse(context.Request.Query["lastDirtyTimestamp"], NumberStyles.None, CultureInfo.InvariantCulture, out var dirty) ? dirty : null;

    private static Task AnswerAsync(HttpContext context, TableResult result) => AnswerAsync(context, (HttpStatusCode)result);

    private static async Task AnswerAsync(HttpContext context, HttpStatusCode status, string text = "")
    {
        context.Response.StatusCode = (int)status;
        if (text.Length == 0)
        {
            context.Response.ContentLength = status == HttpStatusCode.NoContent ? null : 0;
            return;
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task DocumentAsync(HttpContext context, CachedDocument document)
    {
        const int LeastPacked = 1_024;
        var isPacked = document.Bytes.Length >= LeastPacked
            && context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        var bytes = isPacked ? document.Packed : document.Bytes;
        context.Response.ContentType = document.IsXml ? "application/xml" : "application/json";
        context.Response.ContentLength = bytes.Length;
        if (isPacked)
        {
            context.Response.Headers.ContentEncoding = "gzip";
        }

        await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task<(ReadOnlyMemory<byte> Body, HttpStatusCode? Fault)> ReadBodyAsync(HttpRequest request, int maxBytes)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip"))
        {
            return (default, HttpStatusCode.UnsupportedMediaType);
        }

        var body = encoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        using var read = new MemoryStream();
        var piece = new byte[16 << 10];
        try
        {
            int count;
            while ((count = await body.ReadAsync(piece, request.HttpContext.RequestAborted).ConfigureAwait(false)) > 0)
            {
                if (read.Length + count > maxBytes)
                {
                    return (default, HttpStatusCode.RequestEntityTooLarge);
                }

                read.Write(piece, 0, count);
            }
        }
        catch (InvalidDataException)
        {
            return (default, HttpStatusCode.BadRequest);
        }

        return (read.ToArray(), null);
    }
}
