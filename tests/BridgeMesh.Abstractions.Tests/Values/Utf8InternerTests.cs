using System.Text;

namespace BridgeMesh.Values;

public class Utf8InternerTests
{
    private sealed record Box(string Text);

    [Fact]
    public void Get_ByTextAndByBytes_GivesOneObject()
    {
        var interner = new Utf8Interner<Box>(8, static t => new Box(t));
        var box = interner.Get("naïve 中");
        Assert.Same(box, interner.Get("naïve 中"u8));
        Assert.Same(box, interner.Get("naïve 中"));
        Assert.Equal("naïve 中", box.Text);
        Assert.Equal(1, interner.Count);
    }

    [Fact]
    public void Get_PastCapacity_GivesFreshObjectsAndKeepsTheOld()
    {
        var interner = new Utf8Interner<Box>(2, static t => new Box(t));
        var first = interner.Get("1"u8);
        interner.Get("2"u8);
        var third = interner.Get("3"u8);
        Assert.Equal("3", third.Text);
        Assert.NotSame(third, interner.Get("3"u8));
        Assert.Same(first, interner.Get("1"));
        Assert.Equal(2, interner.Count);
    }

    [Fact]
    public void Get_LongText_IsNotKept()
    {
        var interner = new Utf8Interner<Box>(8, static t => new Box(t));
        var text = new string('x', 513);
        Assert.NotSame(interner.Get(text), interner.Get(text));
        Assert.Equal(text, interner.Get(Encoding.UTF8.GetBytes(text)).Text);
        Assert.Equal(0, interner.Count);
    }

    [Fact]
    public void Get_TextsThatDifferInLoneSurrogatesOnly_AreKeptApartAndBounded()
    {
        var interner = new Utf8Interner<Box>(100, static t => new Box(t));
        for (var unit = 0xD800; unit < 0xE000; unit++)
        {
            var text = "n" + (char)unit;
            Assert.Equal(text, interner.Get(text).Text);
        }

        Assert.Equal(100, interner.Count);
        Assert.Equal(100, interner.KeptTexts);
    }

    [Fact]
    public void Get_BrokenBytesThatDecodeAlike_AreBounded()
    {
        var interner = new Utf8Interner<Box>(10, static t => new Box(t));
        for (var b = 0x80; b < 0xC0; b++)
        {
            Assert.Equal("\uFFFD", interner.Get([(byte)b]).Text);
        }

        Assert.Equal(10, interner.Count);
    }

    [Fact]
    public void Get_KnownBytes_AllocatesNothing()
    {
        var interner = new Utf8Interner<Box>(8, static t => new Box(t));
        interner.Get("known"u8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            interner.Get("known"u8);
            interner.Get("known");
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Get_FromManyThreads_StaysWithinCapacityAndAgrees()
    {
        const int Capacity = 500;
        var interner = new Utf8Interner<Box>(Capacity, static t => new Box(t));
        using var start = new Barrier(8);
        var runs = Enumerable.Range(0, 8).Select(worker => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                for (var i = 0; i < 2_000; i++)
                {
                    var name = $"name-{(i + (worker * 131)) % 1_000}";
                    var box = (i & 1) == 0 ? interner.Get(name) : interner.Get(Encoding.UTF8.GetBytes(name));
                    Assert.Equal(name, box.Text);
                }
            },
            TaskCreationOptions.LongRunning));
        await Task.WhenAll(runs);

        Assert.InRange(interner.Count, 1, Capacity);
        Assert.InRange(interner.KeptTexts, 1, Capacity);
        for (var i = 0; i < 1_000; i++)
        {
            var byText = interner.Get($"name-{i}");
            Assert.Equal(byText, interner.Get(Encoding.UTF8.GetBytes($"name-{i}")));
        }
    }
}
