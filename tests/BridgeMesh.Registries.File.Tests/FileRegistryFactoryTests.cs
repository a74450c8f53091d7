using System.Collections.Immutable;
using BridgeMesh.Plugins;

namespace BridgeMesh.Registries.File.Tests;

public sealed class FileRegistryFactoryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Check_NothingSetAndNoFile_IsRight() => Assert.Empty(Check());

    [Fact]
    public void Check_MistypedSetting_SuggestsTheRightOne()
    {
        var problem = Assert.Single(Check(("paht", "x.yaml")));

        Assert.Equal("paht", problem.Setting);
        Assert.Equal("did you mean 'path'?", problem.Cure);
    }

    [Fact]
    public void Check_FileWithMistakes_TellsThemWithPlaces()
    {
        _folder.Write("my.yaml", "services:\n  - name: a\n    instances: [{address: h, protocol: bolt}]\n");

        var problem = Assert.Single(Check(("path", "my.yaml")));

        Assert.Equal(_folder.File("my.yaml"), problem.File);
        Assert.Equal(3, problem.Line);
        Assert.Equal(27, problem.Column);
    }

    [Fact]
    public void Check_DirectoryOrEmptyPath_IsAProblem()
    {
        Assert.Equal("path", Assert.Single(Check(("path", "."))).Setting);
        Assert.Equal("path", Assert.Single(Check(("path", ""))).Setting);
    }

    private IReadOnlyList<SettingProblem> Check(params (string Name, string Value)[] settings)
    {
        var values = settings.ToImmutableDictionary(s => s.Name, s => s.Value);
        return new FileRegistryFactory().Check(new RegistrySettings("services", _folder.Path, values, TimeProvider.System));
    }
}
