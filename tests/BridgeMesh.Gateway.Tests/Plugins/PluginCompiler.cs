using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace BridgeMesh.Gateway.Tests.Plugins;

/// <summary>Makes plugin assemblies, good and bad ones, from source text.</summary>
internal static class PluginCompiler
{
    private static readonly string[] Needed =
        ["System.Runtime.dll", "System.Private.CoreLib.dll", "BridgeMesh.Abstractions.dll", "YamlDotNet.dll"];

    private static readonly MetadataReference[] Platform =
        [.. ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? string.Empty).Split(Path.PathSeparator)
            .Where(p => Needed.Contains(Path.GetFileName(p)))
            .Select(p => MetadataReference.CreateFromFile(p))];

    /// <summary>Compiles a library to <c>folder/name.dll</c>.</summary>
    public static string Compile(string folder, string name, string source, params string[] references)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{name}.dll");
        var result = CSharpCompilation.Create(name)
            .WithOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .AddReferences(Platform)
            .AddReferences(references.Select(r => MetadataReference.CreateFromFile(r)))
            .AddSyntaxTrees(CSharpSyntaxTree.ParseText(source))
            .Emit(path);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return path;
    }

    /// <summary>Source of a plugin with a registry of one kind.</summary>
    public static string Registry(string kind, string members = "", string check = "", string version = "PluginContract.Version") => $$"""
        using System;
        using BridgeMesh.Plugins;
        using BridgeMesh.Registries;

        public sealed class Plugin : IBridgePlugin
        {
            {{members}}
            public int ContractVersion { get { return {{version}}; } }
            public void Configure(IPluginBuilder builder) { {{check}} builder.AddRegistry(new Factory()); }
        }

        internal sealed class Factory : IRegistryFactory
        {
            public string Kind { get { return "{{kind}}"; } }
            public IRegistryAdapter Create(RegistrySettings settings) { throw new FormatException("none"); }
        }
        """;
}
