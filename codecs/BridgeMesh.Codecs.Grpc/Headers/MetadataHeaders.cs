using BridgeMesh.Exchanges;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Headers;

/// <summary>Metadata to and from headers. Binary values travel as the base64 that they are on the wire.</summary>
internal static class MetadataHeaders
{
    private const string Authorization = "authorization";

    /// <summary>A request's headers as metadata. Kestrel's bound on their number is that of the metadata, so there is room.</summary>
    /// <remarks>Credentials prove who the caller is to a callee of the same kind; by default they go no further than HTTP's own go.</remarks>
    internal static void Read(IHeaderDictionary headers, Metadata into)
    {
        foreach (var (name, values) in headers)
        {
            if (!MetadataRules.IsReserved(name) && !name.Equals(Authorization, StringComparison.OrdinalIgnoreCase))
            {
                foreach (var value in values)
                {
                    into.TryAdd(AsSent(name), value ?? string.Empty);
                }
            }
        }
    }

    /// <summary>A callee's headers and trailers as metadata; those for which there is no room are left out.</summary>
    internal static void Read(System.Net.Http.Headers.HttpResponseHeaders headers, Metadata into)
    {
        foreach (var (name, values) in headers.NonValidated)
        {
            if (!MetadataRules.IsReserved(name))
            {
                foreach (var value in values)
                {
                    into.TryAdd(AsSent(name), value);
                }
            }
        }
    }

    internal static void Write(Metadata metadata, IHeaderDictionary headers)
    {
        foreach (ref readonly var pair in metadata.Entries)
        {
            if (MetadataRules.OnWire(pair.Key, pair.Value) is { } sent)
            {
                headers.AddField(sent.Name, sent.Value);
            }
        }
    }

    internal static void Write(Metadata metadata, System.Net.Http.Headers.HttpRequestHeaders headers)
    {
        foreach (ref readonly var pair in metadata.Entries)
        {
            if (MetadataRules.OnWire(pair.Key, pair.Value) is { } sent)
            {
                headers.TryAddWithoutValidation(sent.Name, sent.Value);
            }
        }
    }

    // HTTP/2 has lower case names alone; the framework gives those that it knows in the case of HTTP/1.1, and Java's metadata minds case.
    private static string AsSent(string name) => name.AsSpan().IndexOfAnyInRange('A', 'Z') < 0 ? name : name.ToLowerInvariant();
}
