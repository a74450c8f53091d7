using System.Collections.Immutable;
using BridgeMesh.Contracts;

namespace BridgeMesh.Codecs.Protobuf.Descriptors;

/// <summary>A .proto file as descriptors tell of it.</summary>
/// <param name="Descriptor">A FileDescriptorProto; the bytes are shared and must not be changed.</param>
/// <param name="Imports">Names of the files that it imports.</param>
public sealed record DescribedFile(string Name, ReadOnlyMemory<byte> Descriptor, ImmutableArray<string> Imports);

/// <summary>
/// Descriptors of services by file, by symbol and by extension. A contract that came from descriptors answers with those, options and all;
/// for any other the files are written. Immutable; safe for any thread.
/// </summary>
public sealed class DescriptorIndex
{
    private readonly Dictionary<string, DescribedFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileRecord> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _fileBySymbol = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Type, int Number), string> _fileByExtension = [];
    private readonly HashSet<string> _messages = new(StringComparer.Ordinal);

    private DescriptorIndex()
    {
    }

    /// <summary>All files, without those of google.protobuf and google.type that nobody brought.</summary>
    public IReadOnlyCollection<DescribedFile> Files => _files.Values;

    /// <param name="contracts">Of several for one service the first counts.</param>
    public static DescriptorIndex Of(IEnumerable<ServiceContract> contracts)
    {
        var index = new DescriptorIndex();
        var services = contracts.DistinctBy(static c => c.Service.Interface).ToList();
        foreach (var files in services.Select(static c => c.ProtoFiles).Where(static f => !f.IsEmpty).Distinct())
        {
            foreach (var record in files.Select(static f => DescriptorReader.ReadFile(f.Descriptor.Span)).OfType<FileRecord>())
            {
                index.Add(record, record.Descriptor);
            }
        }

        var undescribed = services.Where(static c => c.ProtoFiles.IsEmpty);
        foreach (var record in SchemaComposer.Compose(undescribed, index._fileBySymbol.GetValueOrDefault, index._files.ContainsKey))
        {
            index.Add(record, DescriptorWriter.Write(record));
        }

        return index;
    }

    /// <summary>What one of <see cref="Files"/> declares; null for one that nobody brought.</summary>
    internal FileRecord? RecordOf(DescribedFile file) => _records.GetValueOrDefault(file.Name);

    /// <summary>The file of this name; null when there is none.</summary>
    public DescribedFile? FindFile(string name) =>
        _files.GetValueOrDefault(name) ?? (WellKnownFiles.Find(name) is { } record ? Described(record, DescriptorWriter.Write(record)) : null);

    /// <summary>The file that declares a message, enum, constant, field, service, method or extension, by its full name; null when none does.</summary>
    public DescribedFile? FindSymbol(string fullName) =>
        _fileBySymbol.TryGetValue(fullName, out var file) || (file = WellKnownFiles.FileOf(fullName)) is not null ? FindFile(file) : null;

    /// <summary>The file that gives a message this extension; null when none does.</summary>
    public DescribedFile? FindExtension(string message, int number) =>
        _fileByExtension.TryGetValue((message, number), out var file) ? FindFile(file) : null;

    /// <summary>Numbers of a message's extensions, rising; null for what is no message.</summary>
    public ImmutableArray<int>? ExtensionNumbers(string message) =>
        _messages.Contains(message) || WellKnownFiles.FileOf(message) is not null
            ? [.. _fileByExtension.Keys.Where(k => k.Type == message).Select(static k => k.Number).Order()]
            : null;

    /// <summary>The file, and behind it all that it imports, each once.</summary>
    public IReadOnlyList<DescribedFile> WithImports(DescribedFile file)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { file.Name };
        var all = new List<DescribedFile> { file };
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(all[i].Imports.Where(seen.Add).Select(FindFile).OfType<DescribedFile>());
        }

        return all;
    }

    private static DescribedFile Described(FileRecord record, ReadOnlyMemory<byte> descriptor) => new(record.Name, descriptor, [.. record.Dependencies]);

    private void Add(FileRecord record, ReadOnlyMemory<byte> descriptor)
    {
        if (!_files.TryAdd(record.Name, Described(record, descriptor)))
        {
            return;
        }

        _records.Add(record.Name, record);
        record.Messages.ForEach(m => Add(m, record));
        record.Enums.ForEach(e => Add(e, record.Package, record));
        foreach (var service in record.Services)
        {
            Add(service.FullName, record);
            service.Methods.ForEach(m => Add($"{service.FullName}.{m.Name}", record));
        }

        foreach (var extension in record.Extensions)
        {
            Add(extension.FullName, record);
            _fileByExtension.TryAdd((extension.Extendee.TrimStart('.'), extension.Field.Number), record.Name);
        }
    }

    private void Add(MessageRecord message, FileRecord file)
    {
        Add(message.FullName, file);
        _messages.Add(message.FullName);
        message.Fields.ForEach(f => Add($"{message.FullName}.{f.Name}", file));
        message.Enums.ForEach(e => Add(e, message.FullName, file));
        message.Nested.ForEach(m => Add(m, file));
    }

    private void Add(EnumRecord declared, string scope, FileRecord file)
    {
        Add(declared.FullName, file);
        declared.Values.ForEach(v => Add(scope.Length == 0 ? v.Name : $"{scope}.{v.Name}", file));
    }

    private void Add(string symbol, FileRecord file) => _fileBySymbol.TryAdd(symbol, file.Name);
}
