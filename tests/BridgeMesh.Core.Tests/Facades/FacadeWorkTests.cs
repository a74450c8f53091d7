using System.Collections.Immutable;
using BridgeMesh.Core.Facades;
using BridgeMesh.Core.Model;
using BridgeMesh.Testing.Registries;
using BridgeMesh.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace BridgeMesh.Core.Tests.Facades;

public sealed class FacadeWorkTests
{
    [Fact]
    public async Task Publish_NameThatNoListenerTakes_IsRefusedForGoodAndBlamesNoPort()
    {
        var result = await PublishAsync(new FormatException("'stock/v1' is no service"));

        Assert.Equal((true, 0), (result.IsFinal, result.TakenPort));
        Assert.Contains("'stock/v1' is no service", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_PortThatAnotherProgramHas_IsToldAsTaken()
    {
        var result = await PublishAsync(new IOException("address already in use."));

        Assert.Equal((false, 18_100), (result.IsFinal, result.TakenPort));
        Assert.Equal("its port cannot be bound: address already in use", result.Problem);
    }

    private static async Task<FacadeResult> PublishAsync(Exception failure)
    {
        var ended = new TaskCompletionSource<FacadeResult>();
        await using var listeners = new FacadeListeners(
            _ => throw failure, static _ => throw new InvalidOperationException("nothing is open"), static () => { }, TimeProvider.System, NullLogger.Instance);
        var instance = FacadeGateway.Callee("stock", 18_100);
        var state = new FacadeState(new FacadeKey("mesh", instance.Service, instance.Protocol, instance.Host, instance.Port), "stock");
        var own = new ListenerModel("http-18100", "http", "127.0.0.1", 18_100, FrameLimits.Default, ImmutableDictionary<string, string>.Empty);

        await new FacadeWork(listeners, ended.SetResult).PublishAsync(state, instance, own, new MemoryRegistry().Open(), CancellationToken.None);

        return await ended.Task;
    }
}
