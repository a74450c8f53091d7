using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Hosting;

using var stopping = StopSignal.OfProcess();
var surroundings = new CommandSurroundings(Console.Out, Console.Error, Environment.CurrentDirectory)
{
    Input = Console.OpenStandardInput(),
    Ink = new Ink(Ink.IsWanted(Environment.GetEnvironmentVariable, isTerminal: !Console.IsOutputRedirected)),
    OutputClosed = ClosedOutput.OfProcess,
    Meter = Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") is "dumb" ? null : new ReadMeter(Console.Error),
};
return await BridgeMeshCommand.InvokeAsync(args, surroundings, stopping);
