using System.Runtime.Loader;
using BridgeMesh.Core.Plugins;
using BridgeMesh.Gateway.Plugins;
using BridgeMesh.Plugins;
using BridgeMesh.Yaml;

namespace BridgeMesh.Gateway.Tests.Plugins;

public sealed class PluginFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly PluginCatalog _catalog = new();
    private readonly List<SourceProblem> _problems = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_GoodPlugin_Registers()
    {
        var path = Compile("Good", PluginCompiler.Registry("good"));

        var plugin = Assert.Single(Load());

        Assert.Empty(_problems);
        Assert.Equal(("Good", path), (plugin.Name, plugin.Path));
        var factory = _catalog.Registries["good"];
        Assert.Equal("Good", AssemblyLoadContext.GetLoadContext(factory.GetType().Assembly)?.Name);
        Assert.IsAssignableFrom<IRegistryFactory>(factory);
    }

    [Fact]
    public void Load_OwnLibraryBesideIt_IsThePluginsOwn()
    {
        var first = CompileWithLibrary("A", version: 1);
        var second = CompileWithLibrary("B", version: 2);

        Load();

        Assert.Empty(_problems);
        Assert.Equal(["lib1", "lib2"], _catalog.Registries.Keys.Order(StringComparer.Ordinal));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Load_GatewaysLibraryNotBesideIt_IsToldWithItsCure()
    {
        // It compiles against the gateway's YamlDotNet but does not ship one.
        Compile("Bad", PluginCompiler.Registry("bad", check: "new YamlDotNet.Core.Mark().ToString();"));

        Load();

        var problem = Problem("Bad");
        Assert.Contains("YamlDotNet is not in the plugin's folder", problem.Message, StringComparison.Ordinal);
        Assert.Contains("dependencies beside it", problem.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OtherContractVersion_IsRefused()
    {
        Compile("Old", PluginCompiler.Registry("old", version: "99"));

        Load();

        Assert.Contains("was built for plugin contract 99", Problem("Old").Message, StringComparison.Ordinal);
        Assert.Empty(_catalog.Registries);
    }

    [Fact]
    public void Load_TwoPluginsWithOneName_NamesBoth()
    {
        Compile("A", PluginCompiler.Registry("same"));
        Compile("B", PluginCompiler.Registry("same"));

        Assert.Equal("A", Assert.Single(Load()).Name);

        Assert.Equal("Plugin offers registry kind same, which Plugin has already taken", Problem("B").Message);
    }

    [Theory]
    [InlineData("public class Nothing { }")]
    [InlineData("public interface INothing : BridgeMesh.Plugins.IBridgePlugin { }")]
    public void Load_NoPluginClass_IsTold(string source)
    {
        Compile("Empty", source);

        Load();

        Assert.Equal("it has 0 plugin classes instead of one", Problem("Empty").Message);
    }

    [Fact]
    public void Load_TwoPluginClasses_AreTold()
    {
        const string Second = """
            public sealed class Another : IBridgePlugin
            {
                public int ContractVersion { get { return 1; } }
                public void Configure(IPluginBuilder builder) { }
            }
            """;
        Compile("Two", PluginCompiler.Registry("a") + Second);

        Load();

        Assert.Equal("it has 2 plugin classes instead of one", Problem("Two").Message);
    }

    [Fact]
    public void Load_ConstructorWithArguments_IsTold()
    {
        Compile("Args", PluginCompiler.Registry("a", members: "public Plugin(int x) { }"));

        Load();

        Assert.Equal("Plugin has no public constructor without arguments", Problem("Args").Message);
    }

    [Theory]
    [InlineData("public Plugin() { throw new NotSupportedException(\"no\"); }", "")]
    [InlineData("", "throw new NotSupportedException(\"no\");")]
    public void Load_PluginThrows_IsTold(string members, string check)
    {
        Compile("Thrower", PluginCompiler.Registry("a", members, check));

        Load();

        Assert.Equal("it failed: System.NotSupportedException: no", Problem("Thrower").Message);
    }

    [Fact]
    public void Load_NoAssembly_IsTold()
    {
        _folder.Write("plugins/Text/Text.dll", "no assembly");
        _folder.Write("plugins/Other/Another.dll", "no assembly");
        _folder.Write("plugins/.git/x", "hidden folders are left alone");

        Load();

        Assert.Equal("it is no .NET assembly, or one for another platform", Problem("Text").Message);
        var other = _problems.Single(p => p.File.EndsWith("Other", StringComparison.Ordinal));
        Assert.Equal("there is no Other.dll in this plugin folder", other.Message);
        Assert.Equal(2, _problems.Count);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void Load_NoFolder_IsAProblemOnlyWhereItMustExist(bool mustExist, int problems)
    {
        PluginFolder.Load(_folder.File("nowhere"), mustExist, _catalog, _problems);

        Assert.Equal(problems, _problems.Count);
    }

    private IReadOnlyList<LoadedPlugin> Load() => PluginFolder.Load(_folder.File("plugins"), mustExist: true, _catalog, _problems);

    private string Compile(string name, string source, params string[] references) =>
        PluginCompiler.Compile(_folder.File($"plugins/{name}"), name, source, references);

    private string CompileWithLibrary(string name, int version)
    {
        var code = $"public static class Library {{ public static string Kind() {{ return \"lib{version}\"; }} }}";
        var library = PluginCompiler.Compile(_folder.File($"plugins/{name}"), "Shared.Library", code);
        var source = PluginCompiler.Registry("x").Replace("return \"x\"", "return Library.Kind()", StringComparison.Ordinal);
        return Compile(name, source, library);
    }

    private SourceProblem Problem(string name) => Assert.Single(_problems, p => p.File.EndsWith($"{name}.dll", StringComparison.Ordinal));
}
