using BridgeMesh.Core.Runtime;
using BridgeMesh.Testing.Time;

namespace BridgeMesh.Core.Tests.Runtime;

public sealed class PacedWorkTests
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    private readonly ManualTime _time = new();
    private int _done;

    [Fact]
    public void Ask_First_IsDoneAtOnce()
    {
        using var work = new PacedWork(() => _done++, Rest, _time);
        work.Ask();
        Assert.Equal(1, _done);
    }

    [Fact]
    public void Ask_ManyInARow_AreDoneOnceAfterTheRest()
    {
        using var work = new PacedWork(() => _done++, Rest, _time);
        for (var i = 0; i < 1_000; i++)
        {
            work.Ask();
        }

        Assert.Equal(1, _done);
        _time.Advance(Rest);
        Assert.Equal(2, _done);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, _done);
        work.Ask();
        Assert.Equal(3, _done);
    }

    [Fact]
    public void Ask_WorkTakesLong_RestsFourTimesAsLong()
    {
        using var work = new PacedWork(
            () =>
            {
                _done++;
                _time.Advance(TimeSpan.FromMilliseconds(50));
            },
            Rest,
            _time);
        work.Ask();
        work.Ask();
        _time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.Equal(1, _done);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, _done);
    }

    [Fact]
    public void Flush_WhileItRests_IsDoneAtOnce()
    {
        using var work = new PacedWork(() => _done++, Rest, _time);
        work.Ask();
        work.Ask();
        work.Flush();
        Assert.Equal(2, _done);
    }

    [Fact]
    public void Ask_AfterTheEnd_DoesNothing()
    {
        var work = new PacedWork(() => _done++, Rest, _time);
        work.Ask();
        work.Ask();
        work.Dispose();
        work.Ask();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _done);
    }
}
