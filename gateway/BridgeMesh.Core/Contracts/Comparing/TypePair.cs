using BridgeMesh.Contracts;

namespace BridgeMesh.Core.Contracts.Comparing;

/// <summary>A class or enum of the older contract and the one that stands at its places in the newer, with what differs between them.</summary>
internal sealed class TypePair(TypeShape old, TypeShape now, ServiceContract oldService, ServiceContract newService)
{
    public TypeShape Old { get; } = old;

    public TypeShape New { get; } = now;

    /// <summary>Those by which it was found first; their policies count for it.</summary>
    public ServiceContract OldService { get; } = oldService;

    public ServiceContract NewService { get; } = newService;

    public List<ContractChange> Changes { get; } = [];

    /// <summary>What its fields are.</summary>
    public HashSet<TypePair> Parts { get; } = [];

    /// <summary>Whose fields are of it.</summary>
    public HashSet<TypePair> Wholes { get; } = [];

    /// <summary>Methods that have it as a parameter, result or exception, in the contract's order.</summary>
    public List<string> Methods { get; } = [];

    public ValueUse Use { get; set; }

    public string Name => Old.Struct?.JavaType.Text ?? Old.Enum?.JavaType.Text ?? Old.JavaType.Text;
}
