using System.Collections.Immutable;
using BridgeMesh.Core.Contracts;
using BridgeMesh.Yaml;

namespace BridgeMesh.Contracts.Java.ServiceDefinitions;

/// <summary>What a service definition declares.</summary>
/// <param name="Notes">What it does not say, or contracts do not carry; one line each.</param>
internal sealed record DefinitionImport(ContractDocument Document, ImmutableArray<string> Notes);

/// <summary>
/// Makes contracts of the service definitions that Dubbo's providers write into their metadata centre: they name Java's types, as jars do.
/// Stateless; safe for any thread.
/// </summary>
internal static class ServiceDefinitionReader
{
    /// <summary>Reads a file; null after a problem, which is added.</summary>
    public static DefinitionImport? ReadFile(string file, List<SourceProblem> problems)
    {
        byte[] bytes;
        try
        {
            bytes = new FileInfo(file).Length > DefinitionJson.MaxBytes ? new byte[DefinitionJson.MaxBytes + 1] : File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(file, 0, 0, $"the file cannot be read: {e.Message}", "correct the path or the file's permissions"));
            return null;
        }

        // Editors on Windows begin a text with a mark of its encoding, which JSON does not have.
        if (Read(bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0), file, out var problem) is { } read)
        {
            return read;
        }

        problems.Add(new(file, 0, 0, $"the file {problem}", "take the text of a node below /dubbo/metadata/{interface} as it is"));
        return null;
    }

    /// <summary>Null and why, as the end of a sentence, where the text is no definition.</summary>
    /// <param name="place">Where it lies, for problems and notes.</param>
    /// <param name="version">What the place says, where the definition's own parameters do not.</param>
    /// <param name="group">The same.</param>
    public static DefinitionImport? Read(ReadOnlyMemory<byte> json, string place, out string problem, string version = "", string group = "")
    {
        if (DefinitionJson.Read(json, out problem) is not { } service)
        {
            return null;
        }

        if (!JavaNames.IsClass(service.Name))
        {
            problem = "is of an interface whose name is none";
            return null;
        }

        var notes = new List<string>();
        var at = new YamlMark(place, 0, 0);
        var mapper = new DefinedTypeMapper(service, place, notes);
        var methods = service.Methods
            .OrderBy(static m => m.Name, StringComparer.Ordinal).ThenBy(static m => string.Join(',', m.ParameterTypes), StringComparer.Ordinal)
            .Where(m => JavaNames.IsIdentifier(m.Name))
            .Select(m => Method(m, service, mapper, at))
            .ToList();
        if (service.Methods.Any(static m => m.ParameterTypes.Length > 0))
        {
            notes.Add($"{place}: the definition does not say the names of parameters: they are arg0, arg1 and so on");
        }

        notes.Add($"{place}: the definition does not say which exceptions methods throw");
        var said = service.Parameters;
        var declaration = new ServiceDeclaration(new Named(service.Name, at), NameScope.Of(place, service.Name))
        {
            Version = said.GetValueOrDefault("version", version) is var v && v == "0.0.0" ? string.Empty : v,
            Group = said.GetValueOrDefault("group", group),
            Methods = methods,
        };
        return new DefinitionImport(new ContractDocument(place) { Types = mapper.DeclareAll(), Services = [declaration] }, [.. notes]);
    }

    private static MethodDeclaration Method(DefinedMethod method, DefinedService service, DefinedTypeMapper mapper, YamlMark at)
    {
        var member = $"{service.Name}.{method.Name}";
        return new MethodDeclaration(new Named(method.Name, at))
        {
            Parameters = [.. method.ParameterTypes.Select((type, i) => mapper.Value($"arg{i}", type, member))],
            Returns = method.ReturnType is "void" or "java.lang.Void" ? null : mapper.Value("returns", method.ReturnType, member),
        };
    }
}
