using System.Buffers;
using System.Text;
using BridgeMesh.Codecs.Grpc.Headers;
using BridgeMesh.Codecs.Json;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;
using BridgeMesh.Values;
using BridgeMesh.Wire;
using Microsoft.AspNetCore.Http;

namespace BridgeMesh.Codecs.Grpc.Dialects.Triple;

/// <summary>
/// Dubbo's attachments to and from headers and trailers. HTTP/2 has lower case names alone; a Java sender says in a header of its own how
/// they were written, and so does the gateway to Java. Text that is not ASCII goes out as base64 of its UTF-8 under its name with
/// <c>-bin</c>, which Java gives to its application as bytes. Source: StreamUtils and AbstractStream of dubbo-rpc-triple.
/// </summary>
internal static class TripleMetadata
{
    /// <summary>Longest value of the header that is looked at, in characters.</summary>
    private const int MaxConvert = 16_384;

    private static readonly TypeShape Text = new()
    {
        Kind = ShapeKind.String,
        JavaType = TypeName.Of("java.lang.String"),
        JavaDescriptor = "Ljava/lang/String;",
    };

    private static readonly TypeShape Names = new()
    {
        Kind = ShapeKind.Map,
        JavaType = TypeName.Of("java.util.Map"),
        JavaDescriptor = "Ljava/util/Map;",
        Key = Text,
        Element = Text,
    };

    /// <summary>Adds a header or trailer that is an attachment; those for which there is no room are left out.</summary>
    internal static void Read(string name, string value, Metadata into)
    {
        if (!MetadataRules.IsReserved(name) && !TripleHeaders.IsReserved(name))
        {
            into.TryAdd(name.AsSpan().IndexOfAnyInRange('A', 'Z') < 0 ? name : name.ToLowerInvariant(), value);
        }
    }

    /// <summary>Gives names their own case back.</summary>
    /// <param name="convert">The header's value; null where there is none. What does not read is as if it were not there.</param>
    internal static void Restore(string? convert, Metadata metadata)
    {
        if (string.IsNullOrEmpty(convert) || convert.Length > MaxConvert || metadata.Count == 0)
        {
            return;
        }

        using var names = new ValueTape();
        var json = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(convert.Replace('+', ' ')));
        if (!JsonPayloadCodec.Instance.Read(new ReadOnlySequence<byte>(json), Names, ValuePolicy.Default, names).IsOk
            || names.Count == 0 || names[0].Kind != ValueKind.Map)
        {
            return;
        }

        for (var i = 1; i < names.Next(0); i = names.Next(names.Next(i)))
        {
            var value = names.Next(i);
            if (names[i].Kind != ValueKind.String || names[value].Kind != ValueKind.String)
            {
                continue;
            }

            var (lower, own) = (names.Text(i), names.Text(value));

            // The header says how a name is written, not what it is: it must not make a reserved name out of another.
            if (own.Equals(lower, StringComparison.OrdinalIgnoreCase) && metadata.Find(lower) is { } found)
            {
                metadata.Set(own, found);
            }
        }
    }

    /// <summary>The name and value that a pair has on the wire; null for a pair that cannot be sent.</summary>
    internal static (string Name, string Value)? OnWire(string name, string value) =>
        TripleHeaders.IsReserved(name) ? null : MetadataRules.OnWire(name, value);

    /// <summary>Writes a reply's attachments into its head.</summary>
    internal static void Write(Metadata metadata, IHeaderDictionary headers)
    {
        foreach (ref readonly var pair in metadata.Entries)
        {
            if (OnWire(pair.Key, pair.Value) is { } onWire)
            {
                headers.AddField(onWire.Name, onWire.Value);
            }
        }
    }

    /// <summary>The header that tells how names were written; null where all of them are lower case.</summary>
    internal static string? ConvertOf(Metadata metadata)
    {
        ValueTape? names = null;
        try
        {
            foreach (ref readonly var pair in metadata.Entries)
            {
                if (pair.Key.AsSpan().IndexOfAnyInRange('A', 'Z') < 0 || OnWire(pair.Key, pair.Value) is not { Name: var lower }
                    || lower.Length != pair.Key.Length)
                {
                    continue;
                }

                if (names is null)
                {
                    names = new ValueTape();
                    names.BeginMap();
                }

                names.AddString(lower);
                names.AddString(pair.Key);
            }

            if (names is null)
            {
                return null;
            }

            names.End();
            using var json = new FrameWriter();
            return JsonPayloadCodec.Instance.Write(names, 0, Names, ValuePolicy.Default, json).IsOk
                ? Uri.EscapeDataString(Encoding.UTF8.GetString(json.Written))
                : null;
        }
        finally
        {
            names?.Dispose();
        }
    }
}
