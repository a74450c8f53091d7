using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Crossing.Gateways;

/// <summary>A callee that is registered as Triple.</summary>
/// <param name="Metadata">What its registration says of its form.</param>
internal sealed record TripleCallee(RequestDelegate Serve, ImmutableDictionary<string, string> Metadata)
{
    /// <summary>One that Java serves: gRPC's framing, and wrapped messages where the contract is none of protobuf.</summary>
    internal static TripleCallee Java(Func<HttpContext, byte[], byte[]> answer, params (string Key, string Value)[] metadata) =>
        new(GrpcCallee.Unary(answer), Of([("form", "grpc"), .. metadata]));

    /// <summary>One of Triple's own unary form: the body is the message.</summary>
    internal static TripleCallee Own(Func<HttpContext, byte[], byte[]> answer, params (string Key, string Value)[] metadata) => new(
        async context =>
        {
            using var held = new MemoryStream();
            await context.Request.Body.CopyToAsync(held);
            try
            {
                var message = answer(context, held.ToArray());
                context.Response.ContentType = context.Request.ContentType;
                await context.Response.Body.WriteAsync(message);
            }
            catch (TripleFailure failure)
            {
                context.Response.StatusCode = failure.Http;
                context.Response.ContentType = "application/json";
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(failure.Message));
            }
        },
        Of(metadata));

    private static ImmutableDictionary<string, string> Of((string Key, string Value)[] metadata) =>
        metadata.ToImmutableDictionary(static m => m.Key, static m => m.Value);
}

/// <summary>How a handler of <see cref="TripleCallee.Own"/> ends a call with an error body.</summary>
internal sealed class TripleFailure(int http, string body) : Exception(body)
{
    internal int Http { get; } = http;
}

/// <summary>An answer in Triple's own unary form, or the whole body of a stream.</summary>
internal sealed record TripleAnswer(int Status, byte[] Body, Dictionary<string, string> Headers)
{
    internal string Text => Encoding.UTF8.GetString(Body);

    internal static async Task<TripleAnswer> PostAsync(
        int port, string service, string method, byte[] body, string contentType, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{port}/{service}/{method}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("content-type", contentType);
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await client.SendAsync(request);
        var answer = await response.Content.ReadAsByteArrayAsync();
        var all = response.Headers.Concat(response.Content.Headers).Concat(response.TrailingHeaders)
            .ToDictionary(static h => h.Key, static h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
        return new TripleAnswer((int)response.StatusCode, answer, all);
    }
}

/// <summary>Wrapped messages as Dubbo's Java side writes and reads them, with the few forms of Hessian 2 that the tests need.</summary>
internal static class JavaBytes
{
    internal static byte[] Request(params (string Type, byte[] Value)[] arguments) => ProtoBytes.Message(
        [(1, "hessian4"), .. arguments.Select(static a => (2, (object)a.Value)), .. arguments.Select(static a => (3, (object)a.Type))]);

    internal static byte[] Reply(byte[] value, string type) => ProtoBytes.Message((1, "hessian4"), (2, value), (3, type));

    /// <summary>The values of a request's arguments.</summary>
    internal static byte[][] Arguments(byte[] message) => [.. Of(message, 2)];

    internal static string[] Types(byte[] message) => [.. Of(message, 3).Select(Encoding.UTF8.GetString)];

    /// <summary>Up to 31 UTF-16 units, surrogates in three bytes each.</summary>
    internal static byte[] Text(string text)
    {
        var bytes = new List<byte> { (byte)text.Length };
        foreach (var unit in text)
        {
            if (char.IsSurrogate(unit))
            {
                bytes.AddRange([(byte)(0xE0 | (unit >> 12)), (byte)(0x80 | ((unit >> 6) & 0x3F)), (byte)(0x80 | (unit & 0x3F))]);
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(unit.ToString(CultureInfo.InvariantCulture)));
            }
        }

        return [.. bytes];
    }

    /// <summary>-16 to 47, in one byte.</summary>
    internal static byte[] Int(int value) => [(byte)(0x90 + value)];

    internal static byte[] Long(long value) => [(byte)'L', .. BitConverter.GetBytes(value).Reverse()];

    /// <summary>An object of a class without a superclass: the definition, and the values of its fields.</summary>
    /// <param name="index">Classes that the stream has defined before.</param>
    internal static byte[] Object(string type, int index, params (string Field, byte[] Value)[] fields) =>
    [
        (byte)'C', .. Text(type), .. Int(fields.Length), .. fields.SelectMany(static f => Text(f.Field)),
        (byte)(0x60 + index), .. fields.SelectMany(static f => f.Value),
    ];

    private static IEnumerable<byte[]> Of(byte[] message, int field) =>
        ProtoBytes.Fields(message).Where(f => f.Field == field).Select(static f => (byte[])f.Value);
}
