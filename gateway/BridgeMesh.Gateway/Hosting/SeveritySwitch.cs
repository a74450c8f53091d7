using BridgeMesh.Gateway.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace BridgeMesh.Gateway.Hosting;

/// <summary>The least severity that is logged; may change while the gateway runs.</summary>
internal sealed class SeveritySwitch(LogSeverity initial)
{
    private volatile LogLevel _least = LevelOf(initial);

    public void Set(LogSeverity severity) => _least = LevelOf(severity);

    /// <summary>One line an entry on standard output, UTC.</summary>
    /// <param name="asJson">Each line is a JSON object.</param>
    public ILoggerFactory CreateConsole(bool asJson, bool colours) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(LogLevel.Trace).AddFilter(level => level >= _least);
        if (asJson)
        {
            builder.AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
            return;
        }

        builder.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            options.ColorBehavior = colours ? LoggerColorBehavior.Enabled : LoggerColorBehavior.Disabled;
        });
    });

    private static LogLevel LevelOf(LogSeverity severity) => severity switch
    {
        LogSeverity.Trace => LogLevel.Trace,
        LogSeverity.Debug => LogLevel.Debug,
        LogSeverity.Warning => LogLevel.Warning,
        LogSeverity.Error => LogLevel.Error,
        _ => LogLevel.Information,
    };
}
