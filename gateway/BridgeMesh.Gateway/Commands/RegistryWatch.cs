using System.Collections.Immutable;
using BridgeMesh.Exchanges;
using BridgeMesh.Gateway.Hosting;
using BridgeMesh.Gateway.Registries;
using BridgeMesh.Plugins;
using BridgeMesh.Registries;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh registry watch</c>.</summary>
internal static class RegistryWatch
{
    public static async Task<int> InvokeAsync(RegistryOptions.Wish wish, string[] services, CommandSurroundings surroundings, StopSignal stopping)
    {
        if (RegistryOptions.Find(wish, surroundings, out var code) is not { } choice)
        {
            return code;
        }

        // One line at a time, whichever registry it is of; who reads a pipe wants each as it comes.
        var lines = new Lock();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping.Drain, surroundings.OutputClosed());
        await Task.WhenAll(choice.Wanted.Select(t => FollowAsync(t, services, wish.IsJson, lines, surroundings, ending.Token))).ConfigureAwait(false);
        return ExitCodes.Ok;
    }

    private static async Task FollowAsync(
        RegistryTarget target, string[] services, bool isJson, Lock lines, CommandSurroundings surroundings, CancellationToken ending)
    {
        void Tell(RegistryNotice notice)
        {
            lock (lines)
            {
                surroundings.Error.WriteLine(Ink.Plain($"registry {target.Name}: {notice.Text}"));
                surroundings.Error.Flush();
            }
        }

        var follower = new RegistryFollower(target, services, Tell, TimeProvider.System);
        await using var _ = follower.ConfigureAwait(false);
        var known = new Dictionary<ServiceKey, ImmutableArray<ServiceInstance>>();
        try
        {
            while (true)
            {
                foreach (var snapshot in await follower.NextAsync(ending).ConfigureAwait(false))
                {
                    var difference = RegistryDifference.Between(known.GetValueOrDefault(snapshot.Service, []), snapshot.Instances, []);
                    known[snapshot.Service] = snapshot.Instances;
                    lock (lines)
                    {
                        var text = new DifferenceText(surroundings.Output, surroundings.Ink);
                        if (isJson)
                        {
                            text.WriteLines(difference, target.Name, TimeProvider.System.GetUtcNow());
                        }
                        else
                        {
                            text.Write(difference, target.Name);
                        }

                        surroundings.Output.Flush();
                    }

                    if (snapshot.Instances.IsEmpty)
                    {
                        known.Remove(snapshot.Service);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // SIGINT, or nobody reads any longer.
        }
    }
}
