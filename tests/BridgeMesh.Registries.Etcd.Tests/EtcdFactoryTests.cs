using BridgeMesh.Plugins;

namespace BridgeMesh.Registries.Etcd;

public class EtcdFactoryTests
{
    [Fact]
    public void Settings_AsWritten_AreRead()
    {
        var options = EtcdOptions.Read(
            Settings(("servers", "http://a:2379, https://b:2379/etcd"), ("prefix", "/x"), ("username", "u"), ("password", "p"), ("leaseS", "9"), ("zone", "west")),
            out var reader);

        Assert.Empty(reader.Problems);
        Assert.Equal(["http://a:2379/", "https://b:2379/etcd/"], options.Servers.Select(static s => s.ToString()));
        Assert.Equal(("/x/", "u", "p", 9, "west"), (options.Prefix, options.Username, options.Password, options.Lease.TotalSeconds, options.Zone));
        Assert.Null(new EtcdRegistryFactory().PublishedProtocols(Settings(("servers", "http://a"))));
    }

    [Theory]
    [InlineData("servers", "")]
    [InlineData("servers", "etcd-1:2379")]
    [InlineData("servers", "http://u:p@h:2379")]
    [InlineData("servers", "http://h/?a=1")]
    [InlineData("leaseS", "1")]
    [InlineData("timeoutMs", "99")]
    [InlineData("checkMs", "soon")]
    [InlineData("username", "u")]
    [InlineData("password", "p")]
    [InlineData("ca", "no-such-file.pem")]
    [InlineData("user", "u")]
    public void Settings_WithAMistake_AreToldByTheSettingsNameAndCreateNothing(string name, string value)
    {
        var settings = Settings(("servers", "http://h:1"), (name, value));

        var problem = Assert.Single(new EtcdRegistryFactory().Check(settings));

        Assert.Equal(name, problem.Setting);
        Assert.NotEmpty(problem.Cure);
        Assert.Throws<FormatException>(() => new EtcdRegistryFactory().Create(settings));
    }

    [Fact]
    public void Settings_AddressWithAPassword_IsNotRepeated() => Assert.DoesNotContain(
        "secret", Assert.Single(new EtcdRegistryFactory().Check(Settings(("servers", "http://u:secret@h")))).Message, StringComparison.Ordinal);

    private static RegistrySettings Settings(params (string Name, string Value)[] settings)
    {
        var byName = new Dictionary<string, string>();
        foreach (var (name, value) in settings)
        {
            byName[name] = value;
        }

        return new RegistrySettings("etcd", Path.GetTempPath(), byName, TimeProvider.System);
    }
}
