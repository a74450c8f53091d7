using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using BridgeMesh.Exchanges;
using BridgeMesh.Registries;

namespace BridgeMesh.Core.Registries.Stored;

/// <summary>
/// What a registry had, as a file of JSON lines: a head, a line for each service, and an end that counts them and has the SHA-256 of all that
/// stands before it, so that a file that was cut short or damaged is known. It is read whole or not at all.
/// </summary>
internal static class SnapshotFile
{
    /// <summary>Of the format. Another one is not read.</summary>
    internal const int Version = 1;

    /// <summary>200,000 instances take about 60 MB.</summary>
    internal const long MaxBytes = 256L << 20;

    /// <summary>Of a line, which is one service: some 100,000 instances.</summary>
    internal const int MaxLineBytes = 32 << 20;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <summary>Throws <see cref="IOException"/> where it cannot be written, or would be too long to be read again.</summary>
    internal static void Write(Stream into, string kind, ImmutableArray<ServiceSnapshot> services)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var line = new ArrayBufferWriter<byte>(64 << 10);
        using var json = new Utf8JsonWriter(line);
        var length = 0L;
        json.WriteStartObject();
        json.WriteNumber("version"u8, Version);
        json.WriteString("kind"u8, kind);
        json.WriteEndObject();
        Flush(null);
        foreach (var service in services)
        {
            InstanceJson.Write(json, service);
            Flush(service.Service);
        }

        json.WriteStartObject();
        json.WriteNumber("services"u8, services.Length);
        json.WriteString("sha256"u8, Convert.ToHexStringLower(hash.GetHashAndReset()));
        json.WriteEndObject();
        Flush(null);

        void Flush(ServiceKey? service)
        {
            json.Flush();
            line.Write("\n"u8);
            length += line.WrittenCount;
            if (line.WrittenCount > MaxLineBytes || length > MaxBytes)
            {
                throw new IOException(service is { } large && line.WrittenCount > MaxLineBytes
                    ? $"the service {large} takes more than {MaxLineBytes >> 20} MiB"
                    : $"all services take more than {MaxBytes >> 20} MiB");
            }

            hash.AppendData(line.WrittenSpan);
            into.Write(line.WrittenSpan);
            line.ResetWrittenCount();
            json.Reset();
        }
    }

    /// <summary>What stands in it; or, not empty, why it cannot be used. Throws <see cref="IOException"/> where it cannot be read.</summary>
    internal static (ImmutableArray<ServiceSnapshot> Services, string Problem) Read(Stream from, string kind)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var services = ImmutableArray.CreateBuilder<ServiceSnapshot>();
        var lines = new LineReader(from, MaxLineBytes, MaxBytes);
        var number = 0;
        while (lines.TryRead(out var line))
        {
            number++;
            try
            {
                using var document = JsonDocument.Parse(line, Options);
                var root = document.RootElement;
                if (root.ValueKind != JsonValueKind.Object)
                {
                    return ([], Wrong(number, "is no object"));
                }

                if (number == 1)
                {
                    if (HeadProblem(root, kind) is { } problem)
                    {
                        return ([], problem);
                    }
                }
                else if (root.TryGetProperty("sha256"u8, out var told))
                {
                    return EndProblem(root, told, services.Count, hash, lines) is { } problem ? ([], problem) : (services.ToImmutable(), string.Empty);
                }
                else if (InstanceJson.Read(root) is { } service)
                {
                    services.Add(service);
                }
                else
                {
                    return ([], Wrong(number, "is no service"));
                }
            }
            catch (JsonException)
            {
                return ([], Wrong(number, "is no JSON"));
            }

            hash.AppendData(line.Span);
            hash.AppendData("\n"u8);
        }

        return ([], lines.IsTooLong ? "it is too long" : "it is cut short");
    }

    private static string? HeadProblem(JsonElement root, string kind)
    {
        if (!root.TryGetProperty("version"u8, out var version) || !version.TryGetNumber(out var number))
        {
            return Wrong(1, "has no version");
        }

        if (number != Version)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it is of version {number}, and this gateway reads {Version}");
        }

        return root.TryGetProperty("kind"u8, out var told) && told.IsText(kind) ? null : $"it is of a registry of another kind than '{kind}'";
    }

    private static string? EndProblem(JsonElement root, JsonElement told, int services, IncrementalHash hash, LineReader lines)
    {
        var isWhole = root.TryGetProperty("services"u8, out var count) && count.TryGetNumber(out var number) && number == services
            && told.IsText(Convert.ToHexStringLower(hash.GetHashAndReset())) && !lines.TryRead(out _);
        return isWhole ? null : "it is damaged";
    }

    private static string Wrong(int line, string what) => string.Create(CultureInfo.InvariantCulture, $"line {line} {what}");

    private static bool TryGetNumber(this JsonElement element, out long number)
    {
        number = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out number);
    }

    private static bool IsText(this JsonElement element, string text) => element.ValueKind == JsonValueKind.String && element.ValueEquals(text);
}
