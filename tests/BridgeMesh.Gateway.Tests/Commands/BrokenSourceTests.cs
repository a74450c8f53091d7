using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Hosting;

namespace BridgeMesh.Gateway.Tests.Commands;

/// <summary>What broken sources get, all at once and through the whole command.</summary>
public sealed class BrokenSourceTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly StopSignal _stop = new();

    public void Dispose()
    {
        _stop.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Configuration_WithSeveralBrokenKinds_TellsAllInOneGo()
    {
        _folder.Write("good.yaml", "services: { com.acme.Good: { methods: { ping: {} } } }");
        _folder.Write("twice.yaml", "services:\n  com.acme.A: { methods: { ping: {}, ping: {} } }\n");
        _folder.Write("unknown.yaml", "services:\n  com.acme.B: { methdos: {} }\n");
        _folder.Write("protos/bad.proto", "syntax = \"proto3\";\nmessage A { Gone x = 1; }\n");
        _folder.Write("bad.binpb", "no descriptors");
        BrokenSources.WriteJar(_folder.File("cut.jar"), "com/acme/Greeter.class", BrokenSources.Class("Greeter")[..40]);
        BrokenSources.WriteJar(_folder.File("slip.jar"), "../../evil.class", BrokenSources.Class("Greeter"));
        _folder.Write("text.jar", "no zip");
        _folder.Write("classes/Own.class", "no class file");
        _folder.Write("bridgemesh.yaml", "contracts: ['*.yaml', protos/, bad.binpb, '*.jar', classes/, gone.yaml]\nrotues: []\n");

        // The configuration itself matches the pattern too, and is told for what it is.
        var outcome = ConfigLoader.Load(ConfigSource.Of(null, [], _folder.Path));
        Assert.Null(outcome.Model);
        var files = outcome.Problems.Select(static p => p.File).ToList();
        foreach (var (file, line) in ((string, int)[])
            [
                ("bridgemesh.yaml", 2), ("twice.yaml", 2), ("unknown.yaml", 2), ("protos/bad.proto", 2), ("bad.binpb", 0),
                ("cut.jar!/com/acme/Greeter.class", 0), ("text.jar", 0), ("classes/Own.class", 0),
            ])
        {
            Assert.Contains(outcome.Problems, p => p.File == file && p.Line == line);
        }

        Assert.Contains(files, static f => f.StartsWith("slip.jar", StringComparison.Ordinal));
        Assert.All(outcome.Problems, static p => Assert.True(p.Message.Length > 0 && p.Cure.Length > 0 && p.File.Length > 0, p.ToString()));
    }

    [Fact]
    public async Task Import_OfBrokenJars_SaysWhatAndEndsWell()
    {
        BrokenSources.WriteJar(_folder.File("slip.jar"), "../../evil.class", BrokenSources.Class("Greeter"));
        BrokenSources.WriteJar(_folder.File("bomb.jar"), "com/acme/Greeter.class", new byte[50_000_000]);
        BrokenSources.WriteJar(_folder.File("magic.jar"), "com/acme/Greeter.class", BrokenSources.ClassWith(0, 1, 2, 3, 4));
        BrokenSources.WriteJar(_folder.File("cut.jar"), "com/acme/Greeter.class", BrokenSources.Class("Greeter")[..60]);

        // The constant at 10 is a class; its name shall be itself.
        BrokenSources.WriteJar(_folder.File("cycle.jar"), "com/acme/Greeter.class", BrokenSources.ClassWith(11, 0, 1));
        foreach (var jar in (string[])["slip", "bomb", "magic", "cut", "cycle"])
        {
            Assert.Equal(ExitCodes.Configuration, await Invoke("contract", "import", $"{jar}.jar", "--out", "out.yaml"));
            var told = _error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.StartsWith($"{jar}.jar", told[0], StringComparison.Ordinal);
            Assert.Contains("; ", told[0], StringComparison.Ordinal);
            Assert.False(File.Exists(_folder.File("out.yaml")), jar);
            Assert.Empty(_output.ToString());
            _error.GetStringBuilder().Clear();
        }
    }

    [Fact]
    public async Task Import_OfAClassOfALaterJava_ReadsItAndSaysSo()
    {
        BrokenSources.WriteJar(_folder.File("later.jar"), "com/acme/Greeter.class", BrokenSources.ClassWith(6, 0, 99));
        Assert.Equal(ExitCodes.Ok, await Invoke("contract", "import", "later.jar"));
        Assert.Contains("com.acme.Greeter:", _output.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("note: ", _error.ToString(), StringComparison.Ordinal);
    }

    private Task<int> Invoke(params string[] args) =>
        BridgeMeshCommand.InvokeAsync(args, new CommandSurroundings(_output, _error, _folder.Path), _stop);
}
