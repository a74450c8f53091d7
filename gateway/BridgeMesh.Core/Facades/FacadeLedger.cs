using System.Text.Json;
using BridgeMesh.Exchanges;
using Microsoft.Extensions.Logging;

namespace BridgeMesh.Core.Facades;

/// <summary>
/// What this gateway may have left in registries, and the ports it gave, in a file for its next life. Written before anything is published,
/// so that nothing is left that it does not know of. For one thread at a time.
/// </summary>
internal sealed class FacadeLedger(string? directory, ILogger log)
{
    /// <summary>Longest file that is read, in bytes: 100,000 facades take a third of it.</summary>
    internal const int MaxBytes = 64 << 20;

    private const string FileName = "facades.json";

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private bool _isTold;
    private byte[] _written = [];

    /// <summary>Empty where there is none, or none that can be read, which is told.</summary>
    internal LedgerPage Read()
    {
        if (directory is null)
        {
            return LedgerPage.Empty;
        }

        var path = Path.Combine(directory, FileName);
        try
        {
            if (!File.Exists(path))
            {
                return LedgerPage.Empty;
            }

            if (new FileInfo(path).Length > MaxBytes)
            {
                Log.LedgerUnreadable(log, path, $"it is longer than {MaxBytes} bytes");
                return LedgerPage.Empty;
            }

            var page = JsonSerializer.Deserialize<LedgerPage>(File.ReadAllBytes(path), Form);
            if (page is { Version: 1, Published: { } published, Ports: { } ports } && published.All(static p => p.IsWhole) && ports.All(static p => p.IsWhole))
            {
                return page;
            }

            Log.LedgerUnreadable(log, path, "it is no ledger of version 1");
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or JsonException)
        {
            Log.LedgerUnreadable(log, path, failed.Message);
        }

        return LedgerPage.Empty;
    }

    /// <summary>Whole or not at all. A disk that does not take it is told once; the gateway goes on without.</summary>
    internal void Write(IEnumerable<FacadeState> published, IEnumerable<PortGrant> ports)
    {
        if (directory is null)
        {
            return;
        }

        var page = new LedgerPage(
            1,
            [.. published.Select(EntryOf).OrderBy(static e => e.ToString(), StringComparer.Ordinal)],
            [.. ports.Select(static g => new LedgerPort(g.Rule, Name(g.Service), g.Port)).OrderBy(static e => e.Port)]);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(page, Form);
        if (bytes.AsSpan().SequenceEqual(_written))
        {
            return;
        }

        var path = Path.Combine(directory, FileName);
        try
        {
            Directory.CreateDirectory(directory);
            var fresh = path + ".new";
            using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true); // Else a power cut may leave the new name with nothing in it.
            }

            File.Move(fresh, path, overwrite: true);
            _written = bytes;
            if (_isTold)
            {
                _isTold = false;
                Log.LedgerWritten(log, path);
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            if (!_isTold)
            {
                _isTold = true;
                Log.LedgerUnwritable(log, path, failed.Message);
            }
        }
    }

    private static LedgerEntry EntryOf(FacadeState state) =>
        new(state.Rule, state.Key.Registry, Name(state.Key.Service), state.Key.Protocol, state.Key.Host, state.Key.Port);

    private static LedgerService Name(in ServiceKey key) => new(key.Interface, key.Version, key.Group, key.UniqueId);
}

/// <summary>The ledger as it stands in its file.</summary>
internal sealed record LedgerPage(int Version, IReadOnlyList<LedgerEntry> Published, IReadOnlyList<LedgerPort> Ports)
{
    internal static readonly LedgerPage Empty = new(1, [], []);
}

/// <summary>Something that was published, or was about to be.</summary>
internal sealed record LedgerEntry(string Rule, string Registry, LedgerService Service, string Protocol, string Host, int Port)
{
    internal bool IsWhole =>
        Rule is not null && Registry is not null && Service is { Interface: not null } && Protocol is not null && Host is not null && Port is > 0 and <= 65_535;

    internal FacadeKey ToKey() => new(Registry, Service.ToKey(), Protocol, Host, Port);
}

/// <summary>A port that was given to a service.</summary>
internal sealed record LedgerPort(string Rule, LedgerService Service, int Port)
{
    internal bool IsWhole => Rule is not null && Service is { Interface: not null } && Port is > 0 and <= 65_535;
}

/// <summary>A service's name.</summary>
internal sealed record LedgerService(string Interface, string? Version, string? Group, string? UniqueId)
{
    internal ServiceKey ToKey() => new(Interface, Version ?? string.Empty, Group ?? string.Empty, UniqueId ?? string.Empty);
}
