namespace BridgeMesh.Registries.ZooKeeper.Client;

public class ConnectStringTests
{
    [Theory]
    [InlineData("10.0.0.5", "10.0.0.5:2181", "")]
    [InlineData("zk1:2182,zk2,zk3:1", "zk1:2182 zk2:2181 zk3:1", "")]
    [InlineData("[::1]:2182,[fe80::1],a.b", "[::1]:2182 [fe80::1]:2181 a.b:2181", "")]
    [InlineData("a, b:5/base/of it/", "a:2181 b:5", "/base/of it")]
    [InlineData("a/", "a:2181", "")]
    public void Text_OfServers_IsThoseServers(string text, string servers, string chroot)
    {
        Assert.True(ConnectString.TryParse(text, out var parsed, out var problem), problem);
        Assert.Equal((servers, chroot), (string.Join(' ', parsed.Servers), parsed.Chroot));
    }

    [Theory]
    [InlineData("", "names no server")]
    [InlineData(",,/x", "names no server")]
    [InlineData("a:0", "'a:0', which is no host and port")]
    [InlineData("a:65536", "no host and port")]
    [InlineData("a:", "no host and port")]
    [InlineData(":2181", "no host and port")]
    [InlineData("a:b:1", "no host and port")]
    [InlineData("[::1", "no host and port")]
    [InlineData("[a]:1", "no host and port")]
    [InlineData("[::1]x", "no host and port")]
    [InlineData("a b", "no host and port")]
    [InlineData("a//b", "chroot that has an empty part")]
    [InlineData("a/../b", "chroot that has a part that is dots alone")]
    public void Text_OfSomethingElse_IsToldWithWhatIsWrong(string text, string problem)
    {
        Assert.False(ConnectString.TryParse(text, out _, out var told));
        Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_OfTooManyServers_IsRefused() =>
        Assert.False(ConnectString.TryParse(string.Join(',', Enumerable.Range(0, 65).Select(static i => $"h{i}")), out _, out _));
}
