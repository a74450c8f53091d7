namespace BridgeMesh.Registries.ZooKeeper.Client;

public class JuteTests
{
    [Fact]
    public void Values_WrittenAndRead_AreTheSame()
    {
        var packet = JuteWriter.Request(OpCode.Multi)
            .Int(-7).Long(long.MinValue).Bool(true).Bytes([1, 2, 3]).Text("über 日本 😀").Texts(["a", "", "c"])
            .Acls([new Acl(Permissions.Read | Permissions.Admin, "digest", "x:y")]).ToPacket();
        Assert.Equal(packet.Length - 4, new JuteReader(packet).Int());
        var reader = new JuteReader(packet.AsSpan(JuteWriter.HeaderBytes));
        Assert.Equal(-7, reader.Int());
        Assert.Equal(long.MinValue, reader.Long());
        Assert.True(reader.Bool());
        Assert.Equal([1, 2, 3], reader.Bytes());
        Assert.Equal("über 日本 😀", reader.Text());
        Assert.Equal(["a", "", "c"], reader.Texts().ToArray());
        Assert.Equal([new Acl(Permissions.Read | Permissions.Admin, "digest", "x:y")], reader.Acls().ToArray());
        Assert.True(reader.IsAtEnd);
        Assert.False(reader.IsBroken);
    }

    [Fact]
    public void Values_CutAnywhere_AreBrokenAndNothingElse()
    {
        var whole = JuteWriter.Request(OpCode.Multi).Text("text").Texts(["a", "bc"]).Acls(Acl.Open).Int(1).Long(2).Bool(true).ToPacket()[12..];
        for (var length = 0; length < whole.Length; length++)
        {
            var reader = new JuteReader(whole.AsSpan(0, length));
            reader.Text();
            reader.Texts();
            reader.Acls();
            reader.Int();
            reader.Long();
            reader.Bool();
            Assert.True(reader.IsBroken, $"cut at {length}");
            Assert.Equal((0, string.Empty), (reader.Int(), reader.Text()));
        }
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(100)]
    public void Counts_ThatTheBytesCannotHold_AreBroken(int count)
    {
        byte[] bytes = [.. ScriptedSessions.Int(count), .. new byte[99]];
        var texts = new JuteReader(bytes);
        Assert.Empty(texts.Texts());
        Assert.True(texts.IsBroken);
        var data = new JuteReader(bytes);
        Assert.Empty(data.Bytes());
        Assert.True(data.IsBroken);
        var acls = new JuteReader(bytes);
        Assert.Empty(acls.Acls());
        Assert.True(acls.IsBroken);
    }

    [Fact]
    public void Null_IsEmpty()
    {
        var reader = new JuteReader([.. ScriptedSessions.Int(-1), .. ScriptedSessions.Int(-1), .. ScriptedSessions.Int(-1)]);
        Assert.Empty(reader.Bytes());
        Assert.Equal(string.Empty, reader.Text());
        Assert.Empty(reader.Texts());
        Assert.False(reader.IsBroken);
    }
}
