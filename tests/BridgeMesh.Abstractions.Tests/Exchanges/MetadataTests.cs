namespace BridgeMesh.Exchanges;

public class MetadataTests
{
    [Fact]
    public void Entries_Added_KeepOrderAndRepeats()
    {
        var metadata = new Metadata();
        Assert.True(metadata.TryAdd("a", "1"));
        Assert.True(metadata.TryAdd("A", "2"));
        Assert.True(metadata.TryAdd("b", "3"));
        Assert.Equal(["1", "2", "3"], metadata.Entries.ToArray().Select(e => e.Value));
        Assert.Equal("1", metadata.Find("A"));
        Assert.Null(metadata.Find("c"));
    }

    [Fact]
    public void Set_RepeatedName_LeavesOne()
    {
        var metadata = new Metadata();
        metadata.TryAdd("a", "1");
        metadata.TryAdd("b", "2");
        metadata.TryAdd("A", "3");
        Assert.True(metadata.Set("a", "4"));
        Assert.Equal(2, metadata.Count);
        Assert.Equal("4", metadata.Find("a"));
        Assert.Equal("2", metadata[0].Value);
    }

    [Fact]
    public void Add_PastTheBound_IsRefused()
    {
        var metadata = new Metadata();
        for (var i = 0; i < Metadata.MaxEntries; i++)
        {
            Assert.True(metadata.TryAdd($"k{i}", "v"));
        }

        Assert.False(metadata.TryAdd("more", "v"));
        Assert.False(metadata.Set("more", "v"));
        Assert.True(metadata.Set("k7", "w"));
        Assert.Equal(Metadata.MaxEntries, metadata.Count);
        Assert.Equal("w", metadata.Find("k7"));
    }

    [Fact]
    public void Index_OutsideTheEntries_Throws()
    {
        var metadata = new Metadata();
        metadata.TryAdd("a", "1");
        Assert.Throws<ArgumentOutOfRangeException>(() => metadata[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => metadata[-1]);
    }

    [Fact]
    public void Remove_AndClear_LeaveNothingBehind()
    {
        var metadata = new Metadata();
        metadata.TryAdd("a", "1");
        metadata.TryAdd("b", "2");
        metadata.Remove("A");
        Assert.Equal("b", metadata[0].Key);
        metadata.Clear();
        Assert.Equal(0, metadata.Count);
        Assert.Null(metadata.Find("b"));
    }
}
