using BridgeMesh.Gateway.Commands;
using BridgeMesh.Gateway.Hosting;

using var stopping = StopSignal.OfProcess();
var surroundings = new CommandSurroundings(Console.Out, Console.Error, Environment.CurrentDirectory);
return await BridgeMeshCommand.InvokeAsync(args, surroundings, stopping);
