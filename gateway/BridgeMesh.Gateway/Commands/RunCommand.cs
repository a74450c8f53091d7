using System.Runtime.InteropServices;
using BridgeMesh.Gateway.Configuration;
using BridgeMesh.Gateway.Hosting;

namespace BridgeMesh.Gateway.Commands;

internal static class RunCommand
{
    public static async Task<int> InvokeAsync(ConfigSource source, OutputForm form, CommandSurroundings surroundings, StopSignal stopping)
    {
        var outcome = ConfigLoader.Load(source);
        if (outcome is not { Reading: { } reading, Plugins: { } plugins, Model: { } model })
        {
            ProblemText.Write(source, outcome.Problems, surroundings.Error);
            return ExitCodes.Configuration;
        }

        var severity = new SeveritySwitch(reading.Config.Logging.Level);
        using var logs = severity.CreateConsole(asJson: form == OutputForm.Json, surroundings.Ink.HasColours);
        var gateway = new GatewayHost(reading, plugins, model, severity, TimeProvider.System, logs);
        await using var _ = gateway.ConfigureAwait(false);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true; // It would end the process.
            gateway.RequestReload();
        });
        try
        {
            await gateway.StartAsync(stopping.Drain).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            await surroundings.Error.WriteLineAsync($"bridgemesh: cannot start: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Configuration;
        }
        catch (OperationCanceledException) when (stopping.Drain.IsCancellationRequested)
        {
            return ExitCodes.Ok;
        }

        await gateway.RunAsync(stopping).ConfigureAwait(false);
        return ExitCodes.Ok;
    }
}
