using BridgeMesh.Core.Contracts;

namespace BridgeMesh.Contracts.OpenApi.Reading;

/// <summary>A parameter of an operation, as the contract has it.</summary>
/// <param name="Declared">Its name in the contract, and its type.</param>
/// <param name="Wire">Its name in the request; empty where its own fields or keys are the names.</param>
internal sealed record RequestPart(ValueDeclaration Declared, HttpSource Source, string Wire, SchemaSort Sort)
{
    public string Name => Declared.Name.Text;
}
