using System.Collections.Immutable;
using BridgeMesh.Contracts;
using BridgeMesh.Exchanges;

namespace BridgeMesh.Core.Contracts;

/// <summary>A method whose types are known, before a service gives its path a prefix.</summary>
/// <param name="Owner">The service that declares it.</param>
/// <param name="Http">Without prefix; null for the canonical binding alone.</param>
internal sealed record ResolvedMethod(
    MethodDeclaration Declaration,
    ServiceDeclaration Owner,
    ImmutableArray<ParameterShape> Parameters,
    TypeShape Returns,
    ImmutableArray<StructShape> Exceptions,
    JavaSignature Signature,
    HttpBinding? Http)
{
    public string Name => Declaration.Name.Text;

    /// <summary>What makes it another method than an overload of its name.</summary>
    public string Identity { get; } = $"{Declaration.Name.Text}({Signature.Descriptor})";

    /// <param name="protoName">Its name in protobuf.</param>
    public MethodShape ToShape(string prefix, string protoName) => new()
    {
        Name = Name,
        Parameters = Parameters,
        Returns = Returns,
        Exceptions = Exceptions,
        Idempotent = Declaration.Idempotent,
        OneWay = Declaration.OneWay,
        ClientStreaming = Declaration.Streams.HasFlag(StreamSupport.Client),
        ServerStreaming = Declaration.Streams.HasFlag(StreamSupport.Server),
        Signature = Signature,
        ProtoName = protoName == Name ? null : protoName,
        ProtoReserved = Declaration.Reserved,
        Doc = Declaration.Doc,
        ReturnsDoc = Declaration.Returns?.Doc,
        Http = Http is null ? null : Http with { PathTemplate = prefix + Http.PathTemplate },
    };
}
