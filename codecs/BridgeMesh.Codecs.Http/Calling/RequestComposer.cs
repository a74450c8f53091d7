using System.Globalization;
using System.Text;
using BridgeMesh.Codecs.Http.Bindings;
using BridgeMesh.Codecs.Http.Headers;
using BridgeMesh.Codecs.Http.Listening;
using BridgeMesh.Codecs.Http.Streams;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;

namespace BridgeMesh.Codecs.Http.Calling;

/// <summary>
/// Makes the request for an exchange: by the binding of its contract, else by the canonical one: POST /{service}/{method} with an object
/// of named arguments, or an array where no contract names them.
/// </summary>
internal static class RequestComposer
{
    /// <summary>What the gateway understands, JSON first so that a String result comes quoted where the callee has the choice.</summary>
    private const string Accept = "application/json, application/problem+json, text/plain;q=0.5, application/octet-stream;q=0.5, */*;q=0.1";

    // Values are escaped already; Uri must not undo or redo any of it.
    private static readonly UriCreationOptions Verbatim = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>
    /// The request is null on failure. Its content refers to <paramref name="body"/>, which must outlive the sending.
    /// </summary>
    internal static CodecStatus Compose(Exchange exchange, HttpChannel channel, FrameWriter body, out HttpRequestMessage? request)
    {
        request = null;
        using var url = new FrameWriter(512);
        url.Write(Encoding.UTF8.GetBytes(channel.BaseUrl));
        var shape = exchange.Shape;
        var plan = shape?.Http is { } binding ? BindingPlan.Of(binding) : null;
        var message = new HttpRequestMessage { Version = channel.Upstream.Version, VersionPolicy = channel.Upstream.VersionPolicy };
        string? mediaType;
        CodecStatus status;
        if (plan is not null && shape is not null)
        {
            message.Method = MethodOf(plan.Binding.Verb);
            status = BoundRequest.Write(exchange, shape, plan, url, body, message, out mediaType);
        }
        else
        {
            message.Method = HttpMethod.Post;
            mediaType = MediaTypes.Json;
            status = WriteCanonical(exchange, url, body, message);
        }

        if (!status.IsOk)
        {
            message.Dispose();
            return status;
        }

        message.RequestUri = new Uri(Encoding.UTF8.GetString(url.Written), Verbatim);
        AddContent(message, mediaType, body);
        AddHeaders(exchange, plan, message);
        request = message;
        return CodecStatus.Ok;
    }

    private static CodecStatus WriteCanonical(Exchange exchange, FrameWriter url, FrameWriter body, HttpRequestMessage message)
    {
        var service = exchange.CalleeService;
        url.WriteByte((byte)'/');
        UrlText.Encode(Encoding.UTF8.GetBytes(service.Interface), url);
        url.WriteByte((byte)'/');
        UrlText.Encode(Encoding.UTF8.GetBytes(exchange.Method), url);
        AddNamed(message, BridgeHeaders.Version, service.Version);
        AddNamed(message, BridgeHeaders.Group, service.Group);
        AddNamed(message, BridgeHeaders.UniqueId, service.UniqueId);
        if (exchange.Signature is { WellFormed: true, TypeNames.IsEmpty: false } signature)
        {
            AddNamed(message, BridgeHeaders.Types, string.Join(',', signature.TypeNames));
        }

        return JsonArguments.Write(exchange.Request, exchange.Shape, exchange.Contract?.Policy ?? ValuePolicy.Default, body);
    }

    private static void AddContent(HttpRequestMessage message, string? mediaType, FrameWriter body)
    {
        if (mediaType is not null)
        {
            message.Content = new ReadOnlyMemoryContent(body.WrittenMemory);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }
        else if (message.Method != HttpMethod.Get && message.Method != HttpMethod.Head && message.Method != HttpMethod.Delete)
        {
            // RFC 9110 section 8.6: a method whose meaning expects content says when there is none.
            message.Content = new ReadOnlyMemoryContent(ReadOnlyMemory<byte>.Empty);
        }
    }

    private static void AddHeaders(Exchange exchange, BindingPlan? plan, HttpRequestMessage message)
    {
        var headers = message.Headers;
        foreach (ref readonly var pair in exchange.RequestMetadata.Entries)
        {
            // Credentials of other protocols are not HTTP's; those of an HTTP caller come below.
            if (HeaderRules.MaySend(pair.Key, pair.Value) && !HeaderRules.IsCredential(pair.Key))
            {
                headers.TryAddWithoutValidation(pair.Key, pair.Value);
            }
        }

        if (exchange.CallerItem is HttpCall call)
        {
            AddNamed(message, "Authorization", call.Authorization);
            AddNamed(message, "Cookie", CookieText.Without(call.Cookie, plan?.Cookies ?? []));
        }

        headers.TryAddWithoutValidation("Accept", exchange.Shape is { ServerStreaming: true } ? StreamForms.Accept : Accept);
        headers.TryAddWithoutValidation(BridgeHeaders.TimeoutMs, Math.Max(1, exchange.RemainingMs).ToString(CultureInfo.InvariantCulture));
    }

    private static void AddNamed(HttpRequestMessage message, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value) && HeaderRules.IsValidValue(value))
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static HttpMethod MethodOf(string verb) => verb switch
    {
        "GET" => HttpMethod.Get,
        "POST" => HttpMethod.Post,
        "PUT" => HttpMethod.Put,
        "DELETE" => HttpMethod.Delete,
        "PATCH" => HttpMethod.Patch,
        "HEAD" => HttpMethod.Head,
        _ => new HttpMethod(verb),
    };
}
