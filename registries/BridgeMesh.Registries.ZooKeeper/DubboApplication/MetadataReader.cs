using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries.ZooKeeper.Dubbo;

namespace BridgeMesh.Registries.ZooKeeper.DubboApplication;

/// <summary>Reads an application's metadata, from the node of its revision or from what an instance answered. Never throws.</summary>
internal static class MetadataReader
{
    /// <summary>A node of ZooKeeper's holds 1 MiB unless its server is told otherwise.</summary>
    internal const int MaxBytes = 4 << 20;

    /// <summary>Services of one application.</summary>
    internal const int MaxServices = 10_000;

    /// <summary>Parameters of one service; those of methods count.</summary>
    internal const int MaxParams = 1_024;

    /// <summary>Params lie at 4; classes' fields that an instance answers beside may lie deeper.</summary>
    private const int MaxDepth = 64;

    /// <summary>By it an application tells of its services; nobody bridges it.</summary>
    internal const string OwnPackage = "org.apache.dubbo.metadata.";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <param name="problem">Why there is none, as the end of a sentence.</param>
    internal static MetadataInfo? Read(ReadOnlyMemory<byte> json, out string problem)
    {
        problem = string.Empty;
        if (json.Length > MaxBytes)
        {
            problem = $"has more than {MaxBytes} bytes";
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return Read(document.RootElement, ref problem);
        }
        catch (JsonException)
        {
            problem = "is not JSON";
        }
        catch (InvalidOperationException)
        {
            // A text with half a surrogate pair.
            problem = "has text that is not Unicode";
        }

        return null;
    }

    private static MetadataInfo? Read(JsonElement root, ref string problem)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("services", out var services) || services.ValueKind != JsonValueKind.Object)
        {
            problem = "has no map of services";
            return null;
        }

        var found = ImmutableArray.CreateBuilder<ApplicationService>();
        foreach (var (entry, count) in services.EnumerateObject().Select(static (s, i) => (s, i)))
        {
            if (count == MaxServices)
            {
                problem = $"has more than {MaxServices} services";
                return null;
            }

            // A service without a name is one that this version of Dubbo writes in another way; the others stand for themselves.
            if (Text(entry.Value, "name") is { Length: > 0 } name && !name.StartsWith(OwnPackage, StringComparison.Ordinal))
            {
                var service = new ServiceKey(name, Version(entry.Value), Text(entry.Value, "group"));
                found.Add(new ApplicationService(service, Text(entry.Value, "protocol"), Port(entry.Value))
                {
                    Path = Text(entry.Value, "path") is { Length: > 0 } path ? path : name,
                    Params = Params(entry.Value),
                });
            }
        }

        return new MetadataInfo(Text(root, "app"), Text(root, "revision"), found.ToImmutable());
    }

    private static string Version(JsonElement service) => Text(service, "version") is var version && version == ProviderUrl.NoVersion ? string.Empty : version;

    private static int Port(JsonElement service) => service.TryGetProperty("port", out var value)
        && int.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65_535 ? port : 0;

    private static ImmutableSortedDictionary<string, string> Params(JsonElement service)
    {
        if (!service.TryGetProperty("params", out var entries) || entries.ValueKind != JsonValueKind.Object)
        {
            return ImmutableSortedDictionary<string, string>.Empty;
        }

        var found = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in entries.EnumerateObject().Take(MaxParams))
        {
            if (entry.Value.ValueKind == JsonValueKind.String)
            {
                found[entry.Name] = entry.Value.GetString() ?? string.Empty;
            }
        }

        return found.ToImmutable();
    }

    private static string Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() ?? string.Empty
            : string.Empty;
}
