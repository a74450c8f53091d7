using BridgeMesh.Gateway.Commands;

namespace BridgeMesh.Gateway.Tests.Commands;

public sealed class ReadMeterTests
{
    private readonly StringWriter _terminal = new();

    [Fact]
    public void Report_OfManyClasses_CountsInStepsAndLeavesNothing()
    {
        var meter = new ReadMeter(_terminal);
        for (var i = 1; i <= 603; i++)
        {
            meter.Report(i);
        }

        meter.Report(0);
        Assert.Equal("\r250 classes read\r500 classes read\r\e[K", _terminal.ToString());
    }

    [Fact]
    public void Report_OfFewClasses_ShowsNothing()
    {
        var meter = new ReadMeter(_terminal);
        for (var i = 1; i < ReadMeter.Step; i++)
        {
            meter.Report(i);
        }

        meter.Report(0);
        Assert.Empty(_terminal.ToString());
    }
}
