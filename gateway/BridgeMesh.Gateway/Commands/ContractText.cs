using BridgeMesh.Contracts;
using BridgeMesh.Core.Contracts.Writing;

namespace BridgeMesh.Gateway.Commands;

/// <summary>Contracts for people: each service with its methods, then the classes that they name.</summary>
internal sealed class ContractText(TextWriter output, Ink ink)
{
    private readonly HashSet<StructShape> _seenStructs = [];
    private readonly Dictionary<string, EnumShape> _enums = new(StringComparer.Ordinal);
    private readonly Queue<StructShape> _structs = new();

    public void Write(IReadOnlyCollection<ServiceContract> contracts)
    {
        foreach (var contract in contracts)
        {
            Write(contract);
        }

        if (_structs.Count > 0 || _enums.Count > 0)
        {
            output.WriteLine(ink.Strong("types"));
        }

        while (_structs.TryDequeue(out var type))
        {
            Write(type);
        }

        foreach (var constants in _enums.Values)
        {
            output.WriteLine($"  {ink.Name(constants.JavaType.Text)} {ink.Faint("enum")} {Ink.Plain(string.Join(" | ", constants.Constants))}");
        }
    }

    /// <summary>A type as contracts write it.</summary>
    public static string TypeOf(TypeShape type) => TypeText.Of(type);

    public static string? StreamsOf(MethodShape method) => (method.ClientStreaming, method.ServerStreaming) switch
    {
        (true, true) => "both",
        (true, false) => "requests",
        (false, true) => "replies",
        _ => null,
    };

    public static string WordOf(HttpSource source) => source == HttpSource.BodyMember ? "body member" : source.ToString().ToLowerInvariant();

    private void Write(ServiceContract contract)
    {
        var key = contract.Service;
        string[] parts =
        [
            key.Version.Length > 0 ? $"version {key.Version}" : string.Empty,
            key.Group.Length > 0 ? $"group {key.Group}" : string.Empty,
            key.UniqueId.Length > 0 ? $"uniqueId {key.UniqueId}" : string.Empty,
        ];
        var about = string.Join(' ', parts.Where(static p => p.Length > 0));
        output.WriteLine($"{ink.Strong("service")} {ink.Name(key.Interface)}{(about.Length > 0 ? $" {Ink.Plain(about)}" : string.Empty)} {ink.Faint($"({contract.File})")}");
        foreach (var method in contract.Methods)
        {
            Write(method);
        }

        output.WriteLine();
    }

    private void Write(MethodShape method)
    {
        var parameters = string.Join(", ", method.Parameters.Select(p => $"{p.Name}: {Meet(p.Type)}"));
        var throws = method.Exceptions.IsEmpty ? string.Empty : $" throws {string.Join(", ", method.Exceptions.Select(e => Meet(e).JavaType.Text))}";
        string?[] marks = [method.Idempotent ? "idempotent" : null, method.OneWay ? "oneway" : null, StreamsOf(method) is { } streams ? $"streams {streams}" : null];
        var marked = string.Join(", ", marks.OfType<string>());
        output.WriteLine($"  {ink.Name(method.Name)}{Ink.Plain($"({parameters}): {Meet(method.Returns)}{throws}")}{(marked.Length > 0 ? $" {ink.Faint(marked)}" : string.Empty)}");
        output.WriteLine($"      {ink.Faint("java")} {Ink.Plain($"({method.Signature.Descriptor})")}");
        if (method.Http is { } http)
        {
            var sources = http.Parameters
                .Select(p => $"{method.Parameters[p.Ordinal].Name} in {WordOf(p.Source)}{(p.WireName.Length == 0 || p.WireName == method.Parameters[p.Ordinal].Name ? string.Empty : $" as {p.WireName}")}");
            output.WriteLine($"      {ink.Faint("http")} {Ink.Plain($"{http.Verb} {http.PathTemplate} {string.Join(", ", sources)}".TrimEnd())}");
        }
    }

    private void Write(StructShape type)
    {
        var form = type.IsException ? "exception" : "class";
        var parent = type.Parent is { } above ? $" extends {Meet(above).JavaType.Text}" : string.Empty;
        output.WriteLine($"  {ink.Name(type.JavaType.Text)} {ink.Faint(form)}{Ink.Plain(parent)}");
        foreach (var field in type.Fields)
        {
            output.WriteLine($"    {Ink.Plain($"{field.Name.Text}: {Meet(field.Type)}")}");
        }
    }

    private StructShape Meet(StructShape type)
    {
        if (_seenStructs.Add(type))
        {
            _structs.Enqueue(type);
        }

        return type;
    }

    /// <summary>The type's text; its classes are shown later.</summary>
    private string Meet(TypeShape type)
    {
        foreach (var part in (TypeShape?[])[type.Key, type.Element])
        {
            _ = part is null ? null : Meet(part);
        }

        if (type.Struct is { } fields)
        {
            Meet(fields);
        }

        if (type.Enum is { } constants)
        {
            _enums.TryAdd(constants.JavaType.Text, constants);
        }

        return TypeOf(type);
    }
}
