using BridgeMesh.Codecs.Web.Listening;
using BridgeMesh.Exchanges;
using BridgeMesh.Plugins;

namespace BridgeMesh.Codecs.Grpc.Services;

/// <summary>Which services a listener answers itself.</summary>
/// <param name="HasReflection">Setting <c>reflection</c>: gRPC's reflection of every service with a contract; default true.</param>
/// <param name="HasHealth">Setting <c>health</c>: gRPC's health of every service; default true.</param>
internal sealed record OwnServiceOptions(bool HasReflection, bool HasHealth)
{
    internal static IReadOnlyList<string> Known { get; } = ["reflection", "health"];

    internal static IReadOnlyList<SettingDescription> Descriptions { get; } =
    [
        new("reflection", SettingKind.Flag, "Answers gRPC's reflection (v1 and v1alpha) for every service with a contract.", "true"),
        new("health", SettingKind.Flag, "Answers gRPC's health service for every service, and for the gateway under the empty name.", "true"),
    ];

    internal static OwnServiceOptions Read(SettingReader reader) => new(reader.Flag("reflection", true), reader.Flag("health", true));

    internal IExchangeDispatcher Before(IExchangeDispatcher dispatcher) =>
        HasReflection || HasHealth ? new OwnServices(dispatcher, HasReflection, HasHealth) : dispatcher;
}
