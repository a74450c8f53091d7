using System.Text.Json;
using BridgeMesh.Gateway.Hosting;
using BridgeMesh.Gateway.Registries;
using BridgeMesh.Registries;

namespace BridgeMesh.Gateway.Commands;

/// <summary><c>bridgemesh registry publish</c>.</summary>
internal static class RegistryPublish
{
    /// <summary>For a registry to take out what was published.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

    public static async Task<int> InvokeAsync(
        PublishedInstances what, RegistryOptions.Wish wish, CommandSurroundings surroundings, StopSignal stopping)
    {
        if (RegistryOptions.Find(wish, surroundings, out var code) is not { } choice)
        {
            return code;
        }

        if (choice.Wanted is not [var target])
        {
            var names = string.Join(", ", choice.Wanted.Select(static t => t.Name));
            await surroundings.Error.WriteLineAsync(Ink.Plain($"an instance is published in one registry; name it by --registry: {names}")).ConfigureAwait(false);
            return ExitCodes.Usage;
        }

        var problems = new List<string>();
        var instances = what.Read(choice.Plugins, surroundings.WorkingDirectory, problems);
        if (problems.Count > 0)
        {
            problems.ForEach(p => surroundings.Error.WriteLine(Ink.Plain(p)));
            return ExitCodes.Usage;
        }

        var adapter = target.Open(n => Say(surroundings.Error, Ink.Plain($"registry {target.Name}: {n.Text}")));
        await using var _ = adapter.ConfigureAwait(false);
        var leases = new List<(ServiceInstance Instance, IAsyncDisposable Lease)>();
        try
        {
            foreach (var instance in instances)
            {
                if (await TryPublishAsync(adapter, instance, target, surroundings, stopping).ConfigureAwait(false) is not { } lease)
                {
                    return stopping.Drain.IsCancellationRequested ? ExitCodes.Ok : ExitCodes.Refused;
                }

                leases.Add((instance, lease));
                await TellAsync(adapter, instance, target, wish, surroundings, stopping.Drain).ConfigureAwait(false);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping.Drain).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ExitCodes.Ok;
        }
        finally
        {
            await WithdrawAsync(leases, target, wish, surroundings).ConfigureAwait(false);
        }
    }

    /// <summary>Null where the registry has no place or no words for it, which is told.</summary>
    private static async Task<IAsyncDisposable?> TryPublishAsync(
        IRegistryAdapter adapter, ServiceInstance instance, RegistryTarget target, CommandSurroundings surroundings, StopSignal stopping)
    {
        try
        {
            return await adapter.PublishAsync(instance, stopping.Drain).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NotSupportedException or FormatException)
        {
            Say(surroundings.Error, Ink.Plain($"registry {target.Name} does not take {InstanceWords.NameOf(instance)}: {e.Message}"));
        }
        catch (OperationCanceledException) when (stopping.Drain.IsCancellationRequested)
        {
            // SIGINT before it was there.
        }

        return null;
    }

    /// <summary>What was published is only known to be there once the registry says so itself.</summary>
    private static async Task TellAsync(
        IRegistryAdapter adapter,
        ServiceInstance instance,
        RegistryTarget target,
        RegistryOptions.Wish wish,
        CommandSurroundings surroundings,
        CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(wish.Timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            await foreach (var snapshot in adapter.WatchAsync(instance.Service, either.Token).ConfigureAwait(false))
            {
                if (!snapshot.Stale && snapshot.Instances.Any(i => i.Protocol == instance.Protocol && i.Host == instance.Host && i.Port == instance.Port))
                {
                    Tell("published", '+', instance, target, wish, surroundings);
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            if (!stopping.IsCancellationRequested)
            {
                Say(surroundings.Error, Ink.Plain(
                    $"registry {target.Name} does not show {InstanceWords.NameOf(instance)} within {wish.TimeoutMs} ms; it is tried on"));
            }
        }
    }

    private static async Task WithdrawAsync(
        List<(ServiceInstance Instance, IAsyncDisposable Lease)> leases, RegistryTarget target, RegistryOptions.Wish wish, CommandSurroundings surroundings)
    {
        foreach (var (instance, lease) in leases)
        {
            try
            {
                await lease.DisposeAsync().AsTask().WaitAsync(Farewell, TimeProvider.System).ConfigureAwait(false);
                Tell("withdrawn", '-', instance, target, wish, surroundings);
            }
            catch (TimeoutException)
            {
                Say(surroundings.Error, Ink.Plain($"registry {target.Name} does not let go of {InstanceWords.NameOf(instance)}; its lease ends by itself"));
            }
        }
    }

    private static void Tell(
        string change, char sign, ServiceInstance instance, RegistryTarget target, RegistryOptions.Wish wish, CommandSurroundings surroundings)
    {
        var (service, record) = (ServiceRecord.Of(instance.Service), InstanceRecord.Of(instance));
        Say(surroundings.Output, wish.IsJson
            ? JsonSerializer.Serialize(new { change, registry = target.Name, service, instance = record }, RegistryListRecord.Line)
            : Ink.Plain($"{sign} {target.Name} {InstanceWords.NameOf(instance)} {change}"));
    }

    /// <summary>Who waits for a line behind a pipe gets it at once.</summary>
    private static void Say(TextWriter writer, string line)
    {
        lock (writer)
        {
            writer.WriteLine(line);
            writer.Flush();
        }
    }
}
