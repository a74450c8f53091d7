using System.Collections.Immutable;

namespace BridgeMesh.Contracts.Java.ServiceDefinitions;

/// <summary>A service as a provider of Dubbo's described it, its types named as Java source names them.</summary>
/// <param name="Name">The interface.</param>
/// <param name="Parameters">The provider's URL parameters; empty where only the definition was written.</param>
internal sealed record DefinedService(
    string Name, ImmutableArray<DefinedMethod> Methods, ImmutableDictionary<string, string> Parameters, ImmutableDictionary<string, DefinedType> Types);

internal sealed record DefinedMethod(string Name, ImmutableArray<string> ParameterTypes, string ReturnType);

/// <param name="Constants">Of an enum; empty for others.</param>
/// <param name="Properties">Fields with their types, those of superclasses among them, in ordinal order: Dubbo writes them in no order.</param>
internal sealed record DefinedType(ImmutableArray<string> Constants, ImmutableSortedDictionary<string, string> Properties);
