using System.Globalization;

namespace BridgeMesh.Gateway.Commands;

/// <summary>
/// A line of a terminal that counts the classes that an import has read, and is gone when all are. Small jars do not show it; it is written by
/// the number of classes and not by a clock, so that the same jar shows the same.
/// </summary>
internal sealed class ReadMeter(TextWriter terminal) : IProgress<int>
{
    /// <summary>Some 50 ms of reading.</summary>
    internal const int Step = 250;

    private bool _isShown;

    /// <param name="value">Classes so far; 0 when all are read.</param>
    public void Report(int value)
    {
        if (value == 0 && _isShown)
        {
            // Source: ECMA-48, EL: erase to the end of the line.
            terminal.Write("\r\e[K");
            terminal.Flush();
            _isShown = false;
        }
        else if (value > 0 && value % Step == 0)
        {
            terminal.Write(string.Create(CultureInfo.InvariantCulture, $"\r{value} classes read"));
            terminal.Flush();
            _isShown = true;
        }
    }
}
